import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { suspendUnpaid } from '../../src/billing/collection/suspension.service.ts';
import { billingJobs } from '../../src/billing/jobs/billing-task.job.ts';
import { findDiscrepancies } from '../../src/billing/ledger/ledger-check.store.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { SYSTEM_ACTOR } from '../../src/platform/identity/actor.ts';
import { JobRunner } from '../../src/platform/scheduler/runner.ts';
import { Scheduler } from '../../src/platform/scheduler/scheduler.ts';
import { type BillerOrder, carryOut, type ToldPayment } from '../support/billing-order.ts';
import { type BillingSite, openBillingSite } from '../support/billing-site.ts';
import { billingState } from '../support/billing-state.ts';
import { childProgram } from '../support/child-program.ts';
import type { Doom } from '../support/doomed-database.ts';
import { manualClock } from '../support/manual-clock.ts';
import { silentLogger } from '../support/silent-logger.ts';

const START = '2025-01-31T08:00:00Z';
const LATER = '2025-04-02T00:05:00Z';
const PAID = '2025-05-20T10:00:00Z';
const GB = 1_000_000_000n;
const SEED = 20_250_402;
let biller: Awaited<ReturnType<typeof childProgram>>;
let calm: BillingSite;
let struck: BillingSite;

beforeAll(async () => {
  biller = await childProgram(join(import.meta.dirname, '../support/doomed-biller.ts'));
  [calm, struck] = await Promise.all([openBillingSite(START), openBillingSite(START)]);
  await Promise.all([populate(calm), populate(struck)]);
});
afterAll(async () => {
  biller.remove();
  await Promise.all([calm.close(), struck.close()]);
});

/** Twelve services of three kinds that have used more than they have, some with credit, one with two to its customer. */
async function populate(site: BillingSite): Promise<void> {
  await site.plan('home', 3_000, { dataLimitGb: '100', overage: { price: 50, cap: 400 }, setupFee: 500n });
  await site.plan('late', 2_500, { dataLimitGb: '50', overage: { price: 40 }, baseTiming: 'arrears' });
  await site.plan('week', 700, { cycle: 'weekly', cycleCount: 2 });
  for (let index = 0; index < 12; index++) {
    const plan = ['home', 'late', 'week'][index % 3] ?? 'home';
    const { id } = await site.sign(`user-${index}`, plan, { anchorDay: plan === 'week' ? 3 : 31 });
    await site.use(id, '2025-02-10T10:00:00Z', BigInt(90 + 5 * index) * GB);
  }
  const credited = toldPayments(await customersOf(site)).slice(0, 3);
  await carryOut(site.db, { url: site.url, at: START, payments: credited.map(named('before')) });
}

async function customersOf(site: BillingSite): Promise<ToldPayment['customerId'][]> {
  const rows = await site.db.query<{ id: ToldPayment['customerId'] }>('select id from customers order by id');
  return rows.map(({ id }) => id);
}

/** Too little, exactly enough for one invoice, and too much. */
function toldPayments(customers: readonly ToldPayment['customerId'][]): ToldPayment[] {
  return [900, 3_480, 40_000].flatMap((amount, round) =>
    customers.map((customerId) => ({
      customerId,
      amountMinor: String(amount),
      reference: `R${round}-${customerId}`,
    })),
  );
}

const named = (prefix: string) => (payment: ToldPayment) => ({
  ...payment,
  reference: `${prefix}-${payment.reference}`,
});

/** Numbers in [0, 1), the same ones every time (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A process that works on the order; answers the signal that ended it, or null when it came to its end. */
async function processOf(order: BillerOrder): Promise<string | null> {
  const child = fork(biller.path, []);
  child.send(order);
  const [code, signal] = await once(child, 'exit');
  expect([0, null]).toContain(code);
  return signal;
}

