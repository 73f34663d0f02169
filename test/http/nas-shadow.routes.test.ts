import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { planService } from '../../src/network/enforcement/enforcement-planning.service.ts';
import { readWallChoices } from '../../src/network/enforcement/wall-choices.service.ts';
import { NetworkFixture } from '../db/network-fixture.ts';
import { openTestApi, type TestApi } from './api.ts';
import { DENIED } from './hostile.ts';

let api: TestApi;
let net: NetworkFixture;
let nasId: string;

beforeAll(async () => {
  api = await openTestApi();
  net = new NetworkFixture(api.db);
  await net.plan('home', '5M/20M');
  nasId = await net.router('tower-1', '10.0.0.1', 3799, 'a-shared-secret-of-24-ch');
});

beforeEach(async () => {
  await api.db.query('delete from nas_shadow');
});

afterAll(() => api.close());

const SHADOW = { mode: 'shadow', server: '10.0.0.2', secret: 'what-the-old-server-knows' };
const path = () => `/api/isp/nas/${nasId}/shadow`;
const put = (body: Record<string, unknown>) => api.call('PUT', path(), { body });

describe('the shadow of a router over the API', () => {
  it('is set, shown without its secret, and ended', async () => {
    expect((await api.call('GET', path())).body).toMatchObject({ mode: 'live', server: null });
    const set = await put({ ...SHADOW, auth_port: 1645, timeout_ms: 1_000 });
    expect(set.body).toMatchObject({
      ...{ mode: 'shadow', server: '10.0.0.2', auth_port: 1645, acct_port: 1813, timeout_ms: 1_000 },
      ...{ same: 0, different: 0, silent: 0 },
    });
    expect(JSON.stringify(set.body)).not.toContain(SHADOW.secret);
    expect((await api.call('DELETE', path())).body.mode).toBe('live');
    expect((await api.call('DELETE', path())).status).toBe(200);
    const log = await api.db.query<{ action: string; after: unknown }>(
      `select action, after from audit_log where entity = 'nas' and action like 'nas.%live' or action = 'nas.shadowed' order by id`,
    );
    expect(log.map(({ action }) => action)).toEqual(['nas.shadowed', 'nas.made_live']);
    expect(JSON.stringify(log)).not.toContain(SHADOW.secret);
  });

  it('keeps the secret when only something else changes, and compares afresh', async () => {
    await put(SHADOW);
    await api.db.query(
      `insert into shadow_comparisons (nas_id, username, outcome, last_at) values ($1::bigint, 'ann', 'same', now())`,
      [nasId],
    );
    expect((await api.call('GET', path())).body.same).toBe(1);
    const changed = await put({ mode: 'shadow', server: '10.0.0.3' });
    expect([changed.status, changed.body.server, changed.body.same]).toEqual([200, '10.0.0.3', 0]);
  });

  it('lists how logins compared, by name, page by page and by outcome', async () => {
    await put(SHADOW);
    for (const [name, outcome] of [
      ['ann', 'same'],
      ['ben', 'different'],
      ['cat', 'different'],
    ]) {
      await api.db.query(
        `insert into shadow_comparisons (nas_id, username, outcome, differences, ours, theirs, last_at)
         values ($1::bigint, $2::text, $3::text, '{rate}', '{"outcome": "accept", "rate": "1M/1M"}', '{"outcome": "accept"}', now())`,
        [nasId, name, outcome],
      );
    }
    const first = await api.call('GET', `${path()}/logins?outcome=different&limit=1`);
    expect(first.body.items).toMatchObject([
      {
        username: 'ben',
        differences: ['rate'],
        ours: { rate: '1M/1M' },
        theirs: { outcome: 'accept' },
        count: 1,
      },
    ]);
    const next = await api.call(
      'GET',
      `${path()}/logins?outcome=different&limit=1&cursor=${first.body.next_cursor}`,
    );
    expect(next.body.items).toMatchObject([{ username: 'cat' }]);
    const csv = await api.call('GET', `${path()}/logins`, { headers: { accept: 'text/csv' } });
    expect(String(csv.body).split('\n')[1]).toMatch(/^ann,same/);
  });

  it.each([
    ['no server', { mode: 'shadow', secret: SHADOW.secret }, 'server'],
    ['a name for an address', { ...SHADOW, server: 'radius.example.net' }, 'server'],
    ['no secret', { mode: 'shadow', server: '10.0.0.2' }, 'secret'],
    ['an unknown mode', { ...SHADOW, mode: 'half' }, 'mode'],
    ['a timeout no router waits for', { ...SHADOW, timeout_ms: 60_000 }, 'timeout_ms'],
  ])('refuses %s', async (_, body, field) => {
    const answer = await put(body);
    expect([answer.status, Object.keys(answer.body.error.fields)]).toEqual([422, [field]]);
    expect((await api.call('GET', path())).body.mode).toBe('live');
  });

  it.each(DENIED)('is not for %s', async (_, as, status, code) => {
    for (const [method, at] of [
      ['GET', path()],
      ['PUT', path()],
      ['DELETE', path()],
      ['GET', `${path()}/logins`],
    ] as const) {
      const answer = await api.call(method, at, { as, ...(method === 'PUT' ? { body: SHADOW } : {}) });
      expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    }
  });

  it('daily staff may look and not change', async () => {
    expect((await api.call('GET', path(), { as: 'user' })).status).toBe(200);
    expect((await api.call('PUT', path(), { as: 'user', body: SHADOW })).status).toBe(403);
  });

  it('of an unknown router is not found', async () => {
    expect((await api.call('GET', '/api/isp/nas/999999/shadow')).status).toBe(404);
    expect((await api.call('PUT', '/api/isp/nas/999999/shadow', { body: SHADOW })).status).toBe(404);
    expect((await api.call('GET', '/api/isp/nas/999999/shadow/logins')).status).toBe(404);
  });
});

it('nothing is disconnected or changed on a router in the shadow, and all is once it is live', async () => {
  const username = 'steered';
  const serviceId = await net.service(username);
  await net.session({ nasId, serviceId, username, grade: 'full' });
  await api.call('POST', `/api/isp/mikrotik/services/${serviceId}/suspend`, { body: { reason: 'test' } });
  const plan = async () =>
    api.db.transaction(async (tx) =>
      planService(tx, {
        serviceId,
        trigger: { isDisconnectRequested: false, isSpeedChanged: false },
        choices: await readWallChoices(api.db),
        nowMs: api.clock.nowMs(),
      }),
    );
  await put(SHADOW);
  expect(await plan()).toBe(0);
  await api.call('DELETE', path());
  expect(await plan()).toBe(1);
});
