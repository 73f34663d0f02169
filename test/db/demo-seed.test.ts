import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDiscrepancies } from '../../src/billing/ledger/ledger-check.store.ts';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { demoSubscribers, formerSubscribers } from '../../src/demo/people.ts';
import { noteReboot } from '../../src/demo/reboot.ts';
import { prepareDemo, type SeedDeps, seedYear } from '../../src/demo/seed.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { SecretBox } from '../../src/platform/secrets/secret-box.ts';
import { addPlan } from '../../src/subscribers/catalog/catalog.service.ts';
import { createService } from '../../src/subscribers/services/provisioning.service.ts';
import { testActor } from '../support/actor.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { silentLogger } from '../support/silent-logger.ts';

/** Everybody with a story, and a few of the others: a whole cast takes a minute. */
const subscribers = demoSubscribers().filter(
  ({ fate, planCode }, index) => fate !== 'ordinary' || planCode === 'BIZ100' || index % 8 === 0,
);
const former = formerSubscribers().slice(0, 6);
const cast = { subscribers, former };
const box = new SecretBox(Buffer.alloc(32, 7));
const databases: TestDatabase[] = [];
const pools: Database[] = [];

async function emptyInstallation(): Promise<SeedDeps> {
  const database = await createTestDatabase();
  databases.push(database);
  const db = openLanePool({ url: database.url, lanes: 2, name: 'test' });
  pools.push(db);
  return { db, box, clock: systemClock, logger: silentLogger };
}

afterAll(async () => {
  for (const pool of pools) await pool.close();
  for (const database of databases) await database.drop();
});

describe('the year of the demo', () => {
  let deps: SeedDeps;
  const rows = async (text: string) => deps.db.query<Record<string, string>>(text);
  const one = async (text: string) => (await rows(text))[0] ?? {};
  const states = async (fate: string) => {
    const names = subscribers.filter((person) => person.fate === fate).map(({ username }) => username);
    const found = await deps.db.query<{ state: string }>(
      `select distinct status || coalesce(': ' || reason, '') as state from isp_services where username = any($1::text[])`,
      [names],
    );
    return found.map(({ state }) => state);
  };

  beforeAll(async () => {
    deps = await emptyInstallation();
    expect(await prepareDemo(deps)).toBe(true);
    await seedYear(deps, cast);
  }, 300_000);

  it('has everybody as a customer with a service, on three routers and seven packages', async () => {
    const count = String(subscribers.length + former.length);
    expect(
      await one(`select (select count(*) from isp_services) as services, (select count(*) from customers) as customers,
        (select count(*) from nas) as nas, (select count(*) from isp_packages) as packages`),
    ).toEqual({ services: count, customers: count, nas: '3', packages: '7' });
  });

  it('is not needed again', async () => {
    expect(await prepareDemo(deps)).toBe(false);
  });

  it.each([
    ['unpaid', 'suspended: nonpayment'],
    ['suspended', 'suspended: admin'],
    ['expired', 'expired'],
    ['capped', 'suspended: data_cap'],
    ['throttled', 'throttled'],
  ])('the engine has made of who is %s: %s', async (fate, state) => {
    expect(await states(fate)).toEqual([state]);
  });

  it('has let those go who left', async () => {
    const usernames = former.map(({ username }) => username);
    const found = await deps.db.query(
      'select distinct status from isp_services where username = any($1::text[])',
      [usernames],
    );
    expect(found).toEqual([{ status: 'cancelled' }]);
  });

  it('has every kind of document and event of a year in it', async () => {
    const kinds = await rows('select distinct kind from invoices order by 1');
    expect(kinds.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['adjustment', 'cycle', 'late_fee', 'prepaid']),
    );
    const lines = await rows('select distinct kind from invoice_lines');
    expect(lines.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['base', 'proration_charge', 'overage']),
    );
    for (const table of [
      'credit_notes',
      'refunds',
      'isp_dunning_logs',
      'isp_usage_alerts',
      'isp_service_changes',
    ]) {
      expect([table, Number((await one(`select count(*) from ${table}`)).count) > 0]).toEqual([table, true]);
    }
    const months = await rows(`select distinct to_char(issue_date, 'YYYY-MM') as month from invoices`);
    expect(months.length).toBeGreaterThanOrEqual(12);
  });

  it('leaves books that are in order, with nothing due that is not billed', async () => {
    expect(await findDiscrepancies(deps.db)).toEqual([]);
    expect(
      await one(`select count(*) from isp_services where status <> 'cancelled' and next_billing_date is not null
        and next_billing_date < (now() at time zone 'Africa/Nairobi')::date`),
    ).toEqual({ count: '0' });
    expect(await one('select count(*) from outbox where done_at is null')).toEqual({ count: '0' });
  });

  it('counts the same octets in days and segments, and in the sessions of the last month', async () => {
    const sums = await one(`select
      (select sum(upload_octets + download_octets) from isp_service_segments) as segments,
      (select sum(upload + download) from isp_usage_logs) as days,
      (select sum(upload_octets + download_octets) from sessions) as sessions,
      (select sum(upload + download) from isp_usage_logs
       where usage_date > (now() at time zone 'Africa/Nairobi')::date - 30) as month`);
    expect(sums.segments).toBe(sums.days);
    expect(sums.sessions).toBe(sums.month);
    expect(Number(sums.sessions)).toBeGreaterThan(0);
  });

  it('leaves no session open and none that ends in the future', async () => {
    expect(await one('select count(*) from sessions where closed_at is null or closed_at > now()')).toEqual({
      count: '0',
    });
  });

  it('has kept how the business stood each day', async () => {
    const { days } = await one(
      `select count(distinct at) as days from isp_performance_metrics where name = 'customers'`,
    );
    expect(Number(days)).toBeGreaterThan(360);
  });
});

