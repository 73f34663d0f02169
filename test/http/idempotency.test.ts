import { z } from '@hono/zod-openapi';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { currentClaim } from '../../src/http/idempotency.ts';
import { apiRoute, openApiApp } from '../../src/http/openapi.ts';
import { AppError } from '../../src/kernel/errors.ts';
import { pruneKeys } from '../../src/platform/idempotency/idempotency.service.ts';
import { openTestApi, type TestApi } from './api.ts';

let api: TestApi;
let during: () => Promise<void>;
let after: () => Promise<{ status: 200 | 201; body: object }>;

const made = z.object({ made: z.number() });

/** An operation like any other: one row in one transaction, and whatever a test lets happen around it. */
beforeAll(async () => {
  api = await openTestApi();
  await api.db.query('create table made (id int generated always as identity, body text)', [], {
    prepare: false,
  });
  const route = (path: string, access: 'customers.write' | 'public') =>
    apiRoute(access, {
      method: 'post',
      path,
      tags: ['Test'],
      summary: 'Makes a row',
      responses: { 200: { description: 'Made.', content: { 'application/json': { schema: made } } } },
    });
  const routes = openApiApp();
  for (const [path, access] of [
    ['/api/isp/test-things', 'customers.write'],
    ['/api/isp/test-others', 'customers.write'],
    ['/api/auth/test-public', 'public'],
  ] as const) {
    routes.openapi(route(path, access), async (c) => {
      await during();
      await api.deps.db.transaction(async (tx) => {
        await tx.query('insert into made (body) values ($1)', [await c.req.text()]);
      });
      const { status, body } = await after();
      return c.json(body, status) as never;
    });
  }
  api.app.route('/', routes);
});

beforeEach(async () => {
  during = async () => undefined;
  after = async () => ({ status: 200, body: { made: await rows() } });
  await api.db.query('truncate made, idempotency_keys', [], { prepare: false });
});

afterAll(() => api.close());

async function rows(): Promise<number> {
  const [row] = await api.db.query<{ count: number }>('select count(*)::int as count from made');
  return row?.count ?? 0;
}

function post(key: string, more: { path?: string; body?: unknown; as?: 'admin' | 'user' | 'nobody' } = {}) {
  const { path = '/api/isp/test-things', body = { name: 'a' }, as = 'admin' } = more;
  return api.call('POST', path, { body, as, headers: { 'Idempotency-Key': key } });
}

const failing = (kind: 'unavailable' | 'limited' | 'conflict') => async () => {
  throw new AppError(kind, 'test_failure', 'Not now.');
};

it('the same key and body gets the same answer, and nothing is done twice', async () => {
  const first = await post('k1');
  const second = await post('k1');
  expect([first.status, second.status, await rows()]).toEqual([200, 200, 1]);
  expect(second.body).toEqual(first.body);
  expect(first.headers.get('Idempotency-Replayed')).toBeNull();
  expect(second.headers.get('Idempotency-Replayed')).toBe('true');
  expect(second.headers.get('X-Request-Id')).not.toBe(first.headers.get('X-Request-Id'));
});

it.each([
  ['another body', { body: { name: 'b' } }],
  ['another route', { path: '/api/isp/test-others' }],
])('the same key with %s is refused and changes nothing', async (_, more) => {
  await post('k1');
  const answer = await post('k1', more);
  expect([answer.status, answer.body.error.code, await rows()]).toEqual([409, 'idempotency_key_reused', 1]);
});

it.each([
  ['another user', { as: 'user' as const }, 2],
  ['nobody, for a public operation', { as: 'nobody' as const, path: '/api/auth/test-public' }, 2],
])('a key is its own: %s is not answered with it', async (_, more, expected) => {
  await post('k1');
  const answer = await post('k1', more);
  expect([answer.status, answer.headers.get('Idempotency-Replayed'), await rows()]).toEqual([
    200,
    null,
    expected,
  ]);
});

