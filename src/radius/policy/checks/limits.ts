import type { AccessFacts } from '../facts.ts';
import type { Subject } from '../subject.ts';
import type { Verdict } from './verdict.ts';

/** A service may be tied to some routers; an empty set ties it to none. */
export function nasAllowedVerdict(facts: AccessFacts, subject: Subject): Verdict {
  if (subject.allowedNas === undefined) return 'skipped';
  return subject.allowedNas.has(facts.nasId) ? 'passed' : 'nas_not_allowed';
}

/**
 * Sessions elsewhere must leave room for this one: RouterOS ignores `only-one` under RADIUS. The session this
 * login replaces (same port or MAC address) is not among them.
 */
export function sessionLimitVerdict(facts: AccessFacts, subject: Subject): Verdict {
  if (subject.sessionLimit === 0) return 'skipped';
  return facts.otherLiveSessions < subject.sessionLimit ? 'passed' : 'too_many_sessions';
}

/** F5: `block` refuses from used >= limit on. The other actions never refuse (F2, F6). */
export function quotaVerdict(_facts: AccessFacts, subject: Subject): Verdict {
  const quota = subject.quota;
  if (quota === undefined) return 'skipped';
  return quota.action === 'block' && quota.usedOctets >= quota.limitOctets ? 'data_cap' : 'passed';
}

/** F2: the FUP rate holds from used >= limit on, even before the state of the service says so. */
export function isThrottled(subject: Subject): boolean {
  if (subject.state === 'throttled') return true;
  const quota = subject.quota;
  return quota !== undefined && quota.action === 'throttle' && quota.usedOctets >= quota.limitOctets;
}
