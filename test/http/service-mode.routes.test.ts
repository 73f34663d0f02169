import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setConnection } from '../../src/network/connection/mikrotik-connection.service.ts';
import { NetworkFixture } from '../db/network-fixture.ts';
import { testActor } from '../support/actor.ts';
import { openTestApi, type TestApi } from './api.ts';

let api: TestApi;
let net: NetworkFixture;
let nasId: string;
let bareNasId: string;
let serial = 0;

beforeAll(async () => {
  api = await openTestApi();
  net = new NetworkFixture(api.db);
  await net.plan('home', '5M/20M');
  nasId = await net.router('tower-1', '10.0.0.1', 3799, 'a-shared-secret-of-24-ch');
  bareNasId = await net.router('tower-2', '10.0.0.2', 3799, 'a-shared-secret-of-24-ch');
  const input = { username: 'isp-billing', password: 'x' };
  await setConnection(api.deps, { nasId, input, actor: testActor });
});

afterAll(() => api.close());

async function service(): Promise<string> {
  serial += 1;
  return `/api/isp/services/${await net.service(`sub${serial}`)}/mode`;
}

describe('the mode of a service', () => {
  it('is radius until somebody keeps it on a router, and back again', async () => {
    const path = await service();
    expect((await api.call('GET', path)).body).toMatchObject({ mode: 'radius', nas_id: null, state: null });
    const local = await api.call('PUT', path, { body: { mode: 'local', nas_id: Number(nasId) } });
    expect(local.status).toBe(200);
    expect(local.body).toMatchObject({
      mode: 'local',
      nas_id: Number(nasId),
      kind: 'ppp',
      ppp_service: 'any',
      state: 'pending',
    });
    expect((await api.call('PUT', path, { body: { mode: 'radius' } })).body).toMatchObject({
      mode: 'radius',
      state: 'leaving',
    });
    const [audit] = await api.db.query<{ after: unknown }>(
      `select after from audit_log where action = 'service.mode_changed' order by id limit 1`,
    );
    expect(audit?.after).toMatchObject({ mode: 'local', nas_id: nasId });
  });

  it.each([
    ['an unknown router', { mode: 'local', nas_id: 999_999 }, 404, 'not_found'],
    ['a router without API credentials', { mode: 'local', nas_id: 'bare' }, 409, 'routeros_not_configured'],
    ['IPoE without an address', { mode: 'local', nas_id: 'good', kind: 'ipoe' }, 422, 'validation_failed'],
    ['an unknown mode', { mode: 'magic' }, 422, 'validation_failed'],
    [
      'an unknown kind of PPP',
      { mode: 'local', nas_id: 'good', ppp_service: 'wifi' },
      422,
      'validation_failed',
    ],
    ['an unknown key', { mode: 'radius', nas: 1 }, 422, 'validation_failed'],
  ])('%s is refused, and nothing changes', async (_, body, status, code) => {
    const path = await service();
    const ids: Record<string, string> = { bare: bareNasId, good: nasId };
    const given = 'nas_id' in body ? { ...body, nas_id: Number(ids[body.nas_id] ?? body.nas_id) } : body;
    const answer = await api.call('PUT', path, { body: given });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    expect((await api.call('GET', path)).body.mode).toBe('radius');
  });

  it.each([
    ['nobody', 'nobody' as const, 401],
    ['a customer', { customerId: '1' }, 403],
  ])('is not for %s', async (_, as, status) => {
    const path = await service();
    expect((await api.call('GET', path, { as })).status).toBe(status);
    expect((await api.call('PUT', path, { as, body: { mode: 'radius' } })).status).toBe(status);
  });

  it('keeps its router from being deleted', async () => {
    await api.call('PUT', await service(), { body: { mode: 'local', nas_id: Number(nasId) } });
    const answer = await api.call('DELETE', `/api/isp/nas/${nasId}`);
    expect([answer.status, answer.body.error.code]).toEqual([409, 'nas_keeps_services']);
  });

  it('of an unknown service is not found', async () => {
    expect((await api.call('GET', '/api/isp/services/999999/mode')).status).toBe(404);
  });
});
