import type { Context } from 'hono';
import type { HttpEnv } from './context.ts';

/** The address a request came from; undefined where there is no socket. */
export function clientAddress(c: Context<HttpEnv>): string | undefined {
  return c.env?.incoming?.socket.remoteAddress?.replace(/^::ffff:/, '');
}
