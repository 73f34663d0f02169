import { fupRateOf } from '../../subscribers/catalog/fup.ts';
import type { CheckedPlan } from '../../subscribers/catalog/plan.ts';
import { DEFAULT_POLICY, type InstallationPolicy } from './installation.ts';
import { describeReply, encodeReplies, type NamedAttribute, type ReplyTerms } from './replies.ts';

/** What of a plan decides its replies. */
export type PlanReplyTerms = Pick<
  CheckedPlan,
  | 'rateLimit'
  | 'fup'
  | 'pool'
  | 'addressList'
  | 'ipv6Pool'
  | 'pppProfile'
  | 'idleTimeoutS'
  | 'sessionTimeoutS'
  | 'interimIntervalS'
  | 'radiusAttributes'
>;

/** The attributes of the Access-Accept in each case; Class and MS-CHAP attributes, made at each login, aside. */
export interface PlanReplies {
  readonly full: readonly NamedAttribute[];
  /** Once the allowance is used up and the plan throttles. */
  readonly throttled: readonly NamedAttribute[];
  /** In the walled garden. */
  readonly walled: readonly NamedAttribute[];
}

/** What of a plan no router could be sent, by field; undefined when all of it can. */
export function planReplyFaults(plan: PlanReplyTerms): Readonly<Record<string, string>> | undefined {
  const encoded = encodeReplies(replyTerms(plan), DEFAULT_POLICY);
  if (encoded.ok) return undefined;
  return { radius_attributes: encoded.error.map((fault) => fault.message).join(' ') };
}

/** The replies of a plan as routers get them; a plan with faults (`planReplyFaults`) has none. */
export function planReplies(plan: PlanReplyTerms, policy: InstallationPolicy): PlanReplies | undefined {
  const encoded = encodeReplies(replyTerms(plan), policy);
  if (!encoded.ok) return undefined;
  const { full, throttled, walled, sessionTimeoutS } = encoded.value;
  return {
    full: [...describeReply(full), ...timeout([sessionTimeoutS], policy)],
    throttled: [...describeReply(throttled), ...timeout([sessionTimeoutS], policy)],
    walled: [...describeReply(walled), ...timeout([sessionTimeoutS, policy.walledSessionTimeoutS], policy)],
  };
}

/** The shortest of the limits, 0 being none, and at most what RouterOS takes: as `authorize` has it. */
function timeout(limitsS: readonly number[], policy: InstallationPolicy): NamedAttribute[] {
  const given = limitsS.filter((seconds) => seconds > 0);
  if (given.length === 0) return [];
  return [{ name: 'Session-Timeout', value: String(Math.min(...given, policy.maxSessionTimeoutS)) }];
}

function replyTerms(plan: PlanReplyTerms): ReplyTerms {
  return {
    rateLimit: plan.rateLimit,
    fupRateLimit: fupRateOf(plan.fup),
    framedPool: plan.pool,
    addressList: plan.addressList,
    delegatedIpv6Pool: plan.ipv6Pool,
    group: plan.pppProfile,
    idleTimeoutS: plan.idleTimeoutS,
    sessionTimeoutS: plan.sessionTimeoutS,
    interimIntervalS: plan.interimIntervalS,
    custom: plan.radiusAttributes,
  };
}
