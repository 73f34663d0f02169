import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { SecretBox } from '../../src/platform/secrets/secret-box.ts';
import { addPlan } from '../../src/subscribers/catalog/catalog.service.ts';
import { findPlanByCode } from '../../src/subscribers/catalog/plan.store.ts';
import { type ImportReport, importSubscribers } from '../../src/subscribers/import/import.service.ts';
import type { ServiceDeps } from '../../src/subscribers/services/provisioning.service.ts';
import { findSegmentAt } from '../../src/subscribers/services/segment.store.ts';
import { findService } from '../../src/subscribers/services/service.store.ts';
import { testActor } from '../support/actor.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const box = new SecretBox(Buffer.alloc(32, 7));
let own: TestDatabase;
let db: Database;
let deps: ServiceDeps;

beforeAll(async () => {
  own = await createTestDatabase();
  db = openLanePool({ url: own.url, lanes: 4, name: 'test' });
  deps = { db, box, clock: systemClock };
  await addPlan(
    { db, checkAttribute: () => undefined },
    { code: 'known', name: 'Known', price: 5n, rateLimit: '5M/20M', pool: 'pool-a', dataLimitGb: '2' },
  );
});

afterAll(async () => {
  await db.close();
  await own.drop();
});

async function* pieces(text: string): AsyncIterable<string> {
  for (let at = 0; at < text.length; at += 50) yield text.slice(at, at + 50);
}

function run(text: string): Promise<ImportReport> {
  return importSubscribers(deps, pieces(text), { actor: testActor });
}

test('a row becomes a whole service: customer, segment, sealed password, log', async () => {
  const report = await run('username,password,package,ip,mac\na1,pw-1,known,10.3.0.1,aabbccddeeff\n');
  expect(report).toEqual({ created: 1, skipped: 0, failed: 0, errors: [], packagesCreated: [] });
  const service = await findService(db, 'a1');
  expect(service).toMatchObject({
    customerName: 'a1',
    planCode: 'known',
    status: 'active',
    macAddress: 'AA:BB:CC:DD:EE:FF',
    framedIp: '10.3.0.1',
    stateVersion: 1,
  });
  const segment = service && (await findSegmentAt(db, service.id, new Date(systemClock.nowMs())));
  expect(segment).toMatchObject({
    allowanceOctets: 2_000_000_000n,
    terms: {
      price: 5,
      currency: 'KES',
      data_limit_gb: '2',
      rate_limit: '5M/20M',
      fup: [],
      limit_action: 'notify',
    },
  });
  const [row] = await db.query<{ password_enc: Buffer }>(
    `select password_enc from isp_services where username = 'a1'`,
  );
  expect(row && box.open(row.password_enc).toString()).toBe('pw-1');
  expect(
    await db.query('select action, actor from isp_service_logs where service_id = $1::bigint', [service?.id]),
  ).toEqual([{ action: 'imported', actor: 'system:test' }]);
  expect(await db.query(`select payload from outbox where topic = 'service.imported'`)).toEqual([
    { payload: { service_ids: [service?.id] } },
  ]);
});

test('what the file says and the package does not becomes the own of the service', async () => {
  await run('username,password,plan,rate,pool\nb1,p,known,5M/20M,pool-a\nb2,p,known,1M,pool-b\n');
  const same = await findService(db, 'b1');
  expect([same?.rateLimit, same?.framedPool]).toEqual([undefined, undefined]);
  expect(await findService(db, 'b2')).toMatchObject({ rateLimit: '1M/1M', framedPool: 'pool-b' });
});

test('an unknown package is made of the first row that names a rate', async () => {
  const report = await run(
    'username,password,plan,rate_limit,pool\nc0,p,biz 100,,\nc1,p,biz 100,10M/10M,pool-biz\nc2,p,biz 100,20M,pool-biz\n',
  );
  expect(report).toMatchObject({ created: 2, failed: 1, packagesCreated: ['biz 100'] });
  expect(report.errors).toEqual([{ line: 2, reason: expect.stringContaining("no package 'biz 100'") }]);
  expect(await findPlanByCode(db, 'biz 100')).toMatchObject({
    name: 'biz 100',
    price: 0n,
    rateLimit: '10M/10M',
    pool: 'pool-biz',
    sessionLimit: 1,
  });
  expect(await findService(db, 'c2')).toMatchObject({ rateLimit: '20M/20M' });
});

test('bad rows are reported by line and good ones imported; a second run skips what is there', async () => {
  const text = [
    'username,password,package,ip,customer',
    'd1,p,known,,Hotel',
    'd2,,known,,',
    'd1,p,known,,',
    '"d3",p,known,10.4.0.1,"Hotel"',
    'd4,p,known,10.4.0.1,',
    'd5,p,nothing,,',
    'd6,"p,known,,',
  ].join('\r\n');
  const first = await run(text);
  expect(first).toMatchObject({ created: 2, skipped: 0, failed: 5 });
  expect(first.errors.map((one) => one.line)).toEqual([3, 4, 6, 7, 8]);
  expect(first.errors.map((one) => one.reason)).toEqual([
    expect.stringContaining('password is missing'),
    expect.stringContaining('stands in line 2 already'),
    expect.stringContaining("10.4.0.1 belongs to 'd3'"),
    expect.stringContaining("no package 'nothing'"),
    expect.stringContaining('not closed'),
  ]);
  expect(await db.query(`select 1 from customers where name = 'Hotel'`)).toHaveLength(1);
  expect(await run(text)).toMatchObject({ created: 0, skipped: 2, failed: 5 });
  expect(await db.query(`select 1 from customers where name = 'Hotel'`)).toHaveLength(1);
});

test('the same file imported by several at once makes every service once', async () => {
  const rows = Array.from({ length: 300 }, (_, n) => `e${n},p,new-plan,1M,,Estate ${n % 7}`);
  const text = `username,password,plan,rate,pool,customer\n${rows.join('\n')}\n`;
  const reports = await Promise.all([run(text), run(text), run(text)]);
  expect(reports.reduce((sum, report) => sum + report.created, 0)).toBe(300);
  expect(reports.reduce((sum, report) => sum + report.skipped, 0)).toBe(600);
  expect(reports.every((report) => report.failed === 0)).toBe(true);
  expect(await db.query(`select 1 from customers where name like 'Estate %'`)).toHaveLength(7);
});

test('a file whose columns cannot be used changes nothing', async () => {
  await expect(run('')).rejects.toThrow(/file is empty/);
  await expect(run('username,pass\nx,y\n')).rejects.toThrow(/'pass' is unknown/);
});
