import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createAdaptorServer, getRequestListener } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import type { Logger } from '../platform/logger.port.ts';
import { authentication } from './access.ts';
import { apiRoutes } from './api/api.ts';
import { healthRoutes } from './api/health.routes.ts';
import { metricsRoutes } from './api/metrics.routes.ts';
import { mountReference } from './api/reference.routes.ts';
import { clientOrigin } from './client-origin.ts';
import type { HttpContext, HttpEnv } from './context.ts';
import { httpsOnly } from './https-only.ts';
import { idempotency } from './idempotency.ts';
import { openHttpMetrics } from './metrics/http-metrics.ts';
import { openApiApp } from './openapi.ts';
import { apiProblem, NOT_FOUND, problemBody, problemOf } from './problem.ts';
import { limitAddresses, limitPrincipals } from './rate-limit.ts';
import { requestLog } from './request-log.ts';
import { securityHeaders } from './security-headers.ts';
import { followTlsFiles, readTlsFiles, type TlsFiles } from './tls.ts';
import { type Assets, assetRoutes } from './ui/assets.ts';
import { errorPage } from './ui/error.page.tsx';
import { setupPages } from './ui/setup.page.tsx';
import { statusPages } from './ui/status.page.tsx';

/** Everything this server answers. Routes of the API live under `/api/`, all else is for people. */
export function buildHttpApp(context: HttpContext, assets: Assets): OpenAPIHono<HttpEnv> {
  const app = openApiApp();
  const limits = limitAddresses();
  app.use(requestLog(context));
  const metrics = openHttpMetrics(context.clock);
  app.use(metrics.measure);
  app.use(clientOrigin(context.trustedProxies));
  app.use(securityHeaders);
  app.use(httpsOnly(context));
  const limitBody = bodyLimit({ maxSize: BODY_OCTETS_MAX, onError: tooLarge });
  const limitFile = bodyLimit({ maxSize: FILE_OCTETS_MAX, onError: tooLarge });
  app.use('/api/*', (c, next) => {
    // Requests without a body need no look for one.
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
    return c.req.path === '/api/isp/imports' ? limitFile(c, next) : limitBody(c, next);
  });
  app.use('/api/*', limits);
  app.use('/setup', limits);
  app.use('/api/*', authentication(context));
  app.use('/api/*', limitPrincipals());
  app.use('/api/*', idempotency(context));
  app.use('/metrics', authentication(context));
  app.route('/', metricsRoutes(context, metrics));
  app.route('/', healthRoutes(context));
  for (const routes of apiRoutes(context)) app.route('/', routes);
  mountReference(app, context, assets);
  app.route('/', assetRoutes(assets));
  app.route('/', setupPages(context, assets));
  app.route('/', statusPages(context, assets));
  app.notFound((c) => (isApi(c.req.path) ? apiProblem(c, NOT_FOUND) : errorPage(c, assets, NOT_FOUND)));
  app.onError((error, c) => {
    const problem = problemOf(error);
    if (problem.status >= 500) {
      context.logger.error({ event: 'http.request_failed', request_id: c.get('requestId'), err: error });
    }
    return isForPrograms(c.req.path) ? apiProblem(c, problem) : errorPage(c, assets, problem);
  });
  return app;
}

/** Far more than any object has. */
const BODY_OCTETS_MAX = 4 * 1024 * 1024;
/** A file to be imported; a larger one goes through the command line. */
const FILE_OCTETS_MAX = 64 * 1024 * 1024;

function tooLarge(): never {
  throw new HTTPException(413, {
    message: `A body may have at most ${BODY_OCTETS_MAX} octets, a file to be imported ${FILE_OCTETS_MAX}.`,
  });
}

/** A listening server; `close` lets requests under way finish for a moment. */
export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

const closeGraceMs = 1_500;

/** Listens; rejects with the system's error when the port is not to be had. Port 0 is any free one. */
export async function openHttpServer(
  app: Hono<HttpEnv>,
  at: {
    readonly host: string;
    readonly port: number;
    /** Speak TLS, with these files as they are renewed. */
    readonly tls?: { readonly files: TlsFiles; readonly logger: Logger } | undefined;
  },
): Promise<HttpServer> {
  const { server, stopFollowing } = createServerFor(app, at.tls);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: at.host, port: at.port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  server.on('clientError', refuseUnreadable);
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        stopFollowing();
        const timer = setTimeout(() => {
          if ('closeAllConnections' in server) server.closeAllConnections();
        }, closeGraceMs);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        if ('closeIdleConnections' in server) server.closeIdleConnections();
      }),
  };
}

/** What is no request, or has too many octets of headers, never reaches a route: it gets the same form of error. */
function refuseUnreadable(error: Error & { code?: string }, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const isTooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const status = isTooLarge ? '431 Request Header Fields Too Large' : '400 Bad Request';
  const body = JSON.stringify(
    problemBody(
      isTooLarge
        ? { status: 431, code: 'headers_too_large', message: 'The headers have more than 16 KiB together.' }
        : { status: 400, code: 'bad_request', message: 'This is no HTTP request that can be read.' },
    ),
  );
  const head = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close`;
  socket.end(`HTTP/1.1 ${status}\r\n${head}\r\n\r\n${body}`);
}

function createServerFor(app: Hono<HttpEnv>, tls?: { readonly files: TlsFiles; readonly logger: Logger }) {
  if (tls === undefined) {
    return { server: createAdaptorServer({ fetch: app.fetch }), stopFollowing: () => undefined };
  }
  const secure = createHttpsServer(readTlsFiles(tls.files), getRequestListener(app.fetch));
  return { server: secure, stopFollowing: followTlsFiles(secure, tls.files, tls.logger) };
}

/** Who reads /metrics cannot use a page either. */
function isForPrograms(path: string): boolean {
  return isApi(path) || path === '/metrics';
}

function isApi(path: string): boolean {
  return path === '/api' || path.startsWith('/api/');
}
