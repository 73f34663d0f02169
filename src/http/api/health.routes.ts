import { Hono } from 'hono';
import type { HttpContext, HttpEnv } from '../context.ts';

/** `/healthz`: this process lives. `/readyz`: logins can be served, or 503 with the reasons. */
export function healthRoutes({ status }: HttpContext): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.get('/healthz', (c) => c.json({ status: 'alive' }));
  app.get('/readyz', async (c) => {
    const { isReady, reasons } = await status.readiness();
    return c.json({ status: isReady ? 'ready' : 'not_ready', reasons }, isReady ? 200 : 503);
  });
  return app;
}
