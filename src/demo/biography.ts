import type { Temporal } from 'temporal-polyfill';
import { seededRandom } from '../simulator/random.ts';
import { STAFF_CODE, WELCOME_CODE } from './catalog.ts';
import type { DemoSubscriber } from './people.ts';

/** How many days the demo remembers. */
export const YEAR_DAYS = 365;

/** The year of one subscriber; days are counted back from today. */
export interface Biography {
  readonly joinedDaysAgo: number;
  /** What they joined with; an upgrade may have brought them to the package they have now. */
  readonly firstPlanCode: string;
  readonly changedDaysAgo: number | undefined;
  readonly promotionCode: string | undefined;
  /** Pays an invoice so many days after it was issued, more or less. */
  readonly paysAfterDays: number;
  /** Pays nothing that was issued later than this. */
  readonly paysUntilDaysAgo: number;
  readonly method: string;
  readonly leaving: { readonly daysAgo: number; readonly how: 'now' | 'period_end' | 'unpaid' } | undefined;
}

/** When the welcome was offered, in days ago. */
const WELCOME = { from: 200, until: 150 };
const LESSER_PLANS: Readonly<Record<string, string>> = { HOME20: 'HOME10', HOME50: 'HOME20' };
/** Who stops paying so long ago has been reminded, charged for it and suspended by now. */
const UNPAID_SINCE_DAYS = 110;
/** Who uses an allowance up has used it up when so much of the period is over. */
const HEAVY_PERIOD_DAYS = 24;

/** The year of a subscriber who is still there; always the same on a given day. */
export function biographyOf(
  subscriber: DemoSubscriber,
  index: number,
  today: Temporal.PlainDate,
  days = YEAR_DAYS,
): Biography {
  const random = seededRandom(9_000 + index);
  const joinedDaysAgo = Math.min(days, joinedOf(subscriber, random, today));
  const lesser = LESSER_PLANS[subscriber.planCode];
  const isUpgraded =
    lesser !== undefined && subscriber.fate === 'ordinary' && random() < 0.2 && joinedDaysAgo > 60;
  const isWelcomed = joinedDaysAgo < WELCOME.from && joinedDaysAgo > WELCOME.until;
  // Whose story is another one pays in time.
  const habit = random() * (subscriber.fate === 'ordinary' || subscriber.fate === 'unpaid' ? 1 : 0.7);
  return {
    joinedDaysAgo,
    firstPlanCode: isUpgraded ? lesser : subscriber.planCode,
    changedDaysAgo: isUpgraded ? 20 + Math.floor(random() * (joinedDaysAgo - 40)) : undefined,
    promotionCode: isWelcomed ? WELCOME_CODE : index % 60 === 7 ? STAFF_CODE : undefined,
    paysAfterDays:
      habit < 0.72 ? 1 + habit * 12 : habit < 0.95 ? 12 + (habit - 0.72) * 50 : 30 + random() * 20,
    paysUntilDaysAgo: untilOf(subscriber),
    method:
      subscriber.planCode === 'BIZ100' ? 'bank' : ['mpesa', 'mpesa', 'mpesa', 'cash', 'card'][index % 5],
    leaving: undefined,
  };
}

/** The year of one who has left. */
export function formerBiographyOf(subscriber: DemoSubscriber, index: number, days = YEAR_DAYS): Biography {
  const random = seededRandom(19_000 + index);
  const joinedDaysAgo = Math.floor(days * (0.75 + random() * 0.25));
  const daysAgo = 10 + Math.floor(random() * days * 0.4);
  const how = index % 6 === 5 ? 'unpaid' : index % 6 === 4 ? 'period_end' : 'now';
  return {
    joinedDaysAgo,
    firstPlanCode: subscriber.planCode,
    changedDaysAgo: undefined,
    promotionCode: undefined,
    paysAfterDays: 2 + random() * 8,
    paysUntilDaysAgo: how === 'unpaid' ? daysAgo + 75 : 0,
    method: 'mpesa',
    leaving: { daysAgo, how },
  };
}

/** A good third was there when the year began; the rest came one after the other. */
function joinedOf({ fate }: DemoSubscriber, random: () => number, today: Temporal.PlainDate): number {
  const isFounder = random() < 0.38;
  const ordinary = isFounder ? YEAR_DAYS - Math.floor(random() * 25) : 6 + Math.floor(random() * 330);
  if (fate === 'capped' || fate === 'throttled') {
    const anchor = today.subtract({ days: HEAVY_PERIOD_DAYS });
    return anchor.subtract({ months: 3 + Math.floor(random() * 7) }).until(today).days;
  }
  if (fate === 'unpaid') return Math.max(ordinary, UNPAID_SINCE_DAYS + 70);
  return fate === 'ordinary' ? ordinary : Math.max(ordinary, 90);
}

function untilOf({ fate }: DemoSubscriber): number {
  if (fate === 'unpaid') return UNPAID_SINCE_DAYS;
  // A week of validity that is not bought again.
  return fate === 'expired' ? 8 : 0;
}
