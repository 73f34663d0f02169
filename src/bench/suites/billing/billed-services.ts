import { Temporal } from 'temporal-polyfill';
import { startOfDay } from '../../../kernel/calendar.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { readSettings } from '../../../platform/settings/setting.store.ts';
import type { BenchDatabase } from '../../product/bench-database.ts';

const PREPARATION_MAX_MS = 600_000;
/** A first boundary at the end of February may belong to an anchor of the 31st. */
const ANCHOR_SLACK_DAYS = 3;

/** Billing as the suite runs it: the services that are billed, and the clock it is told the time by. */
export class BilledServices {
  readonly services: number;
  /** The business clock of the use cases: always the moment it was moved to. */
  readonly clock: Clock;
  readonly #firstOn: Temporal.PlainDate;
  readonly #timeZone: string;
  #now: Temporal.Instant;
  /** Boundaries that have been reached. */
  #boundaries = 0;

  private constructor(parts: { services: number; firstOn: Temporal.PlainDate; timeZone: string }) {
    this.services = parts.services;
    this.#firstOn = parts.firstOn;
    this.#timeZone = parts.timeZone;
    this.#now = startOfDay(parts.firstOn, parts.timeZone);
    this.clock = {
      nowMs: () => this.#now.epochMilliseconds,
      now: () => this.#now,
      monotonicMs: () => performance.now(),
    };
  }

  /** Leaves the first `services` with the boundary their import gave them; all others are billed another time. */
  static async choose({ db }: BenchDatabase, services: number): Promise<BilledServices> {
    const { isp_timezone: timeZone } = await readSettings(db);
    const [row] = await db.query<{ first_on: string }>(
      `with chosen as (select id, next_billing_date from isp_services order by id limit $1::int),
         later as (update isp_services set next_billing_date = next_billing_date + interval '50 years'
           where id not in (select id from chosen))
       select max(next_billing_date) as first_on from chosen`,
      [services],
      { deadlineMs: PREPARATION_MAX_MS },
    );
    await db.query('vacuum analyze isp_services', [], { prepare: false, deadlineMs: PREPARATION_MAX_MS });
    const firstOn = Temporal.PlainDate.from(row?.first_on ?? '');
    return new BilledServices({ services, firstOn, timeZone });
  }

  /** Moves the clock to the next boundary, a month after the last one. */
  moveToNextBoundary(): void {
    const on = this.#firstOn.add({ months: this.#boundaries }).add({ days: ANCHOR_SLACK_DAYS });
    this.#now = startOfDay(on, this.#timeZone);
    this.#boundaries += 1;
  }

  /** Cycle invoices that are there when every boundary so far has been billed. */
  get invoicesDue(): number {
    return this.services * this.#boundaries;
  }
}