/** Kills process after process at places nobody chose, lets the last one finish, and looks at the books each time. */
async function struckAgainAndAgain(order: BillerOrder, kills: number, statementsMax: number): Promise<void> {
  const random = chance(SEED);
  const moments = ['before', 'during', 'after'] as const;
  for (let kill = 0; kill < kills; kill++) {
    const doom: Doom = {
      atStatement: 1 + Math.floor(random() * statementsMax),
      moment: moments[Math.floor(random() * moments.length)] ?? 'during',
    };
    expect(await processOf({ ...order, doom }), JSON.stringify(doom)).toBe('SIGKILL');
    expect(await findDiscrepancies(struck.db), JSON.stringify(doom)).toEqual([]);
  }
  expect(await processOf(order)).toBeNull();
}

describe('a process that is killed with -9', () => {
  it('R2: in an invoice run leaves whole invoices or none, and the run done again leaves what an undisturbed one does', async () => {
    await carryOut(calm.db, { url: calm.url, at: LATER });
    await struckAgainAndAgain({ url: struck.url, at: LATER }, 5, 120);
    const undisturbed = await billingState(calm.db);
    expect(undisturbed.invoices?.length).toBeGreaterThan(40);
    expect(await billingState(struck.db)).toEqual(undisturbed);
  }, 60_000);

  it('A4, S3: in a payment leaves it whole or not at all, and payments told again leave what they do when told once', async () => {
    for (const { db } of [calm, struck]) {
      const deps = { db, clock: manualClock(PAID), logger: silentLogger };
      const report = await suspendUnpaid(deps, { actor: SYSTEM_ACTOR, isDryRun: false });
      expect(report.counts.suspended).toBeGreaterThan(5);
    }
    const payments = toldPayments(await customersOf(calm));
    await carryOut(calm.db, { url: calm.url, at: PAID, payments });
    await struckAgainAndAgain({ url: struck.url, at: PAID, payments }, 4, 150);
    const undisturbed = await billingState(calm.db);
    expect(undisturbed.payments).toHaveLength(payments.length + 3);
    expect(await billingState(struck.db)).toEqual(undisturbed);
  }, 60_000);
});

describe('two hosts on one database', () => {
  it('R2: whose schedulers wake at once make each invoice once, in one run', async () => {
    const at = '2025-06-03T00:00:30Z';
    await carryOut(calm.db, { url: calm.url, at });
    const pools = ['a', 'b'].map((name) => openLanePool({ url: struck.url, lanes: 4, name: `test-${name}` }));
    const schedulers = pools.map((db, index) => {
      const clock = manualClock(at);
      const jobs = billingJobs({ db, clock, logger: silentLogger });
      return new Scheduler({
        db,
        clock,
        logger: silentLogger,
        jobs: jobs.filter(({ name }) => name === 'generate-invoices'),
        runner: new JobRunner({ db, clock, logger: silentLogger, runner: `host-${index}` }),
        timeZone: 'UTC',
        isTestClock: false,
      });
    });
    await Promise.all(schedulers.map((scheduler) => scheduler.pass()));
    const runs = () => struck.db.query('select job, state from job_runs');
    await expect.poll(runs, { timeout: 20_000 }).toEqual([{ job: 'generate-invoices', state: 'done' }]);
    await Promise.all(schedulers.map((scheduler) => scheduler.stop()));
    await Promise.all(pools.map((db) => db.close()));
    expect(await runs()).toHaveLength(1);
    expect(await billingState(struck.db)).toEqual(await billingState(calm.db));
  });

  it('R2: that both run though they must not make each invoice once, and no number twice', async () => {
    const at = '2025-08-04T00:05:00Z';
    await carryOut(calm.db, { url: calm.url, at });
    expect(await Promise.all([1, 2].map(() => processOf({ url: struck.url, at })))).toEqual([null, null]);
    expect(await findDiscrepancies(struck.db)).toEqual([]);
    // Which of two services comes first is chance here, and with it which number is whose.
    expect(withoutNumbers(await billingState(struck.db))).toEqual(
      withoutNumbers(await billingState(calm.db)),
    );
  }, 60_000);
});

function withoutNumbers(state: Record<string, string[]>): Record<string, string[]> {
  const without = (row: string): string => row.replace(/INV-\d+/g, 'INV').replace(/("number": )\d+/, '$1');
  return Object.fromEntries(Object.entries(state).map(([name, rows]) => [name, rows.map(without).sort()]));
}
