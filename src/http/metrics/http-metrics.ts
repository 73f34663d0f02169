import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { Histogram, Registry } from 'prom-client';
import type { Clock } from '../../kernel/clock.ts';
import type { HttpEnv } from '../context.ts';

const BOUNDS_S = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What this process answered, by pattern of the route, never by path: labels stay few. */
export interface HttpMetrics {
  readonly measure: MiddlewareHandler<HttpEnv>;
  text(): Promise<string>;
}

/** Starts counting. */
export function openHttpMetrics(clock: Clock): HttpMetrics {
  const registry = new Registry();
  const duration = new Histogram({
    name: 'netflow_http_request_duration_seconds',
    help: 'Time to answer a request of this web process, by route, method and status.',
    labelNames: ['route', 'method', 'code'],
    buckets: BOUNDS_S,
    registers: [registry],
  });
  return {
    measure: async (c, next) => {
      const startedMs = clock.monotonicMs();
      await next();
      const patterns = matchedRoutes(c).filter(({ method, path }) => method !== 'ALL' && !path.endsWith('*'));
      const route = patterns.at(-1)?.path ?? 'none';
      const method = METHODS.has(c.req.method) ? c.req.method : 'other';
      duration.observe({ route, method, code: c.res.status }, (clock.monotonicMs() - startedMs) / 1_000);
    },
    text: () => registry.metrics(),
  };
}

/** A method is what a client makes up. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
