import { generateInvoices } from '../../../billing/cycles/invoice-run.service.ts';
import type { TaskDeps } from '../../../billing/task-deps.service.ts';
import type { LogFields } from '../../../platform/logger.port.ts';
import type { BenchDatabase } from '../../product/bench-database.ts';
import { cpuSecondsOfFamily } from '../../product/process-usage.ts';
import type { InvoiceRun } from '../../report/billing.ts';
import type { BilledServices } from './billed-services.ts';

const SAMPLE_MS = 500;
const MB = 2 ** 20;

/** What the tasks of billing are run with. */
export function taskDeps({ db }: BenchDatabase, { clock }: BilledServices): TaskDeps {
  const silent = () => undefined;
  const logger = {
    debug: silent,
    info: silent,
    warn: silent,
    error: ({ err }: LogFields) => {
      throw err;
    },
  };
  return { db, clock, logger };
}

/** Runs `generate-invoices` to its end, or until it is stopped; resolves to how many invoices it issued. */
export async function billDue(deps: TaskDeps, signal?: AbortSignal): Promise<number> {
  const actor = { kind: 'system', name: 'bench' } as const;
  const { counts } = await generateInvoices(deps, { actor, isDryRun: false, signal });
  return counts.invoiced ?? 0;
}

/** Bills the next boundary of all of them; `postmaster` is the process of the database, where it can be seen. */
export async function measureRun(
  name: InvoiceRun['name'],
  deps: TaskDeps,
  { billed, postmaster }: { readonly billed: BilledServices; readonly postmaster: number | undefined },
): Promise<InvoiceRun> {
  billed.moveToNextBoundary();
  const memory = new PeakMemory();
  const databaseS = () => (postmaster === undefined ? 0 : cpuSecondsOfFamily(postmaster));
  const before = { databaseS: databaseS(), cpu: process.cpuUsage() };
  const startedMs = performance.now();
  try {
    await billDue(deps);
  } finally {
    memory.stop();
  }
  const durationMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(before.cpu);
  return {
    name,
    services: billed.services,
    durationMs,
    beforeMb: memory.beforeMb,
    peakMb: memory.peakMb,
    workerCpuMs: (user + system) / 1_000,
    databaseCpuMs: postmaster === undefined ? null : (databaseS() - before.databaseS) * 1_000,
  };
}

/** Resident memory of this process, looked at while something goes on. */
export class PeakMemory {
  readonly beforeMb = residentMb();
  peakMb = this.beforeMb;
  readonly #timer = setInterval(() => this.#look(), SAMPLE_MS);

  stop(): void {
    clearInterval(this.#timer);
    this.#look();
  }

  #look(): void {
    this.peakMb = Math.max(this.peakMb, residentMb());
  }
}

function residentMb(): number {
  return process.memoryUsage.rss() / MB;
}
