import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { reportHealth } from '../../src/platform/health/role-health.store.ts';
import type { Actor } from '../../src/platform/identity/actor.ts';
import {
  businessClockNow,
  openBusinessClock,
  type RunningBusinessClock,
} from '../../src/platform/test-clock/business-clock.service.ts';
import { setTestClock } from '../../src/platform/test-clock/test-clock.service.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { manualClock } from '../support/manual-clock.ts';
import { silentLogger } from '../support/silent-logger.ts';

const actor: Actor = { kind: 'user', id: '1', name: 'admin@example.net' };
const july = new Date('2027-07-01T00:00:00Z');
const august = new Date('2027-08-01T00:00:00Z');

let database: TestDatabase;
let db: Database;
const open: RunningBusinessClock[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  db = openLanePool({ url: database.url, lanes: 4, name: 'netflow-test-clock' });
});

beforeEach(() => db.query('truncate test_clock, role_health', [], { prepare: false }));

afterEach(async () => {
  await Promise.all(open.splice(0).map((clock) => clock.stop()));
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

const deps = (isTestClock = true) => ({
  db,
  clock: systemClock,
  logger: silentLogger,
  isTestClock,
  patienceMs: 5_000,
});

/** A role as the others see it: it reports what its clock says after each setting. */
async function role(instance: string, more: { isTestClock?: boolean; prepare?: () => Promise<void> } = {}) {
  const { isTestClock = true, prepare } = more;
  const real = manualClock('2026-11-25T09:00:00Z');
  const report = () =>
    reportHealth(db, {
      instance,
      role: 'radius',
      host: instance,
      pid: 1,
      startedAt: new Date(0),
      counters: running.counters(),
    });
  const running: RunningBusinessClock = await openBusinessClock({
    db,
    real,
    isTestClock,
    logger: silentLogger,
    ...(prepare === undefined ? {} : { prepare }),
    onTaken: () => void report(),
  });
  open.push(running);
  await report();
  return { running, real };
}

describe('the business clock', () => {
  it('runs with real time until it is set, and stands still from then on', async () => {
    const { running, real } = await role('a');
    expect(running.clock.nowMs()).toBe(real.nowMs());
    await setTestClock(deps(), july, actor);
    real.advance(86_400_000);
    expect(running.clock.nowMs()).toBe(july.getTime());
    expect(running.clock.now().toString()).toBe('2027-07-01T00:00:00Z');
    expect(running.clock.monotonicMs()).toBe(86_400_000);
  });

  it('is the same in every role when setting it has answered, backwards too', async () => {
    const roles = [await role('a'), await role('b'), await role('c')];
    for (const at of [august, july]) {
      await setTestClock(deps(), at, actor);
      expect(roles.map(({ running }) => running.clock.nowMs())).toEqual(Array(3).fill(at.getTime()));
    }
  });

  it('a role has taken it only once what it computed from the old time is made anew', async () => {
    let isPrepared = false;
    await role('a', {
      prepare: async () => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        isPrepared = true;
      },
    });
    await setTestClock(deps(), july, actor);
    expect(isPrepared).toBe(true);
  });

  it('a role that starts later stands where it was set', async () => {
    await setTestClock(deps(), july, actor);
    expect((await role('a')).running.clock.nowMs()).toBe(july.getTime());
    const real = manualClock('2026-11-25T09:00:00Z');
    expect((await businessClockNow(db, real, true)).nowMs()).toBe(july.getTime());
  });

  it('without ISP_TEST_CLOCK it is the machine clock, whatever the database says', async () => {
    await setTestClock(deps(), july, actor);
    const { running, real } = await role('a', { isTestClock: false });
    expect(running.clock).toBe(real);
    expect(await businessClockNow(db, real, false)).toBe(real);
  });
});

describe('setting it', () => {
  it('is refused without ISP_TEST_CLOCK, here or in any other role, and changes nothing', async () => {
    await expect(setTestClock(deps(false), july, actor)).rejects.toMatchObject({ code: 'test_clock_off' });
    await role('other-host', { isTestClock: false });
    await expect(setTestClock(deps(), july, actor)).rejects.toMatchObject({
      code: 'test_clock_off',
      message: expect.stringContaining('radius on other-host'),
    });
    expect(await db.query('select * from test_clock')).toEqual([]);
  });

  it('names the role that does not follow in time', async () => {
    const { running } = await role('stuck');
    await running.stop();
    const order = setTestClock({ ...deps(), patienceMs: 200 }, july, actor);
    await expect(order).rejects.toMatchObject({
      code: 'test_clock_not_taken',
      message: expect.stringContaining('radius on stuck'),
    });
  });

  it('does not wait for a role that died', async () => {
    const { running } = await role('dead');
    await running.stop();
    await db.query(`update role_health set seen_at = now() - interval '7 s'`);
    expect(await setTestClock(deps(), july, actor)).toMatchObject({ now: july, isFrozen: true });
  });

  it('is in the audit log', async () => {
    await setTestClock(deps(), july, actor);
    const rows = await db.query(
      `select action, actor_name, after from audit_log where entity = 'test_clock' order by id desc limit 1`,
    );
    expect(rows).toEqual([
      {
        action: 'test_clock.set',
        actor_name: 'admin@example.net',
        after: { now: '2027-07-01T00:00:00.000Z' },
      },
    ]);
  });
});