it('a repeat while the first still runs is told to come again', async () => {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const started = new Promise<void>((resolve) => {
    during = () => {
      resolve();
      return held;
    };
  });
  const first = post('k1');
  await started;
  const second = await post('k1');
  letGo();
  expect([second.status, second.body.error.code]).toEqual([409, 'request_in_progress']);
  expect(second.headers.get('Retry-After')).toBe('1');
  expect([(await first).status, await rows()]).toEqual([200, 1]);
});

it.each([
  ['unavailable', 503],
  ['limited', 429],
] as const)('a failure that passes (%s) before anything was done is tried again', async (kind, status) => {
  during = failing(kind);
  expect((await post('k1')).status).toBe(status);
  during = async () => undefined;
  expect([(await post('k1')).status, await rows()]).toEqual([200, 1]);
});

it('a refusal of the business is the answer of its key', async () => {
  during = failing('conflict');
  await post('k1');
  during = async () => undefined;
  const again = await post('k1');
  expect([again.status, again.body.error.code, await rows()]).toEqual([409, 'test_failure', 0]);
});

it('a failure after the commit never leads to doing it twice', async () => {
  after = failing('unavailable');
  expect((await post('k1')).status).toBe(503);
  after = async () => ({ status: 200, body: { made: 1 } });
  const again = await post('k1');
  expect([again.status, again.body.error.code, await rows()]).toEqual([409, 'outcome_unknown', 1]);
});

it('what a process left undone when it died is done by the next one after the lease', async () => {
  during = failing('unavailable');
  await post('k0');
  await post('k1', { body: { name: 'first' } });
  during = async () => undefined;
  await api.db.query(
    `insert into idempotency_keys (actor, key, route, body_hash, claim, lease_until)
     values ('user:1', 'k2', 'POST /api/isp/test-things', '\\x00', 'dead', now() + interval '1 minute')`,
  );
  await post('k3');
  await api.db.query(
    `update idempotency_keys k set body_hash = (select body_hash from idempotency_keys where key = 'k3')
     where key = 'k2'`,
  );
  const waiting = await post('k2');
  await api.db.query(`update idempotency_keys set lease_until = now() - interval '1 s' where key = 'k2'`);
  const taken = await post('k2');
  expect([waiting.body.error?.code, taken.status, await rows()]).toEqual(['request_in_progress', 200, 2]);
});

it('an attempt that was taken over commits nothing', async () => {
  during = async () => {
    await api.db.query(`update idempotency_keys set claim = 'another' where key = 'k1'`);
  };
  const answer = await post('k1');
  expect([answer.status, answer.body.error.code, await rows()]).toEqual([409, 'request_taken_over', 0]);
});

it.each(['', 'with blank', 'x'.repeat(256)])('a key that cannot be one is refused: %j', async (key) => {
  const answer = await post(key);
  expect([answer.status, answer.body.error.code, await rows()]).toEqual([422, 'validation_failed', 0]);
  expect(answer.body.error.fields).toHaveProperty('Idempotency-Key');
});

it('a kept answer is sealed, and forgotten with its key after 48 hours', async () => {
  after = async () => ({ status: 201, body: { token: 'shown-once' } });
  expect((await post('k1')).body).toEqual({ token: 'shown-once' });
  expect((await post('k1')).body).toEqual({ token: 'shown-once' });
  const [kept] = await api.db.query<{ response: Buffer }>('select response from idempotency_keys');
  expect(kept?.response.includes('shown-once')).toBe(false);
  await api.db.query(
    `update idempotency_keys set created_at = now() - interval '49 hours', lease_until = now() - interval '48 hours'`,
  );
  expect((await post('k1')).status).toBe(201);
  expect(await rows()).toBe(2);
  await api.db.query(
    `update idempotency_keys set created_at = now() - interval '49 hours', lease_until = now() - interval '48 hours'`,
  );
  expect(await pruneKeys(api.db)).toBe(1);
});

it('outside a request no claim is current', () => {
  expect(currentClaim()).toBeUndefined();
});
