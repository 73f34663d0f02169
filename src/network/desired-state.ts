import { parseRateLimit } from '../kernel/bandwidth.ts';
import type { ServiceStatus } from '../subscribers/service-status.ts';

/** What the data says about one service, as far as its sessions are concerned. */
export interface ServiceFacts {
  readonly status: ServiceStatus;
  /** Why it is suspended: `admin`, `nonpayment` or `data_cap`. */
  readonly reason: string | undefined;
  /** End of a prepaid validity, in ms since the epoch. */
  readonly expiresAtMs: number | undefined;
  /** The service's own rate, which beats the plan's while `rateLimitUntilMs` (if any) has not come. */
  readonly rateLimit: string | undefined;
  readonly rateLimitUntilMs: number | undefined;
  readonly planRateLimit: string | undefined;
  /** The rate of the plan once its allowance is used up. */
  readonly fupRateLimit: string | undefined;
  /** What the plan does when the allowance of the running segment is used up, and whether it is (F2, F5). */
  readonly limitAction: string;
  readonly isAllowanceUsed: boolean;
  /** Grows with every change a session must learn of. */
  readonly stateVersion: number;
}

/** What this installation does with those not entitled to the Internet just now. */
export interface WallChoices {
  readonly onSuspended: 'reject' | 'walled';
  readonly onExpired: 'reject' | 'walled';
  readonly onDataCap: 'reject' | 'walled';
}

/** What the network should give a service: nothing, the walled garden, or the Internet at a rate. */
export type DesiredState =
  | { readonly access: 'none' }
  | { readonly access: 'walled' }
  | {
      readonly access: 'full' | 'throttled';
      /** Mikrotik-Rate-Limit; undefined = unlimited. */
      readonly rateLimit: string | undefined;
    };

/** Computed from data alone; a login at this instant would be decided in the same way. */
export function desiredState(service: ServiceFacts, choices: WallChoices, nowMs: number): DesiredState {
  const refusal = refusalOf(service, choices, nowMs);
  if (refusal !== undefined) return { access: refusal === 'walled' ? 'walled' : 'none' };
  const rateLimit = rateInForce(service, nowMs);
  if (!isThrottled(service)) return { access: 'full', rateLimit };
  return { access: 'throttled', rateLimit: service.fupRateLimit ?? rateLimit };
}

function refusalOf(
  service: ServiceFacts,
  choices: WallChoices,
  nowMs: number,
): 'reject' | 'walled' | undefined {
  switch (service.status) {
    case 'pending':
    case 'cancelled':
      return 'reject';
    case 'suspended':
      return service.reason === 'data_cap' ? choices.onDataCap : choices.onSuspended;
    case 'expired':
      return choices.onExpired;
    case 'active':
    case 'throttled':
      // Q3: from the instant on the service is over, whether or not the expiry job has run.
      if (service.expiresAtMs !== undefined && service.expiresAtMs <= nowMs) return choices.onExpired;
      return service.isAllowanceUsed && service.limitAction === 'block' ? choices.onDataCap : undefined;
  }
}

/** F2: the FUP rate holds from used >= limit on, even before the state of the service says so. */
function isThrottled(service: ServiceFacts): boolean {
  return service.status === 'throttled' || (service.isAllowanceUsed && service.limitAction === 'throttle');
}

/** A rate that cannot be read is left out: a router would refuse the whole request for it. */
function rateInForce(service: ServiceFacts, nowMs: number): string | undefined {
  const isOver = service.rateLimitUntilMs !== undefined && service.rateLimitUntilMs <= nowMs;
  const text = (isOver ? undefined : service.rateLimit) ?? service.planRateLimit;
  return text !== undefined && parseRateLimit(text).ok ? text : undefined;
}
