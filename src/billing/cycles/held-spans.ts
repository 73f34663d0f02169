import { Temporal } from 'temporal-polyfill';

/** A time during which an admin's or a nonpayment hold stood (S5); without an end it stands yet. */
export interface HeldSpan {
  readonly fromAt: Temporal.Instant;
  readonly toAt: Temporal.Instant | undefined;
}

/** The first instant from `at` on that no span covers: `at` itself when none does; undefined when there is none yet. */
export function firstFree(spans: readonly HeldSpan[], at: Temporal.Instant): Temporal.Instant | undefined {
  const { compare } = Temporal.Instant;
  const covering = spans.find(
    ({ fromAt, toAt }) => compare(fromAt, at) <= 0 && (toAt === undefined || compare(at, toAt) < 0),
  );
  if (covering === undefined) return at;
  return covering.toAt && firstFree(spans, covering.toAt);
}

/** Whether a hold stood at an instant: a boundary then opens no period where suspension is not billed (S4). */
export function isHeldAt(spans: readonly HeldSpan[], at: Temporal.Instant): boolean {
  return firstFree(spans, at) !== at;
}
