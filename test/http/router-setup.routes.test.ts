import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readServerConfig } from '../../src/network/setup/tunnel.service.ts';
import { NetworkFixture } from '../db/network-fixture.ts';
import { openTestApi, type TestApi } from './api.ts';

let api: TestApi;
let net: NetworkFixture;
let nasId: string;
let serial = 0;

beforeAll(async () => {
  api = await openTestApi();
  net = new NetworkFixture(api.db);
});

beforeEach(async () => {
  serial += 1;
  nasId = await net.router(`tower-${serial}`, `10.0.0.${serial}`, 3799, 'a-shared-secret-of-24-ch');
  await setting('tunnel_endpoint', 'vpn.example.net:51820');
});

afterAll(() => api.close());

const path = (part: string) => `/api/isp/routers/${nasId}/${part}`;
const setting = (key: string, value: unknown) =>
  api.call('PATCH', '/api/isp/settings', { body: { [key]: value } });

describe('setup.rsc', () => {
  it('is a file to import, without the stored secret', async () => {
    const answer = await api.app.request(path('setup.rsc'), { headers: {} });
    expect(answer.status).toBe(401);
    const { status, body, headers } = await api.call('GET', path('setup.rsc'), { as: 'user' });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('text/plain');
    expect(headers.get('content-disposition')).toBe(`attachment; filename="tower-${serial}-setup.rsc"`);
    expect(body).toContain('/radius add service=ppp,hotspot,dhcp address=198.51.100.7');
    expect(body).not.toContain('a-shared-secret-of-24-ch');
  });

  it('brings the walled garden once a login may be walled', async () => {
    await setting('radius_on_suspended', 'walled');
    expect((await api.call('GET', path('setup.rsc'))).body).toContain('src-address-list="suspended"');
    await setting('radius_on_suspended', 'reject');
    expect((await api.call('GET', path('setup.rsc'))).body).not.toContain('src-address-list');
  });
});

describe('what has been seen of a router', () => {
  it('is nothing at first, then each way of talking as it works', async () => {
    const none = {
      login_at: null,
      accounting_at: null,
      api_at: null,
      coa_at: null,
      tunnel_handshake_at: null,
    };
    expect((await api.call('GET', path('seen'))).body).toEqual(none);
    await net.plan(`home-${serial}`, '5M/20M');
    const serviceId = await net.service(`sub${serial}`, `home-${serial}`);
    await api.db.query(
      `insert into nas_contacts (nas_id, host, last_auth_at) values ($1::bigint, 'h', '2026-11-25T08:00:00Z')`,
      [nasId],
    );
    await api.db.query(
      `insert into enforcements (service_id, session_id, nas_id, kind, cause, state, last_answer, done_at)
       values ($1::bigint, 1, $2::bigint, 'coa', 'speed_changed', 'acknowledged', 'ack', '2026-11-25T08:01:00Z')`,
      [serviceId, nasId],
    );
    expect((await api.call('GET', path('seen'))).body).toEqual({
      ...none,
      login_at: '2026-11-25T08:00:00.000Z',
      coa_at: '2026-11-25T08:01:00.000Z',
    });
  });
});

describe('the tunnel of a router', () => {
  it('has an address, a script with the key of the router, and an entry at the other end', async () => {
    const { status, body } = await api.call('POST', path('tunnel'));
    expect(status).toBe(201);
    expect(body.server_address).toBe('10.254.0.1');
    expect(body.script).toContain(
      `/radius add service=ppp,hotspot,dhcp address=10.254.0.1 src-address=${body.address}`,
    );
    const privateKey = /private-key="([^"]+)"/.exec(body.script)?.[1] ?? '';
    const config = await readServerConfig(api.deps);
    expect(config).toContain(`AllowedIPs = ${body.address}/32`);
    expect(config).not.toContain(privateKey);
    const stored = JSON.stringify(await api.db.query('select * from router_tunnels'));
    expect(stored).not.toContain(privateKey);
    expect((await api.call('GET', path('setup.rsc'))).body).not.toContain('private-key');
    const [audit] = await api.db.query<{ after: unknown }>(
      `select after from audit_log where action = 'nas.tunnel_made' order by id desc limit 1`,
    );
    expect(audit?.after).toMatchObject({ tunnel_address: body.address });
    expect(JSON.stringify(audit)).not.toContain(privateKey);
  });

  it('is made once; deleted, it may be made anew with other keys', async () => {
    const first = await api.call('POST', path('tunnel'));
    const again = await api.call('POST', path('tunnel'));
    expect([again.status, again.body.error.code]).toEqual([409, 'tunnel_exists']);
    expect((await api.call('DELETE', path('tunnel'))).status).toBe(204);
    const gone = await api.call('DELETE', path('tunnel'));
    expect([gone.status, gone.body.error.code]).toEqual([404, 'not_found']);
    const second = await api.call('POST', path('tunnel'));
    expect(second.status).toBe(201);
    expect(second.body.server_public_key).toBe(first.body.server_public_key);
    expect(second.body.script).not.toBe(first.body.script);
  });

  it('of many routers made at once have an address each', async () => {
    const ids = await Promise.all(
      [1, 2, 3, 4].map((n) =>
        net.router(`far-${serial}-${n}`, `10.9.${serial}.${n}`, 3799, 'a-shared-secret-of-24-ch'),
      ),
    );
    const made = await Promise.all(ids.map((id) => api.call('POST', `/api/isp/routers/${id}/tunnel`)));
    expect(new Set(made.map(({ body }) => body.address)).size).toBe(4);
  });

  it('needs the endpoint of this server', async () => {
    await setting('tunnel_endpoint', '');
    const { status, body } = await api.call('POST', path('tunnel'));
    expect([status, body.error.code]).toEqual([422, 'validation_failed']);
    expect(body.error.fields.tunnel_endpoint).toContain('vpn.example.net:51820');
  });

  it.each([['10.0.0.0/33'], ['10.0.0.0'], ['ten'], ['fd00::/64']])(
    'is not put into the network %s',
    async (network) => {
      expect((await setting('tunnel_network', network)).status).toBe(422);
    },
  );
});

describe.each([
  ['GET', 'setup.rsc', 200],
  ['GET', 'seen', 200],
  ['POST', 'tunnel', 403],
  ['DELETE', 'tunnel', 403],
] as const)('%s %s', (method, part, userStatus) => {
  it(`is answered to daily work with ${userStatus}, to customers with 403, to nobody with 401`, async () => {
    expect((await api.call(method, path(part), { as: 'user' })).status).toBe(userStatus);
    expect((await api.call(method, path(part), { as: { customerId: '1' } })).status).toBe(403);
    expect((await api.call(method, path(part), { as: 'nobody' })).status).toBe(401);
  });

  it('of a router there is not is 404', async () => {
    expect((await api.call(method, `/api/isp/routers/999999/${part}`)).status).toBe(404);
  });
});
