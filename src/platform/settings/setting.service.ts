import type { Database, Transaction } from '../../db/database.ts';
import { AppError, invalid } from '../../kernel/errors.ts';
import type { SettingDefinition } from './definition.ts';
import { hasIssuedDocuments, listStoredSettings, readSettings, writeSetting } from './setting.store.ts';
import { isSettingKey, parseSetting, SETTINGS, type Settings } from './setting.ts';
import { checkFixed, reconcileDunning } from './setting-rules.ts';

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
  change: { key: string; value: unknown; changedBy: string },
): Promise<void> {
  const { key, value, changedBy } = change;
  await db.transaction((tx) => changeSettings(tx, { values: { [key]: value }, changedBy }));
}

/** Changes settings together or not at all; throws `unknown_setting`, `validation_failed` or `setting_fixed`. */
export async function changeSettings(
  tx: Transaction,
  change: { values: Readonly<Record<string, unknown>>; changedBy: string },
): Promise<void> {
  const before = await readSettings(tx);
  const changes = reconcileDunning(before, parseAll(change.values));
  checkFixed(before, changes, await hasIssuedDocuments(tx));
  for (const [key, value] of Object.entries(changes)) {
    if (isSettingKey(key)) await writeSetting(tx, { key, value, changedBy: change.changedBy });
  }
}

function parseAll(values: Readonly<Record<string, unknown>>): Partial<Settings> {
  const fields: Record<string, string> = {};
  const sentences: string[] = [];
  const parsed: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) {
    if (!isSettingKey(key)) {
      throw new AppError('not_found', 'unknown_setting', `There is no setting '${key}'; see settings list.`);
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
