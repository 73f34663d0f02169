import { formatDuration } from '../../kernel/duration.ts';
import { formatOctets } from '../../kernel/octets.ts';
import { callingMac } from './checks/caller-id.ts';
import type { Check } from './decision.ts';
import type { AccessFacts, LoginMethod } from './facts.ts';
import type { InstallationPolicy } from './installation.ts';
import type { Subject } from './subject.ts';

/** What a sentence may speak about. */
export interface TrailContext {
  readonly facts: AccessFacts;
  readonly subject: Subject | undefined;
  readonly policy: InstallationPolicy;
}

type Result = 'passed' | 'failed' | 'skipped' | 'walled' | 'not_reached';
type SubjectSentence = (result: Result, facts: AccessFacts, subject: Subject) => string;

const METHOD_NAMES: Readonly<Record<LoginMethod, string>> = {
  pap: 'PAP',
  chap: 'CHAP',
  mschap1: 'MS-CHAPv1',
  mschap2: 'MS-CHAPv2',
  mac: 'MAC login',
  eap: 'EAP',
  none: 'no password',
};

const SUBJECT_SENTENCES: Readonly<Partial<Record<Check, SubjectSentence>>> = {
  service_state: serviceStateSentence,
  expiry: expirySentence,
  mac_lock: macLockSentence,
  nas_allowed: nasAllowedSentence,
  session_limit: sessionLimitSentence,
  quota: quotaSentence,
};

/** One check and its result in words for an operator. The sentence is not meant for the subscriber. */
export function sentenceFor(check: Check, result: Result, context: TrailContext): string {
  const { facts, subject, policy } = context;
  if (result === 'not_reached') return 'Not looked at: the login was refused before.';
  if (check === 'nas_known') return `The request comes from the router ${facts.nasName}.`;
  if (check === 'packet_genuine') {
    return result === 'passed'
      ? "The packet is signed with the router's secret."
      : 'The packet carries no Message-Authenticator: only its address and the password speak for it.';
  }
  if (check === 'user_found') {
    if (result === 'skipped') return 'Nobody was looked up: the request could not prove who is there.';
    if (subject === undefined) return `Nobody has the user name ${facts.userName}.`;
    return `The user name ${facts.userName} belongs to service ${subject.serviceId}.`;
  }
  if (check === 'password') return passwordSentence(result, facts, subject);
  const describe = SUBJECT_SENTENCES[check];
  const sentence = describe === undefined || subject === undefined ? '' : describe(result, facts, subject);
  return result === 'walled' ? `${sentence.slice(0, -1)}: ${wallOf(policy)}.` : sentence;
}

function wallOf(policy: InstallationPolicy): string {
  const list = policy.walledAddressList === '' ? '' : `, address list ${policy.walledAddressList}`;
  const pool = policy.walledPool === undefined ? '' : `, pool ${policy.walledPool}`;
  return `walled garden${list}${pool}`;
}

function passwordSentence(result: Result, facts: AccessFacts, subject: Subject | undefined): string {
  const method = METHOD_NAMES[facts.method];
  if (facts.method === 'eap') {
    return 'The router offers EAP, which is not served here; PAP, CHAP, MS-CHAPv1 and MS-CHAPv2 are.';
  }
  if (facts.method === 'none') return 'The request carries no password of any kind.';
  if (result === 'passed') {
    return facts.method === 'mac'
      ? `No password is needed: the MAC address ${facts.userName} opens the service (${method}).`
      : `The password is right (${method}).`;
  }
  if (facts.method === 'mac') {
    return subject !== undefined && subject.password.length > 0
      ? `The service has a password, and the request brings none (${method}).`
      : `The MAC address ${facts.userName} is not the one that opens this service (${method}).`;
  }
  return subject !== undefined && subject.password.length === 0
    ? `The service has no password, so that only its own MAC address could open it (${method}).`
    : `The password is wrong (${method}).`;
}

const SUSPENSION_CAUSES: Readonly<Record<string, string>> = {
  admin: ' by an administrator (admin)',
  nonpayment: ' since nobody paid (nonpayment)',
  data_cap: ' since its data allowance is used up (data_cap)',
};

function serviceStateSentence(result: Result, _facts: AccessFacts, subject: Subject): string {
  const reason = subject.stateReason;
  switch (subject.state) {
    case 'active':
      return 'The service is active.';
    case 'throttled':
      return 'The service is throttled: it gets the FUP rate.';
    case 'pending':
      return 'The service is not activated yet.';
    case 'cancelled':
      return 'The service is cancelled.';
    case 'suspended':
      return `The service is suspended${reason === undefined ? '' : (SUSPENSION_CAUSES[reason] ?? ` (${reason})`)}.`;
    case 'expired':
      return result === 'skipped'
        ? 'The service is expired: the end of its validity decides.'
        : 'The service is expired.';
  }
}

function expirySentence(result: Result, facts: AccessFacts, subject: Subject): string {
  if (result === 'skipped') return 'The service does not expire.';
  const end = `${new Date(subject.expiresAtMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  if (result !== 'passed') return `The validity ended at ${end}.`;
  return `The validity runs until ${end} (${formatDuration((subject.expiresAtMs - facts.nowMs) / 1000)} left).`;
}

function macLockSentence(result: Result, facts: AccessFacts, subject: Subject): string {
  const mac = callingMac(facts);
  if (subject.macLock === undefined) {
    if (result === 'passed') return `The first login binds the service to the MAC address ${mac}.`;
    return subject.bindMacOnFirstUse
      ? 'There is no MAC address to bind the service to: the request names none.'
      : 'The service is not locked to a MAC address.';
  }
  if (result === 'passed') return `The MAC address ${mac} is the one the service is locked to.`;
  return mac === undefined
    ? `The service is locked to ${subject.macLock}, and the request names no MAC address.`
    : `The service is locked to ${subject.macLock}, and ${mac} dials.`;
}

function nasAllowedSentence(result: Result, facts: AccessFacts): string {
  if (result === 'skipped') return 'The service may log in from every router.';
  return `The service may ${result === 'passed' ? '' : 'not '}log in from the router ${facts.nasName}.`;
}

function sessionLimitSentence(result: Result, facts: AccessFacts, subject: Subject): string {
  if (result === 'skipped') return 'The number of sessions is not limited.';
  const others = facts.otherLiveSessions;
  return `${others} other ${others === 1 ? 'session is' : 'sessions are'} live, of at most ${subject.sessionLimit} in all.`;
}

const WHEN_USED_UP = {
  overage: 'more is charged',
  throttle: 'the FUP rate holds',
  block: 'no more is allowed',
  notify: 'the customer is told',
} as const;

function quotaSentence(_result: Result, _facts: AccessFacts, subject: Subject): string {
  const quota = subject.quota;
  if (quota === undefined) return 'The plan has no data allowance.';
  const used = `${formatOctets(quota.usedOctets)} of ${formatOctets(quota.limitOctets)} are used`;
  return quota.usedOctets < quota.limitOctets ? `${used}.` : `${used}, and ${WHEN_USED_UP[quota.action]}.`;
}
