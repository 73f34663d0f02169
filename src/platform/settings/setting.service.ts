import type { Database } from '../../db/database.ts';
import { AppError, invalid } from '../../kernel/errors.ts';
import { listStoredSettings, readSettings, writeSetting } from './setting.store.ts';
import { isSettingKey, parseSetting, SETTINGS, type SettingDefinition } from './setting.ts';

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

/** Changes one setting for every role at once; throws `unknown_setting` or `validation_failed`. */
export async function changeSetting(
  db: Database,
  change: { key: string; value: unknown; changedBy: string },
): Promise<void> {
  const { key, value, changedBy } = change;
  if (!isSettingKey(key)) {
    throw new AppError('not_found', 'unknown_setting', `There is no setting '${key}'; see settings list.`);
  }
  const parsed = parseSetting(key, value);
  if (!parsed.ok) throw invalid(parsed.error, { [key]: `must be ${SETTINGS[key].allowed}` });
  await writeSetting(db, { key, value: parsed.value, changedBy });
}
