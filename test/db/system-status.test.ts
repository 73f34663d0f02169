import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { reportHealth } from '../../src/platform/health/role-health.store.ts';
import { readLogTail } from '../../src/reports/log-tail.store.ts';
import { openStatusReporter, type StatusReporter } from '../../src/reports/system-status.service.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { silentLogger } from '../support/silent-logger.ts';

let database: TestDatabase;
let db: Database;
let clock: ManualClock;
const open: StatusReporter[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  db = openLanePool({ url: database.url, lanes: 4, name: 'test' });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});
beforeEach(async () => {
  await db.query('truncate role_health, sessions, job_runs, auth_log, nas cascade', [], { prepare: false });
  clock = manualClock(new Date(await databaseNowMs()).toISOString());
});
/** One that goes on sampling would hold the connections of the next test. */
afterEach(() => Promise.all(open.splice(0).map((reporter) => reporter.stop())));

async function databaseNowMs(): Promise<number> {
  const [row] = await db.query<{ now: Date }>('select now() as now');
  return row?.now.getTime() ?? 0;
}

function start(over: Database = db): StatusReporter {
  const reporter = openStatusReporter({ db: over, clock, logger: silentLogger, sampleEveryMs: 100 });
  open.push(reporter);
  return reporter;
}

const report = (role: string, counters: object = {}) =>
  reportHealth(db, { instance: `${role}-1`, role, host: 'h', pid: 1, startedAt: new Date(0), counters });

async function addNas(name: string, address: string): Promise<string> {
  const [row] = await db.query<{ id: string }>(
    `insert into nas (name, address, secret_enc) values ($1, $2::inet, '') returning id`,
    [name, address],
  );
  return row?.id ?? '';
}

describe('readiness', () => {
  it('needs a RADIUS role that reported lately', async () => {
    const reporter = start();
    expect(await reporter.readiness()).toMatchObject({
      isReady: false,
      reasons: [{ code: 'radius_not_seen' }],
    });
    await report('worker');
    expect(await reporter.readiness()).toMatchObject({ isReady: false });
    await report('radius');
    expect(await reporter.readiness()).toEqual({ isReady: true, reasons: [] });
    await db.query(`update role_health set seen_at = now() - interval '11 s'`);
    expect(await reporter.readiness()).toMatchObject({ isReady: false });
  });

  it('needs the database', async () => {
    const away = openLanePool({ url: database.url, lanes: 1, name: 'test-away' });
    await away.close();
    expect(await start(away).readiness()).toMatchObject({ reasons: [{ code: 'database_unreachable' }] });
  });
});

