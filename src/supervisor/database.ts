import { openEmbedded } from '../db/embedded/launcher.ts';
import { openLanePool } from '../db/lane-pool.ts';
import { migrate } from '../db/migrate.ts';
import type { Config } from '../platform/config/config.ts';
import type { Logger } from '../platform/logger.port.ts';
import { maskUrlPasswords } from '../platform/redaction.ts';
import { innermostMessage, StartError, withCause } from './start-error.ts';

const versionMin = 150_000;

/** A database that answers; `release` stops an embedded one when nobody else uses it. */
export interface OpenedDatabase {
  readonly url: string;
  /** Where it is, for a person; no password. */
  readonly description: string;
  release(): Promise<void>;
}

/** The database of DATABASE_URL, or the embedded one of DATA_DIR, started; throws `StartError`. */
export async function openDatabase(config: Config, logger: Logger): Promise<OpenedDatabase> {
  if (config.databaseUrl !== undefined) return openOutside(config.databaseUrl);
  try {
    const log = (line: string): void => logger.info({ event: 'database.embedded' }, line);
    const embedded = await openEmbedded({ dataDir: config.dataDir, log });
    // The launcher starts it again and the roles find their way back by themselves.
    embedded.onCrash(() => logger.error({ event: 'database.crashed' }, 'The embedded database died.'));
    return {
      url: embedded.url,
      description: `embedded PostgreSQL on 127.0.0.1:${embedded.port}`,
      release: () => embedded.release(),
    };
  } catch (error) {
    logger.error({ event: 'supervisor.database_failed', err: error });
    throw new StartError(`The embedded database cannot be started: ${withCause(error)}`);
  }
}

/** Brings the tables up to date; throws `StartError` with what went wrong. */
export async function migrateDatabase(url: string, logger: Logger): Promise<void> {
  try {
    const { applied } = await migrate({ url });
    if (applied > 0) logger.info({ event: 'supervisor.migrated', applied });
  } catch (error) {
    logger.error({ event: 'supervisor.migration_failed', err: error });
    throw new StartError(`The database cannot be migrated: ${maskUrlPasswords(withCause(error))}`);
  }
}

async function openOutside(url: string): Promise<OpenedDatabase> {
  const shown = maskUrlPasswords(url);
  const db = openLanePool({ url, lanes: 1, name: 'netflow-start' });
  try {
    const [row] = await db.query<{ server_version_num: string }>('show server_version_num');
    const version = Number(row?.server_version_num);
    if (!(version >= versionMin)) {
      throw new StartError(
        `The database at ${shown} is PostgreSQL ${Math.floor(version / 10_000)}: NetFlow ISP needs 15 or newer.`,
      );
    }
    return {
      url,
      description: `PostgreSQL ${Math.floor(version / 10_000)} at ${shown}`,
      release: async () => {},
    };
  } catch (error) {
    if (error instanceof StartError) throw error;
    const why = maskUrlPasswords(innermostMessage(error));
    throw new StartError(
      `The database at ${shown} does not let us in (${why}): start it or correct DATABASE_URL.`,
    );
  } finally {
    await db.close();
  }
}
