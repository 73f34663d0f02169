import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { Actor } from '../../src/platform/identity/actor.ts';
import { SecretBox } from '../../src/platform/secrets/secret-box.ts';
import { addPlan } from '../../src/subscribers/catalog/catalog.service.ts';
import { setServiceCredentials } from '../../src/subscribers/services/credentials.service.ts';
import {
  requestDisconnect,
  resumeService,
  suspendService,
} from '../../src/subscribers/services/lifecycle.service.ts';
import { createService, type ServiceDeps } from '../../src/subscribers/services/provisioning.service.ts';
import { findService } from '../../src/subscribers/services/service.store.ts';
import { setServiceSpeed } from '../../src/subscribers/speeds/speed.service.ts';
import { testActor } from '../support/actor.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const box = new SecretBox(Buffer.alloc(32, 7));
const nowMs = Date.parse('2026-03-04T05:06:07.000Z');
let own: TestDatabase;
let db: Database;
let deps: ServiceDeps;
let serial = 0;

beforeAll(async () => {
  own = await createTestDatabase();
  db = openLanePool({ url: own.url, lanes: 4, name: 'test' });
  deps = { db, box, clock: { ...systemClock, nowMs: () => nowMs } };
  await addPlan(
    { db, checkAttribute: () => undefined },
    { code: 'cap', name: 'Cap', price: 1n, rateLimit: '5M/20M', dataLimitGb: '1', limitAction: 'throttle' },
  );
});

afterAll(async () => {
  await db.close();
  await own.drop();
});

async function newService(): Promise<{
  username: string;
  id: string;
  order: { username: string; actor: Actor };
}> {
  serial += 1;
  const username = `user${serial}`;
  const { id } = await createService(deps, { username, password: 'pw', planCode: 'cap', actor: testActor });
  return { username, id, order: { username, actor: testActor } };
}

async function topicsOf(id: string): Promise<unknown[]> {
  const rows = await db.query(
    `select topic from outbox where payload ->> 'service_id' = $1::text order by id`,
    [id],
  );
  return rows.map((row) => row.topic);
}

async function actionsOf(id: string): Promise<unknown[]> {
  const rows = await db.query(
    'select action from isp_service_logs where service_id = $1::bigint order by id',
    [id],
  );
  return rows.map((row) => row.action);
}

test('suspending and resuming change status, version, hold, log and events together', async () => {
  const { username, id, order } = await newService();
  await suspendService(deps, { ...order, note: 'abuse' });
  expect(await findService(db, username)).toMatchObject({
    status: 'suspended',
    reason: 'admin',
    stateVersion: 2,
  });
  expect(
    await db.query('select cause, note, lifted_at from service_holds where service_id = $1::bigint', [id]),
  ).toEqual([{ cause: 'admin', note: 'abuse', lifted_at: null }]);
  await resumeService(deps, order);
  const resumed = await findService(db, username);
  expect(resumed).toMatchObject({ status: 'active', stateVersion: 3 });
  expect(resumed?.reason).toBeUndefined();
  expect(await actionsOf(id)).toEqual(['created', 'suspended', 'resumed']);
  expect(await topicsOf(id)).toEqual(['service.created', 'service.suspended', 'service.resumed']);
});

test('suspending twice is refused, also when both come at once', async () => {
  const { id, order } = await newService();
  const both = await Promise.allSettled([suspendService(deps, order), suspendService(deps, order)]);
  expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
  await expect(suspendService(deps, order)).rejects.toMatchObject({
    kind: 'conflict',
    code: 'already_suspended',
  });
  expect(await actionsOf(id)).toEqual(['created', 'suspended']);
});

test('each hold is lifted by its own cause (S5)', async () => {
  const { username, id, order } = await newService();
  await suspendService(deps, { ...order, cause: 'nonpayment' });
  await expect(resumeService(deps, order)).rejects.toMatchObject({
    code: 'not_suspended',
    message: expect.stringContaining('an invoice is unpaid'),
  });
  await suspendService(deps, order);
  expect(await findService(db, username)).toMatchObject({ reason: 'admin' });
  await resumeService(deps, order);
  expect(await findService(db, username)).toMatchObject({ status: 'suspended', reason: 'nonpayment' });
  await resumeService(deps, { ...order, cause: 'nonpayment' });
  expect(await findService(db, username)).toMatchObject({ status: 'active' });
  expect(await topicsOf(id)).toEqual([
    'service.created',
    'service.suspended',
    'service.suspended',
    'service.suspended',
    'service.resumed',
  ]);
});

