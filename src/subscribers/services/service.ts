import type { CustomerId, NasId, PlanId, ServiceId } from '../../kernel/ids.ts';
import type { CustomAttribute } from '../catalog/plan.ts';
import type { ServiceStatus } from '../service-status.ts';
import { type HoldCause, reasonOf } from './suspension.ts';

/** Whether somebody may be using it just now, were it not for a hold. */
export function isLive(status: ServiceStatus): boolean {
  return status === 'active' || status === 'throttled' || status === 'suspended';
}

/** One subscription: credentials, plan, state. The password is never part of it. */
export interface Service {
  readonly id: ServiceId;
  readonly customerId: CustomerId;
  readonly planId: PlanId;
  readonly username: string;
  /** What people call it: a place, a line. */
  readonly description: string | undefined;
  readonly status: ServiceStatus;
  /** Why it is suspended: the first of its holds. */
  readonly reason: HoldCause | undefined;
  readonly macAddress: string | undefined;
  /** With no lock yet: the first MAC address that logs in becomes the lock. */
  readonly macBind: boolean;
  /** The routers it may log in from; undefined = every one. */
  readonly allowedNasIds: readonly NasId[] | undefined;
  /** Simultaneous sessions; undefined = as the plan says, 0 = as many as one likes. */
  readonly sessionLimit: number | undefined;
  /** A rate of its own in place of the plan's, until `rateLimitUntil` when that is set. */
  readonly rateLimit: string | undefined;
  readonly rateLimitUntil: Date | undefined;
  readonly framedIp: string | undefined;
  readonly framedPool: string | undefined;
  readonly framedIpv6Prefix: string | undefined;
  readonly delegatedIpv6Prefix: string | undefined;
  readonly framedRoutes: readonly string[] | undefined;
  /** Added to those of the plan. */
  readonly radiusAttributes: readonly CustomAttribute[];
  /** The day of the month periods begin on (billing-rules C4); undefined = that of the activation. */
  readonly anchorDay: number | undefined;
  readonly periodStart: Date | undefined;
  readonly periodEnd: Date | undefined;
  /** A local date. */
  readonly nextBillingDate: string | undefined;
  readonly autoRenew: boolean;
  readonly cancelAtEnd: boolean;
  readonly nextPlanId: PlanId | undefined;
  /** Rises with every change a session must learn of. */
  readonly stateVersion: number;
  /** Rises with every change somebody makes; what `If-Match` is compared with. */
  readonly version: number;
  readonly createdAt: Date;
  readonly activatedAt: Date | undefined;
  readonly expiresAt: Date | undefined;
  readonly cancelledAt: Date | undefined;
}

/** All that decides the status of a service. */
export interface StatusFacts {
  readonly isActivated: boolean;
  readonly isCancelled: boolean;
  readonly holds: Iterable<HoldCause>;
  /** End of a prepaid validity, in ms since the epoch; undefined = none. */
  readonly expiresAtMs: number | undefined;
  /** The allowance is used up and the plan throttles (billing-rules F2). */
  readonly isOverThrottle: boolean;
  readonly nowMs: number;
}

/**
 * The one status that fits the facts (billing-rules section 13, S5): cancelled is final; any hold suspends;
 * without holds a service is pending, expired, throttled or active.
 */
export function statusOf(facts: StatusFacts): { status: ServiceStatus; reason: HoldCause | undefined } {
  if (facts.isCancelled) return { status: 'cancelled', reason: undefined };
  const reason = reasonOf(facts.holds);
  if (reason !== undefined) return { status: 'suspended', reason };
  return { status: unheldStatus(facts), reason: undefined };
}

function unheldStatus(facts: StatusFacts): ServiceStatus {
  if (!facts.isActivated) return 'pending';
  if (facts.expiresAtMs !== undefined && facts.expiresAtMs <= facts.nowMs) return 'expired';
  return facts.isOverThrottle ? 'throttled' : 'active';
}
