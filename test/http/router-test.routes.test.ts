import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { setConnection } from '../../src/network/connection/mikrotik-connection.service.ts';
import { addNas } from '../../src/network/nas/nas.service.ts';
import type { RouterPort } from '../../src/network/router.port.ts';
import { SYSTEM_ACTOR } from '../../src/platform/identity/actor.ts';
import { API_USER, openTestDriver, openTestRouterOs, type TestRouterOs } from '../support/routeros-router.ts';
import { openTestApi, type TestApi } from './api.ts';

const PATH = '/api/isp/mikrotik/test-connection';
let api: TestApi;
let driver: RouterPort;
let target: TestRouterOs;

beforeAll(async () => {
  driver = openTestDriver();
  api = await openTestApi((context) => ({ routers: { ...context.routers, router: driver } }));
});

beforeEach(async () => {
  target = await openTestRouterOs();
});

afterEach(async () => {
  await target.close();
  await api.db.query('delete from nas');
});

afterAll(async () => {
  await driver.close();
  await api.close();
});

async function addRouter(): Promise<number> {
  const { id } = await addNas(api.deps, {
    name: 'tower-1',
    address: '127.0.0.31',
    secret: 'a-shared-secret-of-24',
  });
  return Number(id);
}

const connect = (nasId: number) =>
  setConnection(api.deps, {
    nasId: String(nasId),
    input: { port: target.api.port, ...API_USER },
    actor: SYSTEM_ACTOR,
  });

describe('testing a connection', () => {
  it.each([PATH, '/api/isp/mikrotik/mikrotik/test-connection'])('at %s reports every check', async (path) => {
    const nasId = await addRouter();
    await connect(nasId);
    const { status, body } = await api.call('POST', path, { body: { nas_id: nasId } });
    expect(status).toBe(200);
    expect(body).toMatchObject({ ok: false, identity: 'tower-1', version: '7.18.2 (stable)' });
    expect(body.checks.find((one: { check: string }) => one.check === 'radius')).toMatchObject({
      state: 'failed',
      fix: expect.stringContaining('/radius add'),
    });
  });

  it('without a body means the first router', async () => {
    await connect(await addRouter());
    expect((await api.call('POST', PATH)).body).toMatchObject({ identity: 'tower-1' });
  });

  it('tries given credentials and keeps nothing', async () => {
    const body = { host: '127.0.0.31', port: target.api.port, ...API_USER };
    expect((await api.call('POST', PATH, { body })).body).toMatchObject({ identity: 'tower-1' });
    expect(await api.db.query('select 1 from mikrotik_connections')).toEqual([]);
  });

  it('of a router that does not answer is a report too', async () => {
    const nasId = await addRouter();
    await connect(nasId);
    await target.api.stop();
    const { status, body } = await api.call('POST', PATH, { body: { nas_id: nasId } });
    expect(status).toBe(200);
    expect(body.checks.find((one: { check: string }) => one.check === 'tcp').detail).toContain('refused');
    await target.api.listen();
  });

  it('of a router without API credentials is refused in words', async () => {
    const { status, body } = await api.call('POST', PATH, { body: { nas_id: await addRouter() } });
    expect(status).toBe(409);
    expect(body.error.code).toBe('routeros_not_configured');
    expect(body.error.message).toContain('RouterOS driver not configured');
  });

  it.each([
    ['no router at all', {}, 409, 'routeros_not_configured'],
    ['an unknown router', { nas_id: 999_999 }, 404, 'not_found'],
    ['an unknown key', { hots: 'x' }, 422, 'validation_failed'],
    ['a bad host', { host: 'not a host', username: 'x' }, 422, 'validation_failed'],
    ['malformed JSON', '{', 400, 'malformed_json'],
  ])('%s is refused', async (_, body, status, code) => {
    const answer = await api.call('POST', PATH, { body });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  it.each([
    ['nobody', 'nobody' as const, 401],
    ['daily staff', 'user' as const, 403],
    ['a customer', { customerId: '1' }, 403],
  ])('is not for %s', async (_, as, status) => {
    expect((await api.call('POST', PATH, { as, body: {} })).status).toBe(status);
  });
});
