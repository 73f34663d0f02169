import type { MiddlewareHandler } from 'hono';
import { AppError } from '../kernel/errors.ts';
import type { HttpContext, HttpEnv } from './context.ts';

/** Load balancers ask these over whatever they have. */
const HEALTH = new Set(['/healthz', '/readyz']);

/**
 * Demands HTTPS of everybody but this machine, as the setting `http_https` says: `redirect` sends readers to HTTPS and
 * refuses the rest (their secrets have crossed the network in the clear already), `refuse` refuses everything.
 */
export function httpsOnly({ httpsDemand }: HttpContext): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    if (c.get('isTls') || c.get('isLoopback') || HEALTH.has(c.req.path)) return next();
    const demand = await httpsDemand();
    if (demand === 'off') return next();
    const host = c.req.header('host')?.replace(/:\d+$/, '');
    const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
    if (demand === 'redirect' && isRead && host !== undefined && /^([\w.-]+|\[[\da-f:.]+\])$/i.test(host)) {
      const { pathname, search } = new URL(c.req.url);
      return c.redirect(`https://${host}${pathname}${search}`, 308);
    }
    throw new AppError(
      'forbidden',
      'https_required',
      'This server is reached by HTTPS only: use https://. What you just sent was not encrypted; change any secret in it.',
    );
  };
}
