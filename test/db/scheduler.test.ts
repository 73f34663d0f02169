import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import type { Job } from '../../src/platform/scheduler/job.port.ts';
import { claimRun } from '../../src/platform/scheduler/job-run.store.ts';
import { JobRunner } from '../../src/platform/scheduler/runner.ts';
import { Scheduler, type SchedulerOptions } from '../../src/platform/scheduler/scheduler.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { silentLogger } from '../support/silent-logger.ts';

let database: TestDatabase;
let db: Database;
let clock: ManualClock;
let ran: string[];
const open: Scheduler[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  db = openLanePool({ url: database.url, lanes: 4, name: 'test' });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});
beforeEach(async () => {
  await db.query('truncate job_runs');
  clock = manualClock('2026-11-23T04:30:20Z');
  ran = [];
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((scheduler) => scheduler.stop()));
});

const jobOf = (name: string, schedule: string, follows: Job['follows'] = 'real_time'): Job => ({
  name,
  schedule,
  follows,
  run: async () => {
    ran.push(name);
    return {};
  },
});

function start(jobs: readonly Job[], more: Partial<SchedulerOptions> = {}, name = 'a'): Scheduler {
  const runner = new JobRunner({ db, logger: silentLogger, clock, runner: name });
  const scheduler = new Scheduler({
    db,
    runner,
    jobs,
    logger: silentLogger,
    clock,
    timeZone: 'UTC',
    isTestClock: false,
    ...more,
  });
  open.push(scheduler);
  return scheduler;
}

const recorded = () =>
  db.query<{ job: string; scheduled_for: Date; state: string; runner: string }>(
    `select job, scheduled_for, state, runner from job_runs where state <> 'running' order by scheduled_for`,
  );
const ends = async (count: number) => {
  await expect.poll(async () => (await recorded()).length).toBe(count);
  return recorded();
};
const ticks = async (count: number) => (await ends(count)).map((run) => run.scheduled_for.toISOString());

