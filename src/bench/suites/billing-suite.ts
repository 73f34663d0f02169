import { postmasterPid } from '../product/bench-database.ts';
import { canMeasureProcesses } from '../product/process-usage.ts';
import { billingLines } from '../report/billing.ts';
import type { BenchSession } from './bench-session.ts';
import { BilledServices } from './billing/billed-services.ts';
import { checkBooks } from './billing/check-books.ts';
import { billDue, measureRun, taskDeps } from './billing/invoice-runs.ts';
import { measureLogins } from './billing/logins-beside.ts';
import { measureStatement } from './billing/long-statement.ts';
import { measurePayments } from './billing/payments.ts';

const FULL = { payments: 500, entries: 100_000 } as const;
const SMOKE = { payments: 10, entries: 2_500 } as const;

/**
 * Bills services at two boundaries in a row by a moved clock, once more with nothing due, takes payments, reads a long
 * statement, and looks at logins beside an invoice run. The tasks run in this process, as a worker runs them; the
 * product works off the events meanwhile.
 */
export async function billingSuite(bench: BenchSession): Promise<void> {
  const { options, database, site } = bench;
  const { payments: count, entries } = options.isSmoke ? SMOKE : FULL;
  const billed = await BilledServices.choose(database, options.invoices);
  const deps = taskDeps(database, billed);
  const postmaster = canMeasureProcesses ? await postmasterPid(site, database) : undefined;
  const first = await measureRun('first', deps, { billed, postmaster });
  bench.say(`first run: ${(first.durationMs / 1000).toFixed(1)} s for ${first.services} services`);
  const renewal = await measureRun('renewal', deps, { billed, postmaster });
  bench.say(`renewal: ${(renewal.durationMs / 1000).toFixed(1)} s`);
  const startedMs = performance.now();
  await billDue(deps);
  const idleRunMs = performance.now() - startedMs;
  const { payments, notLifted } = await measurePayments(deps, count);
  const logins = await measureLogins(bench, deps, billed);
  const statement = await measureStatement(database.db, entries);
  const { invoices, faults } = await checkBooks(deps, billed.invoicesDue);
  bench.report.billing = {
    runs: [first, renewal],
    idleRunMs,
    payments,
    statement,
    ...logins,
    invoices,
    faults: { ...faults, notLifted },
  };
  for (const line of billingLines(bench.report.billing)) bench.say(line);
}
