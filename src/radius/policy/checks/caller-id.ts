import { normaliseMac } from '../../../kernel/mac.ts';
import type { AccessFacts } from '../facts.ts';
import type { Subject } from '../subject.ts';
import type { Verdict } from './verdict.ts';

/**
 * The MAC address that dials, or undefined when the request names none. In a MAC login the user name is the
 * address; Calling-Station-Id is then a DHCP client id, which the subscriber's device may choose freely.
 */
export function callingMac(facts: AccessFacts): string | undefined {
  const named = facts.method === 'mac' ? normaliseMac(facts.userName) : undefined;
  if (named !== undefined) return named;
  return facts.callingStationId === undefined ? undefined : normaliseMac(facts.callingStationId);
}

/** A locked service answers to its MAC address alone; a request without one cannot open it. */
export function macLockVerdict(facts: AccessFacts, subject: Subject): Verdict {
  if (subject.macLock === undefined) {
    return subject.bindMacOnFirstUse && callingMac(facts) !== undefined ? 'passed' : 'skipped';
  }
  if (subject.macLock === facts.callingStationId && facts.method !== 'mac') return 'passed';
  const mac = callingMac(facts);
  return mac !== undefined && mac === normaliseMac(subject.macLock) ? 'passed' : 'mac_mismatch';
}

/** The MAC address an accepted login binds the service to; undefined when there is nothing to bind. */
export function macToBind(facts: AccessFacts, subject: Subject): string | undefined {
  return subject.macLock === undefined && subject.bindMacOnFirstUse ? callingMac(facts) : undefined;
}
