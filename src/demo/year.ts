import type { Temporal } from 'temporal-polyfill';
import { sendReminders } from '../billing/collection/dunning.service.ts';
import { applyLateFees } from '../billing/collection/late-fee.service.ts';
import { reactivatePaidServices, suspendUnpaid } from '../billing/collection/suspension.service.ts';
import { generateInvoices } from '../billing/cycles/invoice-run.service.ts';
import { expirePrepaid } from '../billing/prepaid/expiry.service.ts';
import type { TaskReport } from '../billing/task.ts';
import type { TaskDeps, TaskOptions } from '../billing/task-deps.service.ts';
import type { Transaction } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import { invariant } from '../kernel/invariant.ts';
import type { Logger } from '../platform/logger.port.ts';
import type { SecretBox } from '../platform/secrets/secret-box.ts';
import { recordPerformance } from '../reports/figures/performance.service.ts';
import { YEAR_DAYS } from './biography.ts';
import { DEMO_TIME_ZONE } from './catalog.ts';
import { refreshStatistics } from './demo.store.ts';
import { inTransaction } from './in-transaction.ts';
import type { DemoSubscriber } from './people.ts';
import { YearClock } from './year-clock.ts';
import { YearPeople } from './year-people.ts';
import { YearTraffic } from './year-traffic.ts';

/** What the year is lived with; `clock` is the machine's. */
export interface YearDeps {
  readonly box: SecretBox;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Who takes part, how long it is, and who is told how far it is. */
export interface YearCast {
  readonly subscribers: readonly DemoSubscriber[];
  readonly former: readonly DemoSubscriber[];
  readonly days?: number | undefined;
  /** Ends the year between two days: nothing of it is kept. */
  readonly signal?: AbortSignal | undefined;
  readonly onMonth?: ((first: Temporal.PlainDate) => void) | undefined;
}

type Task = (deps: TaskDeps, options: TaskOptions) => Promise<TaskReport>;

const hour = 60;

/**
 * Lets the engine itself run through a year, in the caller's transaction: every sign-up, payment, change and
 * cancellation is the use case people call, every night's work the task of the timetable, with a clock that is moved
 * from day to day until now. Only the traffic is written past the accounting.
 */
export async function liveThroughYear(tx: Transaction, deps: YearDeps, cast: YearCast): Promise<void> {
  const db = inTransaction(tx);
  const clock = new YearClock(deps.clock, DEMO_TIME_ZONE);
  const { today } = clock;
  const days = cast.days ?? YEAR_DAYS;
  const people = new YearPeople({ tx, db, box: deps.box, clock }, { ...cast, days });
  const traffic = new YearTraffic({ tx, db, clock }, people);
  const tasks = { db, clock, logger: deps.logger };
  const run = async (task: Task): Promise<void> => {
    const report = await task(tasks, { actor: { kind: 'system', name: 'demo' }, isDryRun: false });
    // A statement that failed has ended the transaction.
    invariant(report.failures.length === 0, `the year of the demo: ${report.failures[0]?.message}`);
  };
  for (let daysAgo = days; daysAgo >= 0; daysAgo -= 1) {
    cast.signal?.throwIfAborted();
    const date = today.subtract({ days: daysAgo });
    const at = (minutes: number): boolean => clock.goTo(date, minutes);
    if (date.day === 1) {
      cast.onMonth?.(date);
      await refreshStatistics(tx);
    }
    if (at(0)) await run(generateInvoices);
    if (date.day === 1 && at(1 * hour)) await run(applyLateFees);
    if (date.dayOfWeek === 1 && at(2 * hour)) await run(suspendUnpaid);
    if (at(3 * hour)) await run(reactivatePaidServices);
    if (at(3 * hour + 30)) await recordPerformance({ db, clock });
    if (at(9 * hour)) await run(sendReminders);
    if (at(9 * hour + 30)) await people.topUp(date);
    if (at(10 * hour)) {
      await run(expirePrepaid);
      await people.signUp(daysAgo);
    }
    if (at(12 * hour)) await people.pay(date, daysAgo);
    if (at(15 * hour)) await people.changeMinds(daysAgo);
    await traffic.carry(date, daysAgo);
  }
  await traffic.finish();
}
