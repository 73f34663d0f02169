import { generateInvoices } from '../../../billing/cycles/invoice-run.service.ts';
import type { TaskDeps } from '../../../billing/task-deps.service.ts';
import type { LogFields } from '../../../platform/logger.port.ts';
import type { BenchDatabase } from '../../product/bench-database.ts';
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

/** Bills the next boundary of all of them. */
export async function measureRun(
  name: InvoiceRun['name'],
  deps: TaskDeps,
  billed: BilledServices,
): Promise<InvoiceRun> {
  billed.moveToNextBoundary();
  const memory = new PeakMemory();
  const startedMs = performance.now();
  try {
    await billDue(deps);
  } finally {
    memory.stop();
  }
  const durationMs = performance.now() - startedMs;
  return { name, services: billed.services, durationMs, beforeMb: memory.beforeMb, peakMb: memory.peakMb };
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
