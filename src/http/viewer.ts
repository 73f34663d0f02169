import type { Context } from 'hono';
import type { HttpEnv } from './context.ts';

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
const LOCAL_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/;
const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

/**
 * Whether the viewer sits at this very machine and may see the names of routers. A proxy here makes everybody look
 * so: what came through one is not local, and neither is a name that resolves here (DNS rebinding).
 */
export function isLocalViewer(c: Context<HttpEnv>): boolean {
  const address = c.env?.incoming?.socket.remoteAddress ?? '';
  if (!LOOPBACK.test(address) || !LOCAL_HOST.test(c.req.header('host') ?? '')) return false;
  // Common proxies still speak HTTP/1.0 to what is behind them; no browser does.
  if (c.env.incoming.httpVersion === '1.0') return false;
  return PROXY_HEADERS.every((name) => c.req.header(name) === undefined);
}
