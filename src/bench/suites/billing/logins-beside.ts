import type { TaskDeps } from '../../../billing/task-deps.service.ts';
import type { BillingResult } from '../../report/billing.ts';
import { WARM_UP_S } from '../auth-suite.ts';
import { type BenchSession, ROUTER_HABIT } from '../bench-session.ts';
import type { BilledServices } from './billed-services.ts';
import { billDue } from './invoice-runs.ts';

export const LOGINS_PER_S = 2_000;
const SMOKE_LOGINS_PER_S = 200;
const TURNS = 4;
const SMOKE_TURNS = 1;

/** Logins in an open loop, alone and beside an invoice run, turn by turn. */
export async function measureLogins(
  bench: BenchSession,
  deps: TaskDeps,
  billed: BilledServices,
): Promise<Pick<BillingResult, 'loginsPerS' | 'turns'>> {
  const { seconds, isSmoke } = bench.options;
  const loginsPerS = isSmoke ? SMOKE_LOGINS_PER_S : LOGINS_PER_S;
  const order = { workload: 'login', steps: [{ ratePerS: loginsPerS, seconds }], ...ROUTER_HABIT } as const;
  await bench.prepare({ ...order, steps: [{ ratePerS: loginsPerS, seconds: WARM_UP_S }] });
  const run = new RunBeside(deps, billed);
  const turns: BillingResult['turns'][number][] = [];
  for (let turn = 0; turn < (isSmoke ? SMOKE_TURNS : TURNS); turn += 1) {
    await untilOutboxIsEmpty(deps);
    const alone = await bench.measure({ suite: 'billing', name: 'login alone' }, order);
    const stop = run.start();
    const beside = await bench.measure({ suite: 'billing', name: 'login beside invoices' }, order);
    const invoices = await stop();
    turns.push({ aloneP99Ms: alone.login.p99Ms, besideP99Ms: beside.login.p99Ms, invoices });
  }
  await billDue(deps);
  return { loginsPerS, turns };
}

/** An invoice run that goes on for as long as it is wanted: from boundary to boundary. */
class RunBeside {
  readonly #deps: TaskDeps;
  readonly #billed: BilledServices;

  constructor(deps: TaskDeps, billed: BilledServices) {
    this.#deps = deps;
    this.#billed = billed;
  }

  /** Begins; the answer stops it and tells how many invoices it issued. */
  start(): () => Promise<number> {
    const stop = new AbortController();
    const issued = this.#run(stop.signal);
    return () => {
      stop.abort();
      return issued;
    };
  }

  async #run(signal: AbortSignal): Promise<number> {
    const before = await countInvoices(this.#deps);
    try {
      for (;;) {
        // What an earlier turn has left, then the next month.
        await billDue(this.#deps, signal);
        this.#billed.moveToNextBoundary();
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    return (await countInvoices(this.#deps)) - before;
  }
}

async function countInvoices({ db }: TaskDeps): Promise<number> {
  const [row] = await db.query<{ issued: string }>('select count(*) as issued from invoices');
  return Number(row?.issued);
}

const OUTBOX_MAX_MS = 300_000;
const LOOK_EVERY_MS = 500;

/** What was recorded before shall not be worked off beside logins that are measured alone. */
async function untilOutboxIsEmpty({ db }: TaskDeps): Promise<void> {
  const giveUpMs = performance.now() + OUTBOX_MAX_MS;
  for (;;) {
    const [waiting] = await db.query('select 1 from outbox where done_at is null limit 1');
    if (waiting === undefined || performance.now() > giveUpMs) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
