import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLanePool } from '../../db/lane-pool.ts';
import { messageOf } from '../../kernel/errors.ts';
import { type FreePorts, freePorts } from './free-ports.ts';

/** Where one run of the bench happens: a directory of its own, free ports, and a database nobody else uses. */
export interface Site extends FreePorts {
  readonly directory: string;
  readonly dataDir: string;
  /** 64 hexadecimal digits. */
  readonly appKey: string;
  /** An outside database made for this run; undefined: the embedded one below `dataDir`. */
  readonly databaseUrl: string | undefined;
  /** Removes everything again. The product must have been stopped. */
  remove(): Promise<void>;
}

/**
 * Makes a site below `parent` (default: the system's temporary directory). On an outside server a database is created
 * beside the one the URL names, and dropped at the end; the one it names is not touched.
 */
export async function openSite(options: {
  readonly parent: string | undefined;
  readonly databaseUrl: string | undefined;
}): Promise<Site> {
  const parent = options.parent ?? tmpdir();
  mkdirSync(parent, { recursive: true });
  const directory = mkdtempSync(join(parent, 'netflow-bench-'));
  // An embedded server that was started by root runs as somebody else, who has to get here.
  chmodSync(directory, 0o755);
  const dataDir = join(directory, 'data');
  const outside = options.databaseUrl === undefined ? undefined : await createDatabase(options.databaseUrl);
  return {
    ...(await freePorts()),
    directory,
    dataDir,
    appKey: randomBytes(32).toString('hex'),
    databaseUrl: outside?.url,
    remove: async () => {
      await outside?.drop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function createDatabase(serverUrl: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `netflow_bench_${randomBytes(4).toString('hex')}`;
  const run = async (statement: string): Promise<void> => {
    const db = openLanePool({ url: serverUrl, lanes: 1, name: 'netflow-bench', deadlineMs: 60_000 });
    try {
      await db.query(statement, [], { prepare: false });
    } finally {
      await db.close();
    }
  };
  try {
    await run(`create database ${name}`);
  } catch (error) {
    throw new Error(`No database can be created for the bench on that server: ${messageOf(error)}`);
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => run(`drop database if exists ${name} with (force)`) };
}