test('a service over the allowance of a throttling plan resumes throttled (F2)', async () => {
  const { username, id, order } = await newService();
  await suspendService(deps, order);
  await db.query(
    'update isp_service_segments set upload_octets = 1, download_octets = 999999999 where service_id = $1::bigint',
    [id],
  );
  await resumeService(deps, order);
  expect(await findService(db, username)).toMatchObject({ status: 'throttled' });
});

test('what is not suspended cannot be resumed', async () => {
  const { order } = await newService();
  await expect(resumeService(deps, order)).rejects.toMatchObject({ kind: 'conflict', code: 'not_suspended' });
});

test('a cancelled service is final', async () => {
  const { id, order } = await newService();
  await db.query(`update isp_services set status = 'cancelled' where id = $1::bigint`, [id]);
  const changes = [
    () => suspendService(deps, order),
    () => resumeService(deps, order),
    () => setServiceSpeed(deps, { ...order, rateLimit: '1M' }),
    () => setServiceCredentials(deps, { ...order, change: { password: 'x' } }),
  ];
  for (const change of changes) {
    await expect(change()).rejects.toMatchObject({ kind: 'conflict', code: 'service_cancelled' });
  }
});

test('a name nobody has is not found', async () => {
  const order = { username: 'ghost', actor: testActor };
  await expect(suspendService(deps, order)).rejects.toMatchObject({
    kind: 'not_found',
    code: 'service_not_found',
  });
  await expect(requestDisconnect(deps, order)).rejects.toMatchObject({ code: 'service_not_found' });
});

test('a speed of its own is kept in canonical form until its end, or until it is taken back', async () => {
  const { username, id, order } = await newService();
  const until = new Date(nowMs + 1);
  await setServiceSpeed(deps, { ...order, rateLimit: '2000k/8m', until });
  expect(await findService(db, username)).toMatchObject({
    rateLimit: '2M/8M',
    rateLimitUntil: until,
    stateVersion: 2,
  });
  await setServiceSpeed(deps, { ...order, rateLimit: null });
  const after = await findService(db, username);
  expect(after).toMatchObject({ stateVersion: 3 });
  expect(after?.rateLimit).toBeUndefined();
  expect(after?.rateLimitUntil).toBeUndefined();
  expect(await topicsOf(id)).toEqual(['service.created', 'service.speed_changed', 'service.speed_changed']);
});

test.each([
  [{ rateLimit: 'fast' }, /a rate is digits/],
  [{ rateLimit: '1M', until: new Date(nowMs) }, /in the past/],
  [{ rateLimit: null, until: new Date(nowMs + 1) }, /has no end/],
])('the speed %o is refused', async (speed, sentence) => {
  await expect(setServiceSpeed(deps, { username: 'user1', actor: testActor, ...speed })).rejects.toThrow(
    sentence,
  );
});

test('a new password is sealed, and sessions need not learn of it', async () => {
  const { username, id, order } = await newService();
  await setServiceCredentials(deps, { ...order, change: { password: 'new secret' } });
  const [row] = await db.query<{ password_enc: Buffer }>(
    'select password_enc from isp_services where id = $1::bigint',
    [id],
  );
  expect(row && box.open(row.password_enc).toString()).toBe('new secret');
  expect(await findService(db, username)).toMatchObject({ stateVersion: 1 });
  expect(await topicsOf(id)).toEqual(['service.created', 'service.credentials_changed']);
  await expect(setServiceCredentials(deps, { ...order, change: { password: '' } })).rejects.toThrow(
    /password is missing/,
  );
});

test('an ordered disconnect changes nothing but is recorded', async () => {
  const { username, id, order } = await newService();
  await requestDisconnect(deps, order);
  expect(await findService(db, username)).toMatchObject({ status: 'active', stateVersion: 1 });
  expect(await topicsOf(id)).toEqual(['service.created', 'service.disconnect_requested']);
});
