import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '../../src/db/embedded/launcher.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';

// biome-ignore lint/style/noProcessEnv: how a setup talks to the test processes
const ENV = process.env;

/**
 * vitest's globalSetup: one server for the whole run, and a name for the run. With
 * TEST_DATABASE_URL set it is an outside server, where the run makes and drops databases.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const run = randomBytes(4).toString('hex');
  ENV.TEST_PG_RUN = run;
  const outside = ENV.TEST_DATABASE_URL;
  if (outside !== undefined && outside !== '') {
    ENV.TEST_PG_URL = outside;
    return () => dropDatabasesOf(run, outside);
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'netflow-test-'));
  chmodSync(dataDir, 0o755);
  const remove = (): void => rmSync(dataDir, { recursive: true, force: true });
  const server = await openEmbedded({ dataDir, log: () => {}, settings: FAST_AND_FORGETFUL }).catch(
    (error) => {
      remove();
      throw error;
    },
  );
  ENV.TEST_PG_URL = server.url;
  return async () => {
    await server.release();
    remove();
  };
}

/** Nothing here has to outlive a crash; what does is tested on servers of its own. */
const FAST_AND_FORGETFUL = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  shared_buffers: '64MB',
};

async function dropDatabasesOf(run: string, url: string): Promise<void> {
  const db = openLanePool({ url, lanes: 1, name: 'netflow-test', deadlineMs: 60_000 });
  try {
    const found = await db.query<{ datname: string }>(
      'select datname from pg_database where starts_with(datname, $1::text)',
      [`netflow_test_${run}_`],
    );
    for (const { datname } of found) {
      await db.query(`drop database if exists ${datname} with (force)`, [], { prepare: false });
    }
  } finally {
    await db.close();
  }
}
