import type { Context } from 'hono';
import type { HttpEnv } from './context.ts';

/** The address a request came from, through trusted proxies too; undefined where there is no socket. */
export function clientAddress(c: Context<HttpEnv>): string | undefined {
  return c.get('clientAddress');
}
