import type { AccessFacts } from '../facts.ts';
import type { Subject } from '../subject.ts';
import type { Verdict } from './verdict.ts';

/**
 * What the life of the service says (billing-rules section 13). An expired service whose validity is over is
 * left to the next check, so that one fact has one reason whether or not the expiry job has run yet.
 */
export function serviceStateVerdict(facts: AccessFacts, subject: Subject): Verdict {
  switch (subject.state) {
    case 'active':
    case 'throttled':
      return 'passed';
    case 'pending':
      return 'service_pending';
    case 'cancelled':
      return 'service_cancelled';
    case 'suspended':
      // S5: the reason shown is data_cap only when no stronger hold stands.
      return subject.stateReason === 'data_cap' ? 'data_cap' : 'service_suspended';
    case 'expired':
      return isValidityOver(facts, subject) ? 'skipped' : 'service_expired';
  }
}

/** Q3: expires_at is an instant, and from it on the service is over; the login checks it itself. */
export function expiryVerdict(facts: AccessFacts, subject: Subject): Verdict {
  if (subject.expiresAtMs === 0) return 'skipped';
  return isValidityOver(facts, subject) ? 'validity_over' : 'passed';
}

function isValidityOver(facts: AccessFacts, subject: Subject): boolean {
  return subject.expiresAtMs !== 0 && subject.expiresAtMs <= facts.nowMs;
}
