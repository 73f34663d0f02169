import type { MiddlewareHandler } from 'hono';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../kernel/errors.ts';
import { clientAddress } from './client-address.ts';
import type { HttpEnv } from './context.ts';

/** So many requests within so many seconds. */
export interface Limit {
  readonly requests: number;
  readonly withinS: number;
}

/** What one process lets through; who guesses passwords is held back elsewhere, over all hosts. */
export interface Limits {
  /** Somebody signed in, or a script: far above what a person or an honest script needs. */
  readonly principal: Limit;
  /** Everybody of one address who is not signed in. */
  readonly anonymous: Limit;
  /** Single operations, by address. */
  readonly routes: Readonly<Record<string, Limit>>;
}

export const LIMITS: Limits = {
  principal: { requests: 20_000, withinS: 10 },
  anonymous: { requests: 3_000, withinS: 60 },
  routes: {
    'POST /api/auth/login': { requests: 600, withinS: 60 },
    'POST /api/auth/refresh': { requests: 1_200, withinS: 60 },
    'POST /api/auth/setup': { requests: 30, withinS: 60 },
    'POST /setup': { requests: 30, withinS: 60 },
    'POST /api/auth/password': { requests: 60, withinS: 60 },
    'POST /api/auth/totp/confirm': { requests: 60, withinS: 60 },
    'POST /api/auth/totp/disable': { requests: 60, withinS: 60 },
  },
};

/** Holds back bursts of one address: of single operations, and of whoever shows no token. */
export function limitAddresses(limits: Limits = LIMITS): MiddlewareHandler<HttpEnv> {
  const anonymous = limiterOf(limits.anonymous);
  const routes = new Map(Object.entries(limits.routes).map(([route, limit]) => [route, limiterOf(limit)]));
  return async (c, next) => {
    const address = clientAddress(c) ?? 'unknown';
    const ofRoute = routes.get(`${c.req.method} ${c.req.path}`);
    if (ofRoute !== undefined) await take(ofRoute, address);
    if (c.req.header('authorization') === undefined) await take(anonymous, address);
    await next();
  };
}

/** Holds back a person or script that asks faster than anybody should; comes after the authentication. */
export function limitPrincipals({ principal: limit }: Limits = LIMITS): MiddlewareHandler<HttpEnv> {
  const limiter = limiterOf(limit);
  return async (c, next) => {
    const principal = c.get('principal');
    if (principal !== undefined) await take(limiter, `${principal.kind}:${principal.id}`);
    await next();
  };
}

function limiterOf({ requests, withinS }: Limit): RateLimiterMemory {
  return new RateLimiterMemory({ points: requests, duration: withinS });
}

async function take(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    const retryAfterS = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
    const message = `Too many requests: come back in ${retryAfterS} s.`;
    throw new AppError('limited', 'rate_limited', message, { retryAfterS });
  }
}
