import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { parseResolvedConfig, type ResolvedConfig } from '../../src/platform/config/config.ts';
import { startWorkerRole } from '../../src/roles/worker-role.ts';
import type { RunningRole } from '../../src/supervisor/role-app.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { rememberingLogger } from '../support/silent-logger.ts';

let database: TestDatabase;
let db: Database;
let worker: RunningRole | undefined;
const logger = rememberingLogger();

function configOf(more: Record<string, string> = {}): ResolvedConfig {
  const parsed = parseResolvedConfig({ DATABASE_URL: database.url, APP_KEY: '07'.repeat(32), ...more });
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

beforeAll(async () => {
  database = await createTestDatabase();
  db = openLanePool({ url: database.url, lanes: 2, name: 'test' });
  worker = await startWorkerRole(configOf(), logger, systemClock);
});
afterAll(async () => {
  await worker?.stop();
  await db.close();
  await database.drop();
});

const jobs = async (state: string): Promise<string[]> =>
  (
    await db.query<{ job: string }>('select distinct job from job_runs where state = $1 order by 1', [state])
  ).map(({ job }) => job);

/** Jobs that follow real time, whatever the business clock says. */
const MAINTENANCE = [
  'check-ledger',
  'close-stale-sessions',
  'maintain-partitions',
  'prune-change-log',
  'prune-enforcements',
  'prune-job-runs',
  'prune-role-health',
];

/** Jobs that follow the business clock. */
const BUSINESS = [
  'apply-late-fees',
  'end-temporary-speeds',
  'reactivate-paid',
  'send-reminders',
  'suspend-unpaid',
];

it('the worker does at its start what every job has to do', async () => {
  await expect
    .poll(() => jobs('done'), { timeout: 10_000 })
    .toEqual(expect.arrayContaining([...MAINTENANCE, ...BUSINESS]));
  expect(await jobs('failed')).toEqual([]);
});

it('the worker is seen in role_health', async () => {
  await expect
    .poll(async () => (await db.query(`select role from role_health where role = 'worker'`)).length, {
      timeout: 10_000,
    })
    .toBe(1);
});

it('the worker delivers an event after its commit', async () => {
  await db.query(`insert into outbox (topic, payload) values ('service.created', '{"service_id": "1"}')`);
  await expect
    .poll(async () => db.query('select 1 from outbox where done_at is not null'), { timeout: 10_000 })
    .toHaveLength(1);
});

it('the worker leaves nothing behind when it stops', async () => {
  await worker?.stop();
  worker = undefined;
  expect(await db.query(`select 1 from role_health where role = 'worker'`)).toEqual([]);
  const connections = await db.query(
    `select application_name from pg_stat_activity where datname = current_database() and application_name ~ 'worker|listen'`,
  );
  expect(connections).toEqual([]);
  expect(logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
});

it('with the test clock the worker leaves business jobs alone (billing-rules M5)', async () => {
  await db.query('truncate job_runs');
  const second = await startWorkerRole(configOf({ ISP_TEST_CLOCK: '1' }), logger, systemClock);
  await expect.poll(() => jobs('done'), { timeout: 10_000 }).toEqual(expect.arrayContaining(MAINTENANCE));
  expect((await jobs('done')).filter((job) => BUSINESS.includes(job))).toEqual([]);
  await second.stop();
});
