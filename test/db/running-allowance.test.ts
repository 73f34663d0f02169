import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { readServiceFacts } from '../../src/network/enforcement/enforcement.store.ts';
import { readSubscribersById } from '../../src/radius/auth/subscriber.store.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { NetworkFixture } from './network-fixture.ts';

let database: TestDatabase;
let db: Database;
let serviceId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openLanePool({ url: database.url, lanes: 2, name: 'test' });
  const fixture = new NetworkFixture(db);
  await fixture.plan('home', '5M/20M');
  serviceId = await fixture.service('ann');
  await db.query('delete from isp_service_segments');
  await db.query(
    `insert into isp_service_segments (service_id, from_at, to_at, package_id, terms, allowance_octets, upload_octets)
     select $1::bigint, from_at, to_at, (select id from isp_packages), '{}', 100, used
     from (values (timestamptz '2031-01-01Z', timestamptz '2031-02-01Z', 100),
                  (timestamptz '2031-02-01Z', timestamptz '2031-03-01Z', 7)) as v (from_at, to_at, used)`,
    [serviceId],
  );
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

/** F3, M5: which period runs is said by the business clock, not by the clock of the database. */
it.each([
  ['the last instant of a period', '2031-01-31T23:59:59.999Z', '100', true],
  ['the first instant of the next', '2031-02-01T00:00:00Z', '7', false],
  ['after the last period', '2031-03-01T00:00:00Z', null, false],
])('%s counts against its own allowance', async (_, at, used, isUsed) => {
  const nowMs = Date.parse(at);
  const [subscriber] = await readSubscribersById(db, [serviceId], nowMs);
  expect(subscriber?.used_octets).toBe(used);
  expect((await readServiceFacts(db, serviceId, nowMs))?.isAllowanceUsed).toBe(isUsed);
});
