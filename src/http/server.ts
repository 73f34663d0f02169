import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { healthRoutes } from './api/health.routes.ts';
import type { HttpContext, HttpEnv } from './context.ts';
import { apiProblem, NOT_FOUND, problemOf } from './problem.ts';
import { requestLog } from './request-log.ts';
import { securityHeaders } from './security-headers.ts';
import { type Assets, assetRoutes } from './ui/assets.ts';
import { errorPage } from './ui/error.page.tsx';
import { statusPages } from './ui/status.page.tsx';

/** Everything this server answers. Routes of the API live under `/api/`, all else is for people. */
export function buildHttpApp(context: HttpContext, assets: Assets): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.use(requestLog(context));
  app.use(securityHeaders);
  app.route('/', healthRoutes(context));
  app.route('/', assetRoutes(assets));
  app.route('/', statusPages(context, assets));
  app.notFound((c) => (isApi(c.req.path) ? apiProblem(c, NOT_FOUND) : errorPage(c, assets, NOT_FOUND)));
  app.onError((error, c) => {
    const problem = problemOf(error);
    if (problem.status >= 500) {
      context.logger.error({ event: 'http.request_failed', request_id: c.get('requestId'), err: error });
    }
    return isApi(c.req.path) ? apiProblem(c, problem) : errorPage(c, assets, problem);
  });
  return app;
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
  at: { readonly host: string; readonly port: number },
): Promise<HttpServer> {
  const server = createAdaptorServer({ fetch: app.fetch });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: at.host, port: at.port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close: () =>
      new Promise((resolve) => {
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

function isApi(path: string): boolean {
  return path === '/api' || path.startsWith('/api/');
}
