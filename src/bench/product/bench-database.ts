import { closeSync, existsSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEmbedded } from '../../db/embedded/launcher.ts';
import { openLanePool } from '../../db/lane-pool.ts';
import { systemClock } from '../../kernel/clock.ts';
import { checkAppKey } from '../../platform/secrets/installation.store.ts';
import { SecretBox } from '../../platform/secrets/secret-box.ts';
import type { ServiceDeps } from '../../subscribers/services/provisioning.service.ts';
import type { Site } from './site.ts';

const LANES = 2;
const QUERY_MAX_MS = 120_000;
const FLUSHES = 50;
const REACHABLE_WITHIN_MS = 30_000;
const RETRY_MS = 100;

/** The database of a site as the bench itself uses it, beside the product. */
export interface BenchDatabase extends ServiceDeps {
  close(): Promise<void>;
}

/** How the database stores; figures without durable commits would say nothing. */
export interface DatabaseFacts {
  readonly version: string;
  readonly isEmbedded: boolean;
  readonly fsync: string;
  readonly synchronousCommit: string;
  /** Median time to write and flush one page in the bench's directory; null for an outside database. */
  readonly flushMs: number | null;
}

/** Opens the database of a running product: an embedded one is only looked up, so that the product alone owns it. */
export async function joinDatabase(site: Site): Promise<BenchDatabase> {
  const url = site.databaseUrl ?? (await embeddedUrl(site));
  const db = openLanePool({ url, lanes: LANES, name: 'netflow-bench', deadlineMs: QUERY_MAX_MS });
  const box = new SecretBox(Buffer.from(site.appKey, 'hex'));
  await checkAppKey(db, box);
  return { db, box, clock: systemClock, close: () => db.close() };
}

/** Asks the database how it stores, and times the disk below an embedded one. */
export async function databaseFacts(site: Site, { db }: BenchDatabase): Promise<DatabaseFacts> {
  const [row] = await db.query<{ version: string; fsync: string; commit: string }>(
    `select current_setting('server_version') as version, current_setting('fsync') as fsync,
       current_setting('synchronous_commit') as commit`,
  );
  const isEmbedded = site.databaseUrl === undefined;
  return {
    version: row?.version ?? '?',
    isEmbedded,
    fsync: row?.fsync ?? '?',
    synchronousCommit: row?.commit ?? '?',
    flushMs: isEmbedded ? medianFlushMs(site.directory) : null,
  };
}

/** The process of the embedded server; undefined when it runs elsewhere or cannot be seen. */
export async function postmasterPid(site: Site, { db }: BenchDatabase): Promise<number | undefined> {
  if (site.databaseUrl !== undefined) return undefined;
  const [row] = await db.query<{ directory: string }>(
    `select current_setting('data_directory') as directory`,
  );
  const path = join(row?.directory ?? '', 'postmaster.pid');
  return existsSync(path) ? Number(readFileSync(path, 'utf8').split('\n')[0]) : undefined;
}

/** Waits until the bench's own connections have found a database that was killed; rejects after half a minute. */
export async function untilReachable({ db }: BenchDatabase): Promise<void> {
  const giveUpMs = performance.now() + REACHABLE_WITHIN_MS;
  for (;;) {
    try {
      await db.query('select 1');
      return;
    } catch (error) {
      if (performance.now() > giveUpMs) throw error;
      await sleep(RETRY_MS);
    }
  }
}

async function embeddedUrl(site: Site): Promise<string> {
  const embedded = await openEmbedded({ dataDir: site.dataDir, log: () => undefined });
  await embedded.release();
  return embedded.url;
}

function medianFlushMs(directory: string): number {
  const path = join(directory, 'flush.probe');
  const page = Buffer.alloc(8_192, 1);
  const file = openSync(path, 'w');
  try {
    const times = Array.from({ length: FLUSHES }, () => {
      const startedMs = performance.now();
      writeSync(file, page);
      fsyncSync(file);
      return performance.now() - startedMs;
    });
    return times.toSorted((a, b) => a - b)[FLUSHES / 2] ?? 0;
  } finally {
    closeSync(file);
    rmSync(path);
  }
}
