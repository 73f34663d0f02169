import type { MiddlewareHandler } from 'hono';
import { newUuid } from '../kernel/ids.ts';
import type { HttpContext, HttpEnv } from './context.ts';

/** Names each request, tells the client the name, and logs it: one line at level debug, with the path and no query. */
export function requestLog({ clock, logger }: HttpContext): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const requestId = newUuid();
    c.set('requestId', requestId);
    const startedMs = clock.monotonicMs();
    await next();
    c.res.headers.set('X-Request-Id', requestId);
    logger.debug({
      event: 'http.request',
      request_id: requestId,
      method: c.req.method,
      path: c.req.path,
      status: c.res.status,
      duration_ms: Math.round((clock.monotonicMs() - startedMs) * 10) / 10,
    });
  };
}
