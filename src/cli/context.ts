import { userInfo } from 'node:os';
import { isConnectionLoss } from '../db/constraint-errors.ts';
import type { Database } from '../db/database.ts';
import { openEmbedded } from '../db/embedded/launcher.ts';
import { openLanePool } from '../db/lane-pool.ts';
import { migrate } from '../db/migrate.ts';
import { type Clock, systemClock } from '../kernel/clock.ts';
import { AppError, invalid, messageOf } from '../kernel/errors.ts';
import { loadOrCreateAppKey } from '../platform/config/app-key.ts';
import { type Config, parseConfig } from '../platform/config/config.ts';
import type { Actor } from '../platform/identity/actor.ts';
import { maskUrlPasswords } from '../platform/redaction.ts';
import { checkAppKey } from '../platform/secrets/installation.store.ts';
import { SecretBox } from '../platform/secrets/secret-box.ts';
import { readSettings } from '../platform/settings/setting.store.ts';
import { businessClockNow } from '../platform/test-clock/business-clock.service.ts';
import type { CliIo } from './io.ts';

/** What commands work with while the database is open. */
export interface CliContext {
  readonly db: Database;
  readonly box: SecretBox;
  /** The machine's clock. */
  readonly clock: Clock;
  /** The clock of validity, expiry and billing. */
  readonly businessClock: Clock;
  /** Who acts: the operator's login name. */
  readonly actor: Actor;
  /** The zone instants are shown in. */
  readonly timeZone: string;
  readonly config: Config;
  /** With its password: never shown as it is. */
  readonly databaseUrl: string;
  close(): Promise<void>;
}

/** A database that answers, and how to let go of it. */
export interface CliDatabase {
  readonly url: string;
  readonly config: Config;
  release(): Promise<void>;
}

const lanes = 2;

/**
 * The database of DATABASE_URL, or the embedded one of DATA_DIR: joined when the server runs, started for the
 * time of this command when it does not. Throws `validation_failed` or `database_unavailable`.
 */
export async function openDatabase(io: CliIo): Promise<CliDatabase> {
  const parsed = parseConfig(io.env);
  if (!parsed.ok) throw invalid(parsed.error);
  const config = parsed.value;
  if (config.databaseUrl !== undefined) {
    return { url: config.databaseUrl, config, release: async () => {} };
  }
  try {
    const embedded = await openEmbedded({ dataDir: config.dataDir, log: () => {} });
    return { url: embedded.url, config, release: () => embedded.release() };
  } catch (cause) {
    const message = `The embedded database in ${config.dataDir} cannot be opened: ${messageOf(cause)}`;
    throw new AppError('unavailable', 'database_unavailable', message, { cause });
  }
}

/** Opens the database and the key; an empty database is migrated first, so that the first command just works. */
export async function openContext(io: CliIo): Promise<CliContext> {
  const database = await openDatabase(io);
  const db = openLanePool({ url: database.url, lanes, name: 'netflow-cli' });
  const close = async (): Promise<void> => {
    await db.close();
    await database.release();
  };
  try {
    if (await isEmpty(db)) await migrateDatabase(database.url);
    const box = new SecretBox(appKeyOf(database.config));
    await checkAppKey(db, box);
    const { isp_timezone: timeZone } = await readSettings(db);
    return {
      db,
      box,
      clock: systemClock,
      businessClock: await businessClockNow(db, systemClock, database.config.testClock),
      actor: { kind: 'cli', name: loginName() },
      timeZone,
      config: database.config,
      databaseUrl: database.url,
      close,
    };
  } catch (error) {
    await close();
    throw explainDatabase(error, database.url);
  }
}

/** Brings the tables up to date; throws `migration_failed` when it cannot. */
export async function migrateDatabase(url: string): Promise<{ applied: number }> {
  try {
    return await migrate({ url });
  } catch (cause) {
    if (isConnectionLoss(cause)) throw cause;
    const message = `The database cannot be migrated: ${messageOf(cause)}`;
    throw new AppError('unavailable', 'migration_failed', message, { cause });
  }
}

/** A sentence in place of what the driver says when the database is out of reach or too old. */
export function explainDatabase(error: unknown, url: string): unknown {
  if (error instanceof AppError) return error;
  if (isConnectionLoss(error)) {
    const why = maskUrlPasswords(messageOf(rootOf(error))).replace(/\.$/, '');
    const message = `The database at ${maskUrlPasswords(url)} does not answer: ${why}.`;
    return new AppError('unavailable', 'database_unavailable', message, { cause: error });
  }
  if (!lacksSomething(error)) return error;
  const message =
    'The tables of the database are older than this program: run migrate, or restart the server.';
  return new AppError('unavailable', 'schema_outdated', message, { cause: error });
}

/** The innermost cause says most: `connect ECONNREFUSED 127.0.0.1:5432`. */
function rootOf(error: unknown): unknown {
  let root = error;
  for (let depth = 0; root instanceof Error && root.cause !== undefined && depth < 5; depth += 1)
    root = root.cause;
  return root;
}

/** SQLSTATE of a table (42P01) or column (42703) that is not there. */
function lacksSomething(error: unknown): boolean {
  for (let current = error, depth = 0; current instanceof Error && depth < 5; depth += 1) {
    if ('code' in current && (current.code === '42P01' || current.code === '42703')) return true;
    current = current.cause;
  }
  return false;
}

async function isEmpty(db: Database): Promise<boolean> {
  const [row] = await db.query<{ found: string | null }>(
    `select to_regclass('public.installation')::text as found`,
  );
  return row?.found == null;
}

function appKeyOf(config: Config): Buffer {
  if (config.appKey !== undefined) return Buffer.from(config.appKey);
  const key = loadOrCreateAppKey(config.dataDir);
  if (!key.ok) throw new AppError('unavailable', 'app_key_unusable', key.error);
  return Buffer.from(key.value);
}

function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a number without a name.
    return 'unknown';
  }
}
