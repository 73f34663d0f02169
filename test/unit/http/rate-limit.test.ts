import { Hono } from 'hono';
import { expect, it } from 'vitest';
import type { HttpEnv } from '../../../src/http/context.ts';
import { apiProblem, problemOf } from '../../../src/http/problem.ts';
import { LIMITS, limitAddresses, limitPrincipals } from '../../../src/http/rate-limit.ts';
import { permissionsOf } from '../../../src/platform/identity/permission.ts';

const limits = {
  principal: { requests: 3, withinS: 60 },
  anonymous: { requests: 5, withinS: 60 },
  routes: { 'POST /once': { requests: 1, withinS: 60 } },
};

/** An application in which the header Authorization is the id of who asks. */
function appOf(): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.use(async (c, next) => {
    c.set('clientAddress', c.env.incoming.socket.remoteAddress);
    await next();
  });
  app.use(limitAddresses(limits));
  app.use(async (c, next) => {
    const id = c.req.header('authorization');
    const permissions = permissionsOf('user');
    const role = 'user';
    if (id !== undefined)
      c.set('principal', { kind: 'user', id, name: id, role, customerId: undefined, permissions });
    await next();
  });
  app.use(limitPrincipals(limits));
  app.all('*', (c) => c.text('ok'));
  app.onError((error, c) => apiProblem(c, problemOf(error)));
  return app;
}

function ask(app: Hono<HttpEnv>, options: { method?: string; path?: string; address?: string; id?: string }) {
  const { method = 'GET', path = '/', address = '192.0.2.1', id } = options;
  const headers: Record<string, string> = id === undefined ? {} : { Authorization: id };
  return app.request(path, { method, headers }, { incoming: { socket: { remoteAddress: address } } });
}

async function statuses(app: Hono<HttpEnv>, times: number, options: Parameters<typeof ask>[1]) {
  const seen: number[] = [];
  for (let n = 0; n < times; n += 1) seen.push((await ask(app, options)).status);
  return seen;
}

it('who is signed in is limited by name, whatever the address', async () => {
  const app = appOf();
  expect(await statuses(app, 4, { id: 'ann' })).toEqual([200, 200, 200, 429]);
  expect((await ask(app, { id: 'ann', address: '192.0.2.2' })).status).toBe(429);
  expect((await ask(app, { id: 'bob' })).status).toBe(200);
});

it('who is not is limited by address', async () => {
  const app = appOf();
  expect((await statuses(app, 6, {})).at(-1)).toBe(429);
  expect((await ask(app, { address: '192.0.2.2' })).status).toBe(200);
});

it('an operation has a limit of its own, and the refusal says when to come back', async () => {
  const app = appOf();
  const route = { method: 'POST', path: '/once', id: 'ann' };
  expect((await ask(app, route)).status).toBe(200);
  const refused = await ask(app, route);
  expect([refused.status, Number(refused.headers.get('retry-after'))]).toEqual([429, 60]);
  expect(await refused.json()).toEqual({
    error: { code: 'rate_limited', message: 'Too many requests: come back in 60 s.' },
  });
  expect((await ask(app, { id: 'ann', path: '/once' })).status).toBe(200);
});

it('a script of an operator may make hundreds of calls a second, and sign in 300 times a minute', () => {
  expect(LIMITS.principal.requests / LIMITS.principal.withinS).toBeGreaterThanOrEqual(1_000);
  const login = LIMITS.routes['POST /api/auth/login'];
  expect(login?.requests).toBeGreaterThanOrEqual(300);
  expect(login?.withinS).toBe(60);
});
