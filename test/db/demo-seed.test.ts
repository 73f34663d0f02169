import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { demoSubscribers } from '../../src/demo/people.ts';
import { noteReboot } from '../../src/demo/reboot.ts';
import { type SeedDeps, seedDemo } from '../../src/demo/seed.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { SecretBox } from '../../src/platform/secrets/secret-box.ts';
import { addPlan } from '../../src/subscribers/catalog.service.ts';
import { createService } from '../../src/subscribers/provisioning.service.ts';
import { testActor } from '../support/actor.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const subscribers = demoSubscribers();
const box = new SecretBox(Buffer.alloc(32, 7));
const databases: TestDatabase[] = [];
const pools: Database[] = [];

async function emptyInstallation(): Promise<SeedDeps> {
  const database = await createTestDatabase();
  databases.push(database);
  const db = openLanePool({ url: database.url, lanes: 2, name: 'test' });
  pools.push(db);
  return { db, box, clock: systemClock };
}

afterAll(async () => {
  for (const pool of pools) await pool.close();
  for (const database of databases) await database.drop();
});

describe('seeding the demo', () => {
  let deps: SeedDeps;
  const one = async (text: string): Promise<Record<string, unknown> | undefined> =>
    (await deps.db.query(text))[0];
  const counts = () =>
    one(`select (select count(*) from isp_services) as services, (select count(*) from customers) as customers,
      (select count(*) from nas) as nas, (select count(*) from isp_packages) as packages,
      (select count(*) from sessions) as sessions, (select count(*) from isp_usage_logs) as days,
      (select count(*) from service_holds) as holds`);

  beforeAll(async () => {
    deps = await emptyInstallation();
    await seedDemo(deps, subscribers);
  });

  it('makes 300 services of as many customers, on three routers and seven packages', async () => {
    expect(await counts()).toMatchObject({ services: '300', customers: '300', nas: '3', packages: '7' });
  });

  it('changes nothing when it is run again', async () => {
    const before = await counts();
    await seedDemo(deps, subscribers);
    expect(await counts()).toEqual(before);
  });

  it('gives every story its state', async () => {
    const states = await deps.db.query<{ status: string; reason: string | null; count: string }>(
      'select status, reason, count(*) from isp_services group by 1, 2 order by 1, 2',
    );
    expect(states).toEqual([
      { status: 'active', reason: null, count: '286' },
      { status: 'expired', reason: null, count: '4' },
      { status: 'suspended', reason: 'admin', count: '2' },
      { status: 'suspended', reason: 'nonpayment', count: '8' },
    ]);
  });

  it('tells one story in sessions, days and segments', async () => {
    const mismatch = await deps.db.query(
      `select g.service_id from isp_service_segments g
       join (select service_id, sum(upload_octets) as up, sum(download_octets) as down from sessions group by 1) s
         on s.service_id = g.service_id
       join (select service_id, sum(upload) as up, sum(download) as down from isp_usage_logs group by 1) d
         on d.service_id = g.service_id
       where g.from_at <= now() and (g.to_at is null or g.to_at > now())
         and ((g.upload_octets, g.download_octets) <> (s.up, s.down)
          or (g.upload_octets, g.download_octets) <> (d.up, d.down))`,
    );
    expect(mismatch).toEqual([]);
    expect(await one('select count(*) from isp_service_segments where upload_octets > 0')).toEqual({
      count: '300',
    });
  });

  it('leaves no session open and none that ends in the future', async () => {
    expect(await one('select count(*) from sessions where closed_at is null or closed_at > now()')).toEqual({
      count: '0',
    });
  });

  it('has allowances used up where the story says so and nowhere else', async () => {
    const over = await deps.db.query<{ username: string }>(
      `select s.username from isp_services s join isp_service_segments g on g.service_id = s.id
       where g.allowance_octets < g.upload_octets + g.download_octets order by 1`,
    );
    const expected = subscribers.filter(({ fate }) => fate === 'capped' || fate === 'throttled');
    expect(over.map((row) => row.username)).toEqual(expected.map((row) => row.username).sort());
  });

  it('began before the history it tells', async () => {
    expect(
      await one(`select count(*) from sessions s
        where s.started_at < (select min(g.from_at) from isp_service_segments g where g.service_id = s.service_id)`),
    ).toEqual({ count: '0' });
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

it('seeding goes on where it was interrupted', async () => {
  const deps = await emptyInstallation();
  const broken: SeedDeps = {
    ...deps,
    db: {
      ...deps.db,
      query: (text, params, options) => deps.db.query(text, params, options),
      close: () => deps.db.close(),
      copyIn: (text, payload, options) => deps.db.copyIn(text, payload, options),
      transaction: (work, options) =>
        deps.db.transaction(async (tx) => {
          const result = await work(tx);
          const [past] = await tx.query('select 1 from sessions limit 1');
          if (past !== undefined) throw new Error('The power went out.');
          return result;
        }, options),
    },
  };
  await expect(seedDemo(broken, subscribers)).rejects.toThrow('The power went out.');
  await seedDemo(deps, subscribers);
  const [counts] = await deps.db.query(
    `select (select count(*) from isp_services) as services, (select count(*) from service_holds) as holds`,
  );
  expect(counts).toEqual({ services: '300', holds: '10' });
});

it('the demo refuses a database with services of its own', async () => {
  const deps = await emptyInstallation();
  await addPlan({ ...deps, checkAttribute: () => undefined }, { code: 'real', name: 'Real', price: 1n });
  await createService(deps, { username: 'real', password: 'pw', planCode: 'real', actor: testActor });
  await expect(seedDemo(deps, subscribers)).rejects.toMatchObject({ code: 'database_not_empty' });
});
