import { macLockVerdict, macToBind } from './checks/caller-id.ts';
import { passwordVerdict } from './checks/credentials.ts';
import { isThrottled, nasAllowedVerdict, quotaVerdict, sessionLimitVerdict } from './checks/limits.ts';
import { expiryVerdict, serviceStateVerdict } from './checks/service-state.ts';
import type { Verdict } from './checks/verdict.ts';
import {
  bitOf,
  CHECKS,
  type Check,
  type Decision,
  type Grade,
  type RejectReason,
  type WalledReason,
} from './decision.ts';
import type { AccessFacts } from './facts.ts';
import type { InstallationPolicy, Refusal } from './installation.ts';
import type { Subject } from './subject.ts';

type SubjectCheck = (facts: AccessFacts, subject: Subject) => Verdict;

const NAS_KNOWN = bitOf('nas_known');
const PACKET_GENUINE = bitOf('packet_genuine');
const USER_FOUND = bitOf('user_found');

/** The checks that need a subject, by their index in `CHECKS`; the password first, so that strangers learn nothing. */
const FIRST_SUBJECT_CHECK = CHECKS.indexOf('password');
const SUBJECT_CHECKS: readonly SubjectCheck[] = [
  passwordVerdict,
  serviceStateVerdict,
  expiryVerdict,
  macLockVerdict,
  nasAllowedVerdict,
  sessionLimitVerdict,
  quotaVerdict,
];

/**
 * Decides one login. Pure: same arguments, same decision; all ten checks are accounted for in the masks.
 * The caller has found the NAS and verified the packet, and dropped it silently if either failed.
 * Checks after a walled one are still made: a walled login must be this subscriber's in every other way.
 */
export function authorize(
  facts: AccessFacts,
  subject: Subject | undefined,
  policy: InstallationPolicy,
): Decision {
  let passed = facts.isSigned ? NAS_KNOWN | PACKET_GENUINE : NAS_KNOWN;
  let skipped = facts.isSigned ? 0 : PACKET_GENUINE;
  // Nobody is looked up for a request that could prove nothing: its answer must not tell who exists.
  if (facts.method === 'eap') return reject('password', 'eap_not_offered', passed, skipped | USER_FOUND);
  if (facts.method === 'none') return reject('password', 'no_credentials', passed, skipped | USER_FOUND);
  if (subject === undefined) return reject('user_found', 'unknown_user', passed, skipped);
  passed |= USER_FOUND;

  let walledFor: WalledReason | undefined;
  for (let at = 0; at < SUBJECT_CHECKS.length; at += 1) {
    const verdict = SUBJECT_CHECKS[at](facts, subject);
    const index = FIRST_SUBJECT_CHECK + at;
    if (verdict === 'passed') passed |= 1 << index;
    else if (verdict === 'skipped') skipped |= 1 << index;
    else if (isWallable(verdict) && refusalFor(verdict, policy) === 'walled') walledFor ??= verdict;
    else return reject(CHECKS[index], verdict, passed, skipped);
  }
  const grade = walledFor !== undefined ? 'walled' : isThrottled(subject) ? 'throttled' : 'full';
  return {
    outcome: 'accept',
    grade,
    reason: walledFor,
    passed,
    skipped,
    failed: undefined,
    bindMac: macToBind(facts, subject),
    sessionTimeoutS: sessionTimeoutOf(grade, facts, subject, policy),
  };
}

function reject(failed: Check, reason: RejectReason, passed: number, skipped: number): Decision {
  return {
    outcome: 'reject',
    grade: 'walled',
    reason,
    passed,
    skipped,
    failed,
    bindMac: undefined,
    sessionTimeoutS: 0,
  };
}

function isWallable(reason: RejectReason): reason is WalledReason {
  return (
    reason === 'service_suspended' ||
    reason === 'service_expired' ||
    reason === 'validity_over' ||
    reason === 'data_cap'
  );
}

function refusalFor(reason: WalledReason, policy: InstallationPolicy): Refusal {
  switch (reason) {
    case 'service_suspended':
      return policy.onSuspended;
    case 'data_cap':
      return policy.onDataCap;
    case 'service_expired':
    case 'validity_over':
      return policy.onExpired;
  }
}

/** The shortest of the plan's timeout, the time left (Q3) and the wall's, at most what RouterOS takes. */
function sessionTimeoutOf(
  grade: Grade,
  facts: AccessFacts,
  subject: Subject,
  policy: InstallationPolicy,
): number {
  let timeoutS = subject.replies.sessionTimeoutS;
  // Rounded up: the session ends at or just after the expiry, so that the redial already meets an expired service.
  const leftS = subject.expiresAtMs === 0 ? 0 : Math.ceil((subject.expiresAtMs - facts.nowMs) / 1000);
  if (leftS > 0) timeoutS = shorter(timeoutS, leftS);
  if (grade === 'walled') timeoutS = shorter(timeoutS, policy.walledSessionTimeoutS);
  return Math.min(timeoutS, policy.maxSessionTimeoutS);
}

function shorter(timeoutS: number, otherS: number): number {
  if (timeoutS === 0 || otherS === 0) return timeoutS + otherS;
  return Math.min(timeoutS, otherS);
}
