import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isConnectionLoss } from '../../src/db/constraint-errors.ts';
import type { Database } from '../../src/db/database.ts';
import { type EmbeddedDatabase, openEmbedded } from '../../src/db/embedded/launcher.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'netflow-outage-'));
const uncaught: unknown[] = [];
const remember = (error: unknown): void => void uncaught.push(error);
let server: EmbeddedDatabase;

beforeAll(async () => {
  chmodSync(dataDir, 0o755);
  server = await openEmbedded({ dataDir, log: () => {} });
  process.on('uncaughtException', remember).on('unhandledRejection', remember);
});

afterAll(async () => {
  process.off('uncaughtException', remember).off('unhandledRejection', remember);
  await server.release();
  rmSync(dataDir, { recursive: true, force: true });
});

/** 24 workers that write without pause and keep what was acknowledged. */
class Load {
  readonly acknowledged: number[] = [];
  readonly strange: unknown[] = [];
  failures = 0;
  slowestMs = 0;
  readonly #db: Database;
  readonly #workers: Promise<void>[];
  #next = 1;
  #isOver = false;

  constructor(db: Database) {
    this.#db = db;
    this.#workers = Array.from({ length: 24 }, (_, i) => this.#work(i % 3));
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#workers);
  }

  async #work(kind: number): Promise<void> {
    while (!this.#isOver) {
      const ids = [this.#next++, this.#next++];
      const begun = performance.now();
      try {
        await this.#write(kind, ids);
        this.acknowledged.push(...ids);
      } catch (error) {
        this.failures++;
        if (!isConnectionLoss(error)) this.strange.push(error);
        // A caller that is refused at once waits a little before it tries again.
        await sleep(5);
      }
      this.slowestMs = Math.max(this.slowestMs, performance.now() - begun);
    }
  }

  async #write(kind: number, ids: number[]): Promise<void> {
    if (kind === 0) {
      await this.#db.query('insert into written select unnest($1::bigint[])', [ids]);
    } else if (kind === 1) {
      await this.#db.transaction(async (tx) => {
        for (const id of ids) await tx.query('insert into written values ($1::bigint)', [id]);
      });
    } else {
      await this.#db.copyIn('copy written from stdin', `${ids.join('\n')}\n`);
    }
  }
}

function serverPid(): number {
  try {
    return Number(readFileSync(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
  } catch {
    return 0;
  }
}

async function ratePerSecond(load: Load): Promise<number> {
  const before = load.acknowledged.length;
  await sleep(700);
  return (load.acknowledged.length - before) / 0.7;
}

it('survives killed servers and killed backends: nothing uncaught, stuck or lost, and full speed after', async () => {
  const lost: unknown[] = [];
  const db = openLanePool({
    url: server.url,
    lanes: 6,
    name: 'load',
    onLaneLost: (cause) => lost.push(cause),
  });
  await db.query('create table written (id bigint primary key)');
  const killer = openLanePool({ url: server.url, lanes: 1, name: 'killer' });
  const load = new Load(db);
  const rateBefore = await ratePerSecond(load);

  for (const signal of ['SIGKILL', 'SIGINT', 'SIGKILL'] as const) {
    const pid = serverPid();
    process.kill(pid, signal);
    await expect.poll(serverPid, { timeout: 15_000 }).not.toSatisfy((now) => now === pid || now === 0);
    const atKill = load.acknowledged.length;
    await expect.poll(() => load.acknowledged.length - atKill, { timeout: 15_000 }).toBeGreaterThan(200);
  }
  for (let i = 0; i < 25; i++) {
    await killer
      .query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'load' order by random() limit 2`,
      )
      .catch(() => {});
    await sleep(20);
  }
  await sleep(300);
  const rateAfter = await ratePerSecond(load);
  await load.stop();

  const rows = await db.query<{ id: string }>('select id from written');
  const present = new Set(rows.map((row) => Number(row.id)));
  expect(load.acknowledged.filter((id) => !present.has(id))).toEqual([]);
  expect(
    rows.filter((row) => !present.has(Number(row.id) % 2 === 1 ? Number(row.id) + 1 : Number(row.id) - 1)),
  ).toEqual([]);
  expect(uncaught).toEqual([]);
  expect(load.strange).toEqual([]);
  expect(load.slowestMs).toBeLessThan(11_000);
  expect(load.failures).toBeGreaterThan(0);
  expect(lost.length).toBeGreaterThanOrEqual(12);
  expect(rateAfter).toBeGreaterThan(rateBefore / 3);
  await Promise.all([db.close(), killer.close()]);
}, 60_000);
