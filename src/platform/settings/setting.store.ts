import { gt, sql } from 'drizzle-orm';
import type { Queryable, Transaction } from '../../db/database.ts';
import { orm } from '../../db/orm.ts';
import { numberSeries } from '../../db/schema/billing-documents.ts';
import { settings } from '../../db/schema/platform.ts';
import { type SettingKey, type Settings, settingsFrom } from './setting.ts';

/** A choice somebody made, as stored. */
export interface StoredSetting {
  readonly key: string;
  readonly value: unknown;
  readonly changedBy: string;
  readonly changedAt: Date;
}

/** All settings in one query, defaults filled in. */
export async function readSettings(q: Queryable): Promise<Settings> {
  return settingsFrom(await orm(q).select({ key: settings.key, value: settings.value }).from(settings));
}

/** The choices that were made, without defaults. */
export async function listStoredSettings(q: Queryable): Promise<StoredSetting[]> {
  return orm(q).select().from(settings).orderBy(settings.key);
}

/** Whether any document has a number yet. */
export async function hasIssuedDocuments(q: Queryable): Promise<boolean> {
  const [row] = await orm(q).select().from(numberSeries).where(gt(numberSeries.nextValue, 1n)).limit(1);
  return row !== undefined;
}

/** Lets one change of settings after the other see what the one before made. */
export async function lockSettings(tx: Transaction): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('isp_configurations'))`);
}

/** Stores a checked value. */
export async function writeSetting(
  q: Queryable,
  setting: { key: SettingKey; value: unknown; changedBy: string },
): Promise<void> {
  // drizzle would store a JSON null as an SQL NULL, which the column refuses.
  const value = sql`${JSON.stringify(setting.value)}::jsonb`;
  const { key, changedBy } = setting;
  await orm(q)
    .insert(settings)
    .values({ key, value, changedBy })
    .onConflictDoUpdate({ target: settings.key, set: { value, changedBy, changedAt: sql`now()` } });
}