describe('the status', () => {
  it('gives roles the time to report before it misses them', async () => {
    const reporter = start();
    expect(await reporter.status()).toMatchObject({
      radiusHosts: undefined,
      workerHosts: undefined,
      troubles: [],
    });
    clock.advance(11_000);
    const { radiusHosts, troubles } = await reporter.status();
    expect(radiusHosts).toBe(0);
    expect(troubles.map(({ code }) => code)).toEqual(['radius_down', 'worker_down']);
  });

  it('adds up what lies in the database', async () => {
    await report('radius', { accounting_queue: 7 });
    await report('worker');
    const id = await addNas('edge-1', '10.0.0.0/24');
    await db.query(
      `insert into nas_contacts (nas_id, host, last_auth_at, last_acct_at) values ($1::bigint, 'a', now(), now() - interval '9 s'),
         ($1::bigint, 'b', now() - interval '1 min', now())`,
      [id],
    );
    await db.query(
      `insert into sessions (id, nas_id, acct_session_id, username, started_at, last_report_at, last_event_at, nas_address,
         uncertain_at, closed_at)
       select n, $1::bigint, n::text, 'u', now(), now(), now(), '10.0.0.1', case n when 2 then now() end,
         case n when 3 then now() end from generate_series(1, 3) n`,
      [id],
    );
    const status = await start().status();
    expect(status).toMatchObject({
      database: { isUp: true },
      radiusHosts: 1,
      workerHosts: 1,
      accountingQueue: 7,
      stored: {
        sessions: 2,
        uncertainSessions: 1,
        setup: { hasRouter: true, hasPlan: false, hasAccounting: true },
      },
      troubles: [],
    });
    const [router] = status.stored?.routers ?? [];
    expect(router).toMatchObject({
      name: 'edge-1',
      address: '10.0.0.0/24',
      sessions: 2,
      uncertainSessions: 1,
    });
    // Of several hosts the one that heard it last counts.
    expect(Math.abs((router?.lastAccountingAtMs ?? 0) - (await databaseNowMs()))).toBeLessThan(5_000);
  });

  it('knows rates after two samples', async () => {
    await report('radius', { accepts: 100, walled_accepts: 5, rejects: 10, accounting_responses: 1_000 });
    const reporter = start();
    expect((await reporter.status()).traffic).toBeUndefined();
    clock.advance(10_000);
    await report('radius', {
      accepts: 140,
      walled_accepts: 6,
      rejects: 19,
      accounting_responses: 1_500,
      access_latency: { bounds_us: [100, 250], counts: [49, 1, 0] },
    });
    const acceptsLater = async () => {
      clock.advance(1_001);
      return (await reporter.status()).traffic?.acceptsLastMinute;
    };
    await expect.poll(acceptsLater, { timeout: 6_000, interval: 200 }).toBe(41);
    const { traffic } = await reporter.status();
    expect(traffic).toMatchObject({ rejectsLastMinute: 9, loginP95Us: 100 });
  });

  it('is asked of the database once for many who look', async () => {
    const reporter = start();
    const [one, two] = await Promise.all([reporter.status(), reporter.status()]);
    expect(one).toBe(two);
    clock.advance(1_001);
    expect(await reporter.status()).not.toBe(one);
  });

  it('says that the database is away instead of failing', async () => {
    const away = openLanePool({ url: database.url, lanes: 1, name: 'test-away' });
    await away.close();
    expect(await start(away).status()).toMatchObject({
      database: { isUp: false },
      radiusHosts: undefined,
      stored: undefined,
      troubles: [{ code: 'database_down' }],
    });
  });

  it('does not wait for a database that hangs', async () => {
    const lock = openLanePool({ url: database.url, lanes: 1, name: 'test-lock' });
    let release: () => void = () => undefined;
    let held: Promise<unknown> = Promise.resolve();
    await new Promise<void>((locked, failed) => {
      held = lock.transaction(async (tx) => {
        await tx.query('lock table role_health in access exclusive mode');
        const released = new Promise<void>((resolve) => {
          release = resolve;
        });
        locked();
        await released;
      });
      held.catch(failed);
    });
    const reporter = start();
    const startedMs = performance.now();
    const [status, readiness] = await Promise.all([reporter.status(), reporter.readiness()]);
    expect(status.database.isUp).toBe(false);
    expect(readiness.isReady).toBe(false);
    expect(performance.now() - startedMs).toBeLessThan(3_500);
    release();
    await held;
    await lock.close();
  });

  it('tells of overload, but not right after the database was away', async () => {
    await report('radius', { drops: { stale: 5 } });
    await report('worker');
    const reporter = start();
    await reporter.status();
    await report('radius', { drops: { stale: 45 } });
    const later = async () => {
      clock.advance(1_001);
      await reporter.status();
      return (await reporter.status()).traffic !== undefined;
    };
    await expect.poll(later, { timeout: 6_000, interval: 200 }).toBe(true);
    expect((await reporter.status()).troubles).toEqual([]);
    clock.advance(70_000);
    let stale = 45;
    const told = async () => {
      clock.advance(1_001);
      stale += 40;
      await report('radius', { drops: { stale } });
      return (await reporter.status()).troubles.map(({ code }) => code);
    };
    await expect.poll(told, { timeout: 6_000, interval: 200 }).toEqual(['overload']);
  });

  it('tells of a job whose newest run failed, and not of one that ran since', async () => {
    await report('radius');
    await report('worker');
    await db.query(
      `insert into job_runs (job, scheduled_for, state, runner, lease_until, finished_at, error) values
         ('a', now() - interval '2 min', 'done', 'x', now(), now(), null), ('a', now(), 'failed', 'x', now(), now(), 'broke'),
         ('b', now() - interval '2 min', 'failed', 'x', now(), now(), 'broke'), ('b', now(), 'done', 'x', now(), now(), null)`,
    );
    expect((await start().status()).troubles).toEqual([{ code: 'job_failed', job: 'a', error: 'broke' }]);
  });

  it('tells of the router that leaves orders unanswered', async () => {
    await report('radius');
    await report('worker');
    const id = await addNas('edge-2', '10.0.2.1');
    await db.query(`insert into customers (name, currency) values ('c', 'KES')`);
    await db.query(`insert into isp_packages (code, name, price, currency) values ('p', 'p', 0, 'KES')`);
    await db.query(
      `insert into isp_services (customer_id, package_id, username, password_enc)
       select c.id, p.id, 'u', '' from customers c, isp_packages p`,
    );
    await db.query(
      `insert into enforcements (service_id, session_id, nas_id, kind, cause, tries, created_at)
       select id, 1, $1::bigint, 'coa', 'speed_changed', 2, now() - interval '1 min' from isp_services`,
      [id],
    );
    expect((await start().status()).troubles).toEqual([
      { code: 'orders_unanswered', router: 'edge-2', orders: 1 },
    ]);
  });
});