describe('the scheduler', () => {
  it('runs at the start what is overdue, once however many ticks were missed', async () => {
    await db.query(
      `insert into job_runs (job, scheduled_for, state, runner, lease_until)
       values ('sweep', '2026-11-22T00:00:00Z', 'done', 'old', now())`,
    );
    await start([jobOf('sweep', '* * * * *')]).pass();
    expect(await ticks(2)).toEqual(['2026-11-22T00:00:00.000Z', '2026-11-23T04:30:00.000Z']);
    expect(ran).toEqual(['sweep']);
  });

  it('leaves at the start what has run since its last tick', async () => {
    await db.query(
      `insert into job_runs (job, scheduled_for, state, runner, lease_until)
       values ('sweep', '2026-11-23T04:30:00Z', 'done', 'old', now())`,
    );
    await start([jobOf('sweep', '* * * * *'), jobOf('other', '* * * * *')]).pass();
    await ends(2);
    expect(ran).toEqual(['other']);
  });

  it('runs a job at its next tick and again at the one after', async () => {
    const scheduler = start([jobOf('sweep', '* * * * *')]);
    await scheduler.pass();
    await ends(1);
    await scheduler.pass();
    expect(ran).toHaveLength(1);
    clock.advance(40_000);
    await scheduler.pass();
    expect(await ticks(2)).toContain('2026-11-23T04:31:00.000Z');
    clock.advance(60_000);
    await scheduler.pass();
    expect(await ticks(3)).toContain('2026-11-23T04:32:00.000Z');
  });

  it('runs one tick for all that passed while the machine slept', async () => {
    const scheduler = start([jobOf('sweep', '* * * * *')]);
    await scheduler.pass();
    await ends(1);
    clock.advance(3_600_000);
    await scheduler.pass();
    expect(await ticks(2)).toEqual(['2026-11-23T04:30:00.000Z', '2026-11-23T05:30:00.000Z']);
  });

  it('runs a tick on one of two hosts, and the next one on the same', async () => {
    const [one, two] = [
      start([jobOf('sweep', '* * * * *')], {}, 'one'),
      start([jobOf('sweep', '* * * * *')], {}, 'two'),
    ];
    await Promise.all([one.pass(), two.pass()]);
    const [first] = await ends(1);
    for (let minute = 2; minute <= 4; minute += 1) {
      clock.advance(60_000);
      // The host that did not run the last one waits a moment before it tries.
      await Promise.all([one.pass(), two.pass()]);
      await ends(minute);
      clock.advance(2_000);
      await Promise.all([one.pass(), two.pass()]);
    }
    expect(new Set((await ends(4)).map((run) => run.runner))).toEqual(new Set([first?.runner]));
    expect(ran).toHaveLength(4);
  });

  it('reads schedules in the billing time zone, also after it was changed', async () => {
    const scheduler = start([jobOf('nightly', '0 0 * * *')], { timeZone: 'Africa/Nairobi' });
    await scheduler.pass();
    expect(await ticks(1)).toEqual(['2026-11-22T21:00:00.000Z']);
    scheduler.setTimetable({ timeZone: 'Asia/Tokyo' });
    clock.set('2026-11-23T15:00:01Z');
    await scheduler.pass();
    expect(await ticks(2)).toContain('2026-11-23T15:00:00.000Z');
  });

  it('follows a chosen schedule, and its own where the chosen one never comes', async () => {
    const schedules = { nightly: '0 6 * * *', weekly: '0 0 30 2 *' };
    const scheduler = start([jobOf('nightly', '0 0 * * *')], { schedules });
    await scheduler.pass();
    expect(await ticks(1)).toEqual(['2026-11-22T06:00:00.000Z']);
    scheduler.setTimetable({ timeZone: 'UTC', schedules: { nightly: '0 0 30 2 *' } });
    clock.set('2026-11-24T00:00:01Z');
    await scheduler.pass();
    expect(await ticks(2)).toContain('2026-11-24T00:00:00.000Z');
  });

  it('takes over a run whose runner died', async () => {
    await claimRun(db, {
      job: 'nightly',
      scheduledFor: new Date('2026-11-23T00:00:00Z'),
      runner: 'dead',
      leaseMs: 1,
    });
    await db.query(`update job_runs set started_at = '2026-11-23T04:30:00Z'`);
    const scheduler = start([jobOf('nightly', '0 0 * * *')]);
    await scheduler.pass();
    expect(await ends(1)).toMatchObject([{ state: 'done', runner: 'a' }]);
  });

  it('gives a run up that has been killing its processes for an hour', async () => {
    await claimRun(db, {
      job: 'nightly',
      scheduledFor: new Date('2026-11-23T00:00:00Z'),
      runner: 'dead',
      leaseMs: 1,
    });
    await db.query(`update job_runs set started_at = '2026-11-23T03:00:00Z'`);
    await start([jobOf('nightly', '0 0 * * *')]).pass();
    expect(await ends(1)).toMatchObject([{ state: 'failed' }]);
    expect(ran).toEqual([]);
  });

  it('with the test clock starts maintenance by itself and business only when asked', async () => {
    const jobs = [jobOf('sweep', '* * * * *'), jobOf('invoices', '* * * * *', 'business')];
    const scheduler = start(jobs, { isTestClock: true });
    await scheduler.pass();
    await ends(1);
    clock.advance(60_000);
    await scheduler.pass();
    await ends(2);
    expect(ran).toEqual(['sweep', 'sweep']);
    expect(await scheduler.runNow('invoices')).toMatchObject({ outcome: 'done' });
    expect(ran).toEqual(['sweep', 'sweep', 'invoices']);
  });

  it('has no job of another name to run now', async () => {
    await expect(start([]).runNow('sweep')).rejects.toMatchObject({ code: 'job_not_found' });
  });

  it('keeps a tick for which the database did not answer', async () => {
    const away = openLanePool({ url: database.url, lanes: 1, name: 'test-away' });
    const runner = new JobRunner({ db: away, logger: silentLogger, clock, runner: 'a' });
    const scheduler = start([jobOf('sweep', '* * * * *')], { runner });
    await away.close();
    await scheduler.pass();
    await expect.poll(() => runner.running).toEqual([]);
    const back = new JobRunner({ db, logger: silentLogger, clock, runner: 'a' });
    runner.run = (job, atMs) => back.run(job, atMs);
    await scheduler.pass();
    expect(ran).toEqual([]);
    clock.advance(6_000);
    await scheduler.pass();
    expect(await ticks(1)).toEqual(['2026-11-23T04:30:00.000Z']);
  });
});
