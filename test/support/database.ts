import { randomBytes } from 'node:crypto';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { migrate } from '../../src/db/migrate.ts';

// biome-ignore lint/style/noProcessEnv: set by the setup of the run
const ENV = process.env;

/** A fresh migrated database of a test file's own. */
export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** Copies the migrated template of this run, which the first caller makes. Call once per file. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return withServer(async (server) => {
    const template = await ensureTemplate(server);
    return createDatabase(server, `template ${template}`);
  });
}

/** A database without any table, for tests of what makes or needs none. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return withServer((server) => createDatabase(server, 'template template0'));
}

/** The one lock of the run under which the template is made. */
const templateLock = 518_823;

async function ensureTemplate(server: Database): Promise<string> {
  const name = `netflow_test_${run()}_template`;
  // A session lock: CREATE DATABASE may not run inside a transaction. One lane is one session.
  await server.query('select pg_advisory_lock($1::bigint)', [templateLock]);
  try {
    const [found] = await server.query('select 1 from pg_database where datname = $1::name', [name]);
    if (found === undefined) {
      const unfinished = `${name}_unfinished`;
      await command(server, `drop database if exists ${unfinished} with (force)`);
      await command(server, `create database ${unfinished} template template0`);
      await migrate({ url: urlOf(unfinished) });
      await command(server, `alter database ${unfinished} rename to ${name}`);
    }
  } finally {
    await server.query('select pg_advisory_unlock($1::bigint)', [templateLock]);
  }
  return name;
}

async function createDatabase(server: Database, clause: string): Promise<TestDatabase> {
  const name = `netflow_test_${run()}_${randomBytes(6).toString('hex')}`;
  await command(server, `create database ${name} ${clause} strategy file_copy`);
  return {
    url: urlOf(name),
    drop: () => withServer((other) => command(other, `drop database if exists ${name} with (force)`)),
  };
}

async function withServer<T>(work: (server: Database) => Promise<T>): Promise<T> {
  const server = openLanePool({ url: serverUrl(), lanes: 1, name: 'netflow-test', deadlineMs: 60_000 });
  try {
    return await work(server);
  } finally {
    await server.close();
  }
}

async function command(server: Database, text: string): Promise<void> {
  await server.query(text, [], { prepare: false });
}

function urlOf(database: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${database}`;
  return url.toString();
}

function serverUrl(): string {
  return fromSetup('TEST_PG_URL');
}

function run(): string {
  return fromSetup('TEST_PG_RUN');
}

function fromSetup(name: string): string {
  const value = ENV[name];
  if (value !== undefined && value !== '') return value;
  throw new Error(
    `${name} is not set: vitest.config.ts must name test/support/postgres-server.ts as globalSetup.`,
  );
}
