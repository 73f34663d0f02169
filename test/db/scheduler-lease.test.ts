import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { Job } from '../../src/platform/scheduler/job.port.ts';
import { abandonRun, claimRun, lapsedRuns, pruneRuns } from '../../src/platform/scheduler/job-run.store.ts';
import { JobRunner } from '../../src/platform/scheduler/runner.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { silentLogger } from '../support/silent-logger.ts';

let database: TestDatabase;
let db: Database;

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
});

const tick = Date.parse('2026-11-23T04:30:00Z');
const claim = (runner: string, atMs = tick, leaseMs = 60_000) =>
  claimRun(db, { job: 'sweep', scheduledFor: new Date(atMs), runner, leaseMs });
const lapse = () => db.query(`update job_runs set lease_until = now() - interval '1 s'`);
const runs = () =>
  db.query<{ scheduled_for: Date; state: string; runner: string; error: string | null; counts: object }>(
    'select * from job_runs order by scheduled_for',
  );
const runnerOf = (name: string, leaseMs?: number) =>
  new JobRunner({
    db,
    logger: silentLogger,
    clock: systemClock,
    runner: name,
    ...(leaseMs ? { leaseMs } : {}),
  });
const jobOf = (run: Job['run']): Job => ({ name: 'sweep', schedule: '* * * * *', follows: 'real_time', run });

describe('the lease of a run', () => {
  it('is given to one of many hosts that ask for the same tick at once', async () => {
    const claims = await Promise.all(['a', 'b', 'c', 'd'].map((runner) => claim(runner)));
    expect(claims.map(({ outcome }) => outcome).sort()).toEqual(['claimed', 'taken', 'taken', 'taken']);
  });

  it('is given to one of two hosts that ask for different ticks at once', async () => {
    const claims = await Promise.all([claim('a'), claim('b', tick + 60_000)]);
    expect(claims.map(({ outcome }) => outcome).sort()).toEqual(['busy', 'claimed']);
  });

  it('passes to whoever asks for the same tick after it has run out', async () => {
    await claim('dead');
    await lapse();
    expect((await claim('heir')).outcome).toBe('claimed');
    expect(await runs()).toMatchObject([{ state: 'running', runner: 'heir' }]);
  });

  it('that has run out is recorded as failed when a later tick begins', async () => {
    await claim('dead');
    await lapse();
    expect((await claim('heir', tick + 60_000)).outcome).toBe('claimed');
    expect(await runs()).toMatchObject([
      { state: 'failed', runner: 'dead', error: expect.stringContaining('ended') },
      { state: 'running', runner: 'heir' },
    ]);
  });

  it('that has run out is told of, with whether a later run did the work', async () => {
    await claim('dead');
    await lapse();
    expect(await lapsedRuns(db)).toMatchObject([{ job: 'sweep', isSuperseded: false }]);
    await db.query(
      `insert into job_runs (job, scheduled_for, state, runner, lease_until) values ('sweep', now(), 'done', 'b', now())`,
    );
    const [lapsed] = await lapsedRuns(db);
    expect(lapsed).toMatchObject({ isSuperseded: true });
    await abandonRun(db, lapsed?.id ?? '');
    expect(await lapsedRuns(db)).toEqual([]);
  });
});

describe('a run', () => {
  it('is recorded with its counts and is not done again', async () => {
    const runner = runnerOf('a');
    const job = jobOf(async () => ({ closed: 3 }));
    expect(await runner.run(job, tick)).toEqual({ outcome: 'done', counts: { closed: 3 } });
    expect(await runs()).toMatchObject([{ state: 'done', counts: { closed: 3 }, error: null, runner: 'a' }]);
    expect(await runner.run(job, tick)).toEqual({ outcome: 'taken' });
  });

  it('that throws is recorded with its error', async () => {
    const job = jobOf(async () => {
      throw new Error('The disk is full.');
    });
    expect(await runnerOf('a').run(job, tick)).toMatchObject({ outcome: 'failed' });
    expect(await runs()).toMatchObject([{ state: 'failed', error: 'The disk is full.' }]);
  });

  it('does not overlap another of the same job, in this process or another', async () => {
    let finish: () => void = () => undefined;
    const job = jobOf(() => new Promise((resolve) => (finish = () => resolve({}))));
    const [here, there] = [runnerOf('a'), runnerOf('b')];
    const first = here.run(job, tick);
    await expect.poll(async () => (await runs()).length).toBe(1);
    expect(await here.runNow(job)).toEqual({ outcome: 'busy' });
    expect(await there.runNow(job)).toEqual({ outcome: 'busy' });
    finish();
    expect(await first).toMatchObject({ outcome: 'done' });
  });

  it('keeps its lease as long as it works', async () => {
    const leaseMs = 300;
    const job = jobOf(async () => {
      await new Promise((resolve) => setTimeout(resolve, leaseMs * 3));
      return {};
    });
    const working = runnerOf('a', leaseMs).run(job, tick);
    await new Promise((resolve) => setTimeout(resolve, leaseMs * 2));
    expect((await claim('b')).outcome).toBe('taken');
    expect(await working).toMatchObject({ outcome: 'done' });
  });

  it('is told to end when somebody else has it, and does not overwrite the record', async () => {
    const job = jobOf(
      (signal) =>
        new Promise((resolve) =>
          signal.addEventListener('abort', () => resolve({ halfway: 1 }), { once: true }),
        ),
    );
    const working = runnerOf('slow', 300).run(job, tick);
    await expect.poll(async () => (await runs()).length).toBe(1);
    await db.query(`update job_runs set runner = 'heir', lease_until = now() + interval '1 min'`);
    await working;
    expect(await runs()).toMatchObject([{ state: 'running', runner: 'heir', counts: {} }]);
  });

  it('is told to end when the process stops', async () => {
    const runner = runnerOf('a');
    const job = jobOf(
      (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    );
    const working = runner.run(job, tick);
    await expect.poll(async () => (await runs()).length).toBe(1);
    await runner.stop();
    expect(await working).toMatchObject({ outcome: 'failed' });
    expect(await runs()).toMatchObject([{ state: 'failed', error: 'The process stops.' }]);
  });
});

it('old runs are forgotten, failed ones later, and the newest of each job never', async () => {
  await db.query(
    `insert into job_runs (job, scheduled_for, state, runner, lease_until, finished_at)
     select job, now() - days * interval '1 day', state, 'a', now(), now() - days * interval '1 day'
     from (values ('x', 'done', 40), ('x', 'done', 2), ('x', 'failed', 20), ('x', 'failed', 50), ('y', 'done', 90))
       as old (job, state, days)`,
  );
  expect(await pruneRuns(db, { doneDays: 3, failedDays: 30 })).toBe(2);
  const left = await db.query<{ job: string; state: string }>(
    'select job, state from job_runs order by job, state',
  );
  expect(left).toEqual([
    { job: 'x', state: 'done' },
    { job: 'x', state: 'failed' },
    { job: 'y', state: 'done' },
  ]);
});