it('a new start of the demo ends the sessions of the one before, and tells the RADIUS roles', async () => {
  const deps = await emptyInstallation();
  await deps.db.query(
    `insert into nas (name, address, secret_enc) values ('Kilimani-01', '127.0.0.2', ''), ('real', '10.0.0.1', '')`,
  );
  await deps.db.query(
    `insert into sessions (id, nas_id, acct_session_id, username, started_at, last_report_at, last_event_at, nas_address)
     select id, id, 's', 'u', now() - interval '1 hour', now(), now(), address from nas`,
  );
  await noteReboot(deps);
  const open = await deps.db.query<{ name: string }>(
    'select n.name from sessions s join nas n on n.id = s.nas_id where s.closed_at is null',
  );
  expect(open).toEqual([{ name: 'real' }]);
  const told = await deps.db.query(`select cardinality(ids) as count from change_log where kind = 'session'`);
  expect(told).toEqual([{ count: 1 }]);
});

it('an interrupted year leaves nothing behind, and is lived anew', async () => {
  const deps = await emptyInstallation();
  const few = { subscribers: subscribers.slice(0, 4), former: [], days: 40 };
  await prepareDemo(deps);
  const powerCut = () => {
    throw new Error('The power went out.');
  };
  await expect(seedYear(deps, { ...few, onMonth: powerCut })).rejects.toThrow('The power went out.');
  const stopped = AbortSignal.abort(new Error('It is told to stop.'));
  await expect(seedYear(deps, { ...few, signal: stopped })).rejects.toThrow('It is told to stop.');
  expect(await deps.db.query('select id from isp_services')).toEqual([]);
  expect(await prepareDemo(deps)).toBe(true);
  await seedYear(deps, few);
  expect(await deps.db.query('select count(*) from isp_services')).toEqual([{ count: '4' }]);
  expect(await prepareDemo(deps)).toBe(false);
});

it('the demo refuses a database with services of its own', async () => {
  const deps = await emptyInstallation();
  await addPlan({ ...deps, checkAttribute: () => undefined }, { code: 'real', name: 'Real', price: 1n });
  await createService(deps, { username: 'real', password: 'pw', planCode: 'real', actor: testActor });
  await expect(prepareDemo(deps)).rejects.toMatchObject({ code: 'database_not_empty' });
});
