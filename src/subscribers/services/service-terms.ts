import type { NasId } from '../../kernel/ids.ts';
import { type CustomAttribute, checkRouterName, checkWhole } from '../catalog/plan.ts';
import { checkFramedIp, checkFramedRoutes, checkIpv6Prefix } from './addressing.ts';
import { checkMac } from './credential.ts';

/**
 * What an operator may say of a service beside credentials, plan and speed, on creation and later. Left out: as it
 * is; null: nothing of its own. The attributes have been checked by who knows the dictionary.
 */
export interface ServiceTerms {
  readonly description?: string | null | undefined;
  readonly macBind?: boolean | undefined;
  readonly allowedNasIds?: readonly NasId[] | null | undefined;
  /** Simultaneous sessions; 0 = as many as one likes. */
  readonly sessionLimit?: number | null | undefined;
  readonly framedIp?: string | null | undefined;
  readonly framedPool?: string | null | undefined;
  readonly framedIpv6Prefix?: string | null | undefined;
  readonly delegatedIpv6Prefix?: string | null | undefined;
  readonly framedRoutes?: readonly string[] | null | undefined;
  readonly radiusAttributes?: readonly CustomAttribute[] | undefined;
  readonly autoRenew?: boolean | undefined;
}

/** The same as columns of a service, only those that were said; throws `validation_failed`. */
export function checkTerms(terms: ServiceTerms) {
  const said = {
    description: terms.description == null ? terms.description : terms.description.trim() || null,
    macBind: terms.macBind,
    allowedNasIds: ifSaid(terms.allowedNasIds, (ids) => (ids.length === 0 ? null : ids.map(BigInt))),
    sessionLimit: ifSaid(terms.sessionLimit, (limit) =>
      checkWhole('session limit', limit, { min: 0, max: 1_000 }),
    ),
    framedIp: ifSaid(terms.framedIp, checkFramedIp),
    framedPool: ifSaid(terms.framedPool, (name) => checkRouterName('pool', name) ?? null),
    framedIpv6Prefix: ifSaid(terms.framedIpv6Prefix, (text) => checkIpv6Prefix('framed_ipv6_prefix', text)),
    delegatedIpv6Prefix: ifSaid(terms.delegatedIpv6Prefix, (text) =>
      checkIpv6Prefix('delegated_ipv6_prefix', text),
    ),
    framedRoutes: ifSaid(terms.framedRoutes, (routes) =>
      routes.length === 0 ? null : checkFramedRoutes(routes),
    ),
    radiusAttributes: terms.radiusAttributes === undefined ? undefined : [...terms.radiusAttributes],
    autoRenew: terms.autoRenew,
  };
  return withoutUndefined(said);
}

/** A MAC address to lock a service to, or null to lock it to none; throws `validation_failed`. */
export function checkMacLock(text: string | null | undefined): string | null | undefined {
  return text == null ? text : checkMac(text);
}

function ifSaid<Value, Column>(
  value: Value | null | undefined,
  check: (value: Value) => Column,
): Column | null | undefined {
  return value === null || value === undefined ? (value as null | undefined) : check(value);
}

/** drizzle leaves out what is undefined, but an empty patch must be seen to be one. */
function withoutUndefined<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