describe('the tail of the authentication log', () => {
  const add = (values: string) =>
    db.query(
      `insert into auth_log (at, outcome, reason, trail, method, nas_id, username, source, count) values ${values}`,
      [],
      { prepare: false },
    );

  it('gathers by outcome, reason and router, and drops also by source', async () => {
    const id = await addNas('edge-1', '10.0.0.1');
    await add(`(now(), 1, null, 0, 1, ${id}, 'a', '10.0.0.1', 1), (now(), 1, null, 0, 1, ${id}, 'b', '10.0.0.2', 1),
      (now(), 3, 'wrong_password', 0, 1, ${id}, 'a', '10.0.0.1', 1),
      (now(), 4, 'unknown_nas', 0, 0, null, '', '192.0.2.1', 30), (now(), 4, 'unknown_nas', 0, 0, null, '', '192.0.2.2', 4),
      (now() - interval '11 min', 3, 'unknown_user', 0, 1, ${id}, 'x', '10.0.0.1', 1)`);
    const lines = (await readLogTail(db, 600)).map(({ lastAtMs: _, ...line }) => line);
    expect(lines).toHaveLength(4);
    expect(lines).toEqual(
      expect.arrayContaining([
        { outcome: 'accept', reason: undefined, routerName: 'edge-1', source: undefined, count: 2 },
        { outcome: 'reject', reason: 'wrong_password', routerName: 'edge-1', source: undefined, count: 1 },
        { outcome: 'drop', reason: 'unknown_nas', routerName: undefined, source: '192.0.2.1', count: 30 },
        { outcome: 'drop', reason: 'unknown_nas', routerName: undefined, source: '192.0.2.2', count: 4 },
      ]),
    );
  });

  it('reads a huge day from its end', async () => {
    await add(`(now(), 3, 'unknown_user', 0, 1, null, 'first', null, 1)`);
    await db.query(
      `insert into auth_log (at, outcome, trail, method, username) select now(), 1, 0, 1, repeat('x', 1000) from generate_series(1, 8000)`,
    );
    const lines = await readLogTail(db, 600);
    expect(lines.find(({ outcome }) => outcome === 'reject')).toBeUndefined();
    const accepts = lines.find(({ outcome }) => outcome === 'accept')?.count ?? 0;
    expect(accepts).toBeGreaterThan(3_000);
    expect(accepts).toBeLessThan(5_000);
  });

  it('is empty where today has no partition', async () => {
    const [today] = await db.query<{ name: string }>(
      `select 'auth_log_' || to_char(now() at time zone 'UTC', 'YYYYMMDD') as name`,
    );
    await db.query(`alter table ${today?.name} rename to elsewhere`, [], { prepare: false });
    expect(await readLogTail(db, 600)).toEqual([]);
    await db.query(`alter table elsewhere rename to ${today?.name}`, [], { prepare: false });
  });
});
