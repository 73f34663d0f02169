import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { jobReport } from '../../src/platform/scheduler/job.port.ts';
import { SecretBox } from '../../src/platform/secrets/secret-box.ts';
import { addPlan } from '../../src/subscribers/catalog/catalog.service.ts';
import { createService, type ServiceDeps } from '../../src/subscribers/services/provisioning.service.ts';
import { findService } from '../../src/subscribers/services/service.store.ts';
import { endTemporarySpeedsJob } from '../../src/subscribers/speeds/end-temporary-speeds.job.ts';
import { setServiceSpeed } from '../../src/subscribers/speeds/speed.service.ts';
import { testActor } from '../support/actor.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { manualClock } from '../support/manual-clock.ts';

const clock = manualClock('2026-11-23T04:00:00Z');
const signal = new AbortController().signal;
let own: TestDatabase;
let db: Database;
let deps: ServiceDeps;

beforeAll(async () => {
  own = await createTestDatabase();
  db = openLanePool({ url: own.url, lanes: 2, name: 'test' });
  deps = { db, box: new SecretBox(Buffer.alloc(32, 7)), clock };
  await addPlan(
    { db, checkAttribute: () => undefined },
    { code: 'home', name: 'Home', price: 1n, rateLimit: '5M/20M' },
  );
});
afterAll(async () => {
  await db.close();
  await own.drop();
});

async function boosted(username: string, until: Date | undefined): Promise<string> {
  const { id } = await createService(deps, { username, password: 'pw', planCode: 'home', actor: testActor });
  await setServiceSpeed(deps, { username, actor: testActor, rateLimit: '50M/50M', until });
  return id;
}

const run = async () => jobReport(await endTemporarySpeedsJob({ db, clock }).run(signal)).counts;

test('a temporary speed ends at its instant, not before, and its sessions are told', async () => {
  const id = await boosted('amina', new Date('2026-11-23T05:00:00Z'));
  const before = await findService(db, 'amina');
  clock.set('2026-11-23T04:59:59.999Z');
  expect(await run()).toEqual({ ended: 0 });
  clock.set('2026-11-23T05:00:00Z');
  expect(await run()).toEqual({ ended: 1 });
  expect(await findService(db, 'amina')).toMatchObject({
    rateLimit: undefined,
    rateLimitUntil: undefined,
    stateVersion: (before?.stateVersion ?? 0) + 1,
  });
  const events = await db.query(
    `select topic from outbox where payload ->> 'service_id' = $1 order by id desc limit 1`,
    [id],
  );
  expect(events).toEqual([{ topic: 'service.speed_changed' }]);
  const logs = await db.query(
    'select action, actor, detail from isp_service_logs where service_id = $1::bigint order by id desc limit 1',
    [id],
  );
  expect(logs).toEqual([
    { action: 'speed_changed', actor: 'system', detail: { from: '50M/50M', to: null, until: null } },
  ]);
  expect(await run()).toEqual({ ended: 0 });
});

test('a speed without an end stays', async () => {
  await boosted('baraka', undefined);
  clock.set('2027-11-23T05:00:00Z');
  expect(await run()).toEqual({ ended: 0 });
  expect(await findService(db, 'baraka')).toMatchObject({ rateLimit: '50M/50M' });
});

test('two workers at once end it once', async () => {
  const id = await boosted('chebet', new Date('2027-11-23T06:00:00Z'));
  clock.set('2027-11-23T07:00:00Z');
  const counts = await Promise.all([run(), run()]);
  expect(counts.map(({ ended }) => ended).sort()).toEqual([0, 1]);
  const events = await db.query(`select 1 from outbox where payload ->> 'service_id' = $1 and topic = $2`, [
    id,
    'service.speed_changed',
  ]);
  expect(events).toHaveLength(2);
});
