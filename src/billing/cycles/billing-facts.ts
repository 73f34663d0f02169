import type { Temporal } from 'temporal-polyfill';
import type { CustomerId, InvoiceId, PlanId, ServiceId } from '../../kernel/ids.ts';
import type { Plan } from '../../subscribers/catalog/plan.ts';
import type { BillingPeriod } from '../../subscribers/period.ts';
import type { ServiceStatus } from '../../subscribers/service-status.ts';
import type { SegmentTerms } from '../../subscribers/services/segment.ts';
import type { HoldCause } from '../../subscribers/services/suspension.ts';
import type { Discount } from '../promotions/discount.ts';
import type { Payer } from '../receivables/payer.ts';
import type { HeldSpan } from './held-spans.ts';

/** The billing side of a service, whose row is locked. */
export interface BilledService {
  readonly id: ServiceId;
  readonly customerId: CustomerId;
  readonly payer: Payer;
  readonly username: string;
  readonly status: ServiceStatus;
  /** The first of its holds. */
  readonly reason: HoldCause | undefined;
  readonly planId: PlanId;
  /** The package of the next period, when a change waits for it (P5). */
  readonly nextPlanId: PlanId | undefined;
  readonly anchorDay: number | undefined;
  /** The next boundary: end of the current period, or the first billed day (C7, B5, T1). */
  readonly nextBillingOn: Temporal.PlainDate | undefined;
  /** The first billed day that was named for it (B5). */
  readonly billingStartsOn: Temporal.PlainDate | undefined;
  readonly cancelAtEnd: boolean;
  /** When it was held, other than by a data cap, from the next boundary on (S4). */
  readonly heldSpans: readonly HeldSpan[];
  readonly activatedAt: Temporal.Instant | undefined;
}

/** A period as it is kept. */
export interface BilledPeriod extends BillingPeriod {
  readonly id: string;
  readonly seq: number;
  readonly startAt: Temporal.Instant;
  readonly endAt: Temporal.Instant;
  readonly fullStartAt: Temporal.Instant;
  readonly fullEndAt: Temporal.Instant;
  /** Days of the full period it is, or is a part of. */
  readonly fullDays: bigint;
  readonly state: 'open' | 'closed' | 'replaced';
  readonly invoiceId: InvoiceId | undefined;
  readonly lastInvoiceId: InvoiceId | undefined;
  /** The last invoice can still be credited: it is neither void nor written off (K2). */
  readonly canBeCredited: boolean;
  /** The line in force, net of discount, and since when; undefined in arrears. */
  readonly lineNet: bigint | undefined;
  readonly lineFromAt: Temporal.Instant | undefined;
  readonly discounts: readonly Discount[];
  /** What was charged for overage; undefined until the period is rated. */
  readonly overageCharged: bigint | undefined;
}

/** A stretch under unchanged terms, with what was used in it. */
export interface BilledSegment {
  readonly fromAt: Temporal.Instant;
  readonly toAt: Temporal.Instant | undefined;
  readonly fromOn: Temporal.PlainDate;
  readonly packageId: string;
  readonly terms: SegmentTerms;
  readonly uploadOctets: bigint;
  readonly downloadOctets: bigint;
}

/** A one-off item that waits for an invoice (T4). */
export interface PendingItem {
  readonly id: string;
  readonly amountMinor: bigint;
  readonly description: string;
}

/** All that decides what a service owes. */
export interface BillingFacts {
  readonly service: BilledService;
  readonly plan: Plan;
  readonly nextPlan: Plan | undefined;
  /** The last rated period and all since, oldest first. */
  readonly periods: readonly BilledPeriod[];
  /** From the first of these periods on, in order of time. */
  readonly segments: readonly BilledSegment[];
  readonly items: readonly PendingItem[];
  /** Codes that still discount base lines, in the order of their redemption. */
  readonly discounts: readonly Discount[];
}

/** The period that is running or waits to be closed; undefined before the first and in a gap (S4). */
export function currentPeriod(facts: BillingFacts): BilledPeriod | undefined {
  const last = facts.periods.at(-1);
  return last?.state === 'open' ? last : undefined;
}

/** Whether a hold stands that a new period does not lift: a data cap alone ends with its period (S4, F5). */
export function isHeldOver({ status, reason }: Pick<BilledService, 'status' | 'reason'>): boolean {
  return status === 'suspended' && reason !== 'data_cap';
}

/** The segments of a period: those that begin in it. */
export function segmentsOf(facts: BillingFacts, period: BilledPeriod): BilledSegment[] {
  const [startMs, endMs] = [period.startAt.epochMilliseconds, period.endAt.epochMilliseconds];
  return facts.segments.filter(
    ({ fromAt }) => fromAt.epochMilliseconds >= startMs && fromAt.epochMilliseconds < endMs,
  );
}
