import type { Database, Transaction } from '../../db/database.ts';
import { invalid } from '../../kernel/errors.ts';
import { checkVersion } from '../../kernel/version.ts';
import { type Actor, actorLabel } from '../identity/actor.ts';
import { recordAudit } from '../identity/audit.store.ts';
import type { SettingDefinition } from './definition.ts';
import {
  hasIssuedDocuments,
  listStoredSettings,
  lockSettings,
  readSettings,
  writeSetting,
} from './setting.store.ts';
import { isSettingKey, parseSetting, SETTINGS, type Settings } from './setting.ts';
import { checkFixed, reconcileDunning } from './setting-rules.ts';
import { settingsVersion } from './settings-version.ts';

/** A setting as an operator sees it. */
export interface SettingView {
  readonly key: string;
  readonly value: unknown;
  readonly default: unknown;
  readonly allowed: string;
  readonly description: string;
  readonly changedBy: string | undefined;
  readonly changedAt: Date | undefined;
}

/** The settings as an operator sees them, and the version a change of them may be made for. */
export async function viewSettings(db: Database): Promise<{ items: SettingView[]; version: number }> {
  return { items: await listSettings(db), version: settingsVersion(await readSettings(db)) };
}

/** Every setting with the value in force, in the order of their definition. */
export async function listSettings(db: Database): Promise<SettingView[]> {
  const inForce: Readonly<Record<string, unknown>> = await readSettings(db);
  const stored = new Map((await listStoredSettings(db)).map((one) => [one.key, one]));
  return Object.entries<SettingDefinition<unknown>>(SETTINGS).map(([key, definition]) => ({
    key,
    value: inForce[key],
    default: definition.default,
    allowed: definition.allowed,
    description: definition.description,
    changedBy: stored.get(key)?.changedBy,
    changedAt: stored.get(key)?.changedAt,
  }));
}

/** Changes one setting for every role at once; see `changeSettings`. */
export async function changeSetting(
  db: Database,
  change: { key: string; value: unknown; actor: Actor },
): Promise<void> {
  const { key, value, actor } = change;
  await db.transaction((tx) => changeSettings(tx, { values: { [key]: value }, actor }));
}

/** What is to be changed, and by whom; nothing is when `expectedVersion` is given and not the version in force. */
export interface SettingsChange {
  readonly values: Readonly<Record<string, unknown>>;
  readonly actor: Actor;
  readonly expectedVersion?: number | undefined;
}

/**
 * Changes settings together or not at all, each with an entry in the audit log; what stays as it is, is left alone.
 * Throws `validation_failed` (unknown keys too), `setting_fixed` or `version_conflict`.
 */
export async function changeSettings(tx: Transaction, change: SettingsChange): Promise<void> {
  const { actor } = change;
  await lockSettings(tx);
  const before = await readSettings(tx);
  checkVersion(change.expectedVersion, settingsVersion(before));
  const changes = reconcileDunning(before, parseAll(change.values));
  checkFixed(before, changes, await hasIssuedDocuments(tx));
  for (const [key, value] of Object.entries(changes)) {
    if (!isSettingKey(key) || JSON.stringify(value) === JSON.stringify(before[key])) continue;
    await writeSetting(tx, { key, value, changedBy: actorLabel(actor) });
    await recordAudit(tx, {
      actor,
      action: 'setting.changed',
      entity: 'setting',
      entityId: key,
      before: { [key]: before[key] },
      after: { [key]: value },
    });
  }
}

function parseAll(values: Readonly<Record<string, unknown>>): Partial<Settings> {
  const fields: Record<string, string> = {};
  const sentences: string[] = [];
  const parsed: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) {
    if (!isSettingKey(key)) {
      sentences.push(`There is no setting '${key.slice(0, 63)}'; see settings list.`);
      fields[key] = 'is not known here';
      continue;
    }
    const result = parseSetting(key, value);
    if (result.ok) parsed[key] = result.value;
    else {
      sentences.push(result.error);
      fields[key] = `must be ${SETTINGS[key].allowed}`;
    }
  }
  if (sentences.length > 0) throw invalid(sentences.join(' '), fields);
  return parsed as Partial<Settings>;
}
