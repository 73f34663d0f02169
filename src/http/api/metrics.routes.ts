import { Hono, type MiddlewareHandler } from 'hono';
import { readSystemFacts } from '../../reports/metrics.service.ts';
import { requires } from '../access.ts';
import type { HttpContext, HttpEnv } from '../context.ts';
import type { HttpMetrics } from '../metrics/http-metrics.ts';
import { systemMetricsText } from '../metrics/system-metrics.ts';

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * `/metrics` for Prometheus: the whole system as the roles report it, and the requests of this very process. For this
 * machine or holders of `metrics.read`, as the setting `metrics_access` says.
 */
export function metricsRoutes(context: HttpContext, own: HttpMetrics): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.get('/metrics', guard(context), async (c) => {
    const [system, http] = await Promise.all([
      readSystemFacts(context.deps.db).then(systemMetricsText),
      own.text(),
    ]);
    return c.body(`${system}\n${http}`, 200, { 'Content-Type': CONTENT_TYPE });
  });
  return app;
}

function guard({ metricsAccess }: HttpContext): MiddlewareHandler<HttpEnv> {
  const withPermission = requires('metrics.read');
  return async (c, next) => {
    // With the database away nobody can be asked for, and the monitor of this machine must hear of it.
    const access = await metricsAccess().catch(() => 'loopback_or_token');
    const isFree = access === 'open' || (access === 'loopback_or_token' && c.get('isLoopback'));
    return isFree ? next() : withPermission(c, next);
  };
}
