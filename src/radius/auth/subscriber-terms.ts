import type { CustomerId, ServiceId } from '../../kernel/ids.ts';
import { fupRateOf } from '../../subscribers/catalog/fup.ts';
import type { ServiceStatus } from '../../subscribers/service-status.ts';
import type { InstallationPolicy } from '../policy/installation.ts';
import { encodeReplies, type NamedAttribute, type ReplyFault, type ReplyTerms } from '../policy/replies.ts';
import type { Quota, ServiceReplies } from '../policy/subject.ts';
import { type PlanReplies, Subscriber } from './subscriber.ts';
import type { OwnTerms, PlanRow, SubscriberRow } from './subscriber-row.ts';

/** Told of a plan or service whose terms cannot be encoded; it gets the replies of `fallback`. */
export type FaultReport = (what: string, faults: readonly ReplyFault[]) => void;

/** Nothing but what the installation gives everybody. */
const NO_TERMS: ReplyTerms = {};

/** The reply terms of a plan. */
export function planTerms(plan: PlanRow): ReplyTerms {
  return {
    rateLimit: plan.rate_limit ?? undefined,
    fupRateLimit: fupRateOf(plan.fup),
    framedPool: plan.pool ?? undefined,
    addressList: plan.address_list ?? undefined,
    delegatedIpv6Pool: plan.ipv6_pool ?? undefined,
    group: plan.ppp_profile ?? undefined,
    idleTimeoutS: plan.idle_timeout_s ?? undefined,
    sessionTimeoutS: plan.session_timeout_s ?? undefined,
    interimIntervalS: plan.interim_interval_s ?? undefined,
    custom: namedAttributes(plan.radius_attributes),
  };
}

/** A plan's terms with a service's own in front of them. */
export function serviceTerms(plan: PlanRow, own: OwnTerms | null): ReplyTerms {
  const terms = planTerms(plan);
  if (own === null) return terms;
  return {
    ...terms,
    rateLimit: own.rate_limit ?? terms.rateLimit,
    framedIpAddress: own.framed_ip ?? undefined,
    framedPool: own.framed_pool ?? terms.framedPool,
    framedIpv6Prefix: own.framed_ipv6_prefix ?? undefined,
    delegatedIpv6Prefix: own.delegated_ipv6_prefix ?? undefined,
    framedRoutes: own.framed_routes ?? undefined,
    custom: [...(terms.custom ?? []), ...namedAttributes(own.radius_attributes)],
  };
}

/** Encodes terms; on a fault reports it and encodes the fallback, so that one bad value refuses nobody's login. */
export function encodeOrReport(
  terms: ReplyTerms,
  policy: InstallationPolicy,
  what: string,
  report: FaultReport,
): ServiceReplies {
  const encoded = encodeReplies(terms, policy);
  if (encoded.ok) return encoded.value;
  report(what, encoded.error);
  const bare = encodeReplies(NO_TERMS, policy);
  if (!bare.ok) throw new Error('Invariant broken: the empty reply can be encoded.');
  return bare.value;
}

/** A subscriber from its row. */
export function toSubscriber(
  row: SubscriberRow,
  parts: {
    readonly plan: PlanRow;
    readonly replies: PlanReplies;
    readonly openPassword: (sealed: string) => Buffer;
    readonly policy: InstallationPolicy;
    readonly report: FaultReport;
    readonly nowMs: number;
  },
): Subscriber {
  const untilMs = row.own?.rate_limit_until_ms ?? 0;
  const encode = (own: OwnTerms | null): ServiceReplies | undefined =>
    own === null
      ? undefined
      : encodeOrReport(serviceTerms(parts.plan, own), parts.policy, `service ${row.username}`, parts.report);
  const isTemporary = untilMs > parts.nowMs;
  const later = row.own === null ? null : { ...row.own, rate_limit: null };
  return new Subscriber({
    serviceId: row.id as ServiceId,
    customerId: row.customer_id as CustomerId,
    username: row.username,
    sealedPassword: row.password_enc,
    openPassword: parts.openPassword,
    state: row.status as ServiceStatus,
    stateReason: row.reason ?? undefined,
    expiresAtMs: row.expires_ms === null ? 0 : Number(row.expires_ms),
    macLock: row.mac_address ?? undefined,
    bindMacOnFirstUse: row.mac_bind && row.mac_address === null,
    allowedNas:
      row.allowed_nas_ids === null ? undefined : new Set(row.allowed_nas_ids.replace(/[{}]/g, '').split(',')),
    sessionLimit: row.session_limit ?? parts.plan.session_limit,
    quota: quotaOf(row, parts.plan),
    version: row.state_version,
    plan: parts.replies,
    ownReplies: encode(untilMs > 0 && !isTemporary ? later : row.own),
    ownRepliesUntilMs: isTemporary ? untilMs : 0,
    laterReplies: isTemporary ? encode(later) : undefined,
  });
}

function quotaOf(row: SubscriberRow, plan: PlanRow): Quota | undefined {
  if (row.allowance_octets === null) return undefined;
  const limitOctets = Number(row.allowance_octets);
  const periodOctets = Number(row.period_allowance ?? row.allowance_octets);
  return {
    limitOctets,
    usedOctets: Number(row.used_octets ?? 0),
    // 80 % of the period are used when a fifth of it is left of what the segment may use (F1).
    alertOctets: limitOctets - Math.floor(periodOctets / 5),
    action: (row.limit_action ?? plan.limit_action) as Quota['action'],
  };
}

function namedAttributes(json: unknown): NamedAttribute[] {
  if (!Array.isArray(json)) return [];
  return json.filter(
    (item): item is NamedAttribute =>
      typeof item === 'object' &&
      item !== null &&
      typeof item.name === 'string' &&
      typeof item.value === 'string',
  );
}
