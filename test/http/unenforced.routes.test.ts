import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { setConnection } from '../../src/network/connection/mikrotik-connection.service.ts';
import { NetworkFixture } from '../db/network-fixture.ts';
import { testActor } from '../support/actor.ts';
import { openTestApi, type TestApi } from './api.ts';

const PATH = '/api/isp/monitoring/not-enforced';
let api: TestApi;
let net: NetworkFixture;
let nasId: string;
let serial = 0;

beforeAll(async () => {
  api = await openTestApi();
  net = new NetworkFixture(api.db);
  await net.plan('home', '5M/20M');
  nasId = await net.router('tower-1', '10.0.0.1', 3799, 'a-shared-secret-of-24-ch');
  await setConnection(api.deps, { nasId, input: { username: 'api', password: 'x' }, actor: testActor });
});

beforeEach(() =>
  api.db.query('delete from enforcements').then(() => api.db.query('delete from router_provisions')),
);

afterAll(() => api.close());

/** An order for a session of a new service; `outcome` is what its last try met. */
async function order(given: {
  kind: 'coa' | 'disconnect';
  outcome?: string;
  isDone?: boolean;
}): Promise<string> {
  serial += 1;
  const serviceId = await net.service(`sub${serial}`);
  const sessionId = await net.session({ nasId, serviceId });
  await api.db.query(
    `insert into enforcements (service_id, session_id, nas_id, kind, cause, tries, outcome, created_at, done_at)
     values ($1::bigint, $2::bigint, $3::bigint, $4::text, 'suspended', 2, $5::text, now() - interval '1 hour' + make_interval(secs => $6::int), $7::timestamptz)`,
    [
      serviceId,
      sessionId,
      nasId,
      given.kind,
      given.outcome ?? null,
      serial,
      given.isDone ? new Date() : null,
    ],
  );
  return serviceId;
}

describe('what is not yet enforced', () => {
  it('is nothing when every order is done and every router has what it keeps', async () => {
    await order({ kind: 'coa', isDone: true });
    expect((await api.call('GET', PATH)).body).toEqual({ items: [], next_cursor: null });
  });

  it('names orders and what routers keep with reason, tries and next try, oldest first, in pages', async () => {
    const first = await order({ kind: 'disconnect', outcome: 'It did not answer.' });
    const second = await order({ kind: 'coa' });
    serial += 1;
    const kept = await net.service(`sub${serial}`);
    await api.call('PUT', `/api/isp/services/${kept}/mode`, {
      body: { mode: 'local', nas_id: Number(nasId) },
    });
    const { body } = await api.call('GET', `${PATH}?limit=2`);
    expect(body.items).toMatchObject([
      {
        service_id: Number(first),
        nas_name: 'tower-1',
        what: 'end_of_session',
        reason: 'It did not answer.',
        tries: 2,
      },
      { service_id: Number(second), what: 'speed_of_session', reason: null },
    ]);
    expect(Date.parse(body.items[0].next_try_at)).not.toBeNaN();
    const rest = await api.call('GET', `${PATH}?limit=2&cursor=${body.next_cursor}`);
    expect(rest.body.items).toMatchObject([
      { service_id: Number(kept), what: 'kept_on_router', session_id: null },
    ]);
    expect(rest.body.next_cursor).toBeNull();
  });

  it('is shown of one router alone on demand', async () => {
    await order({ kind: 'coa' });
    expect((await api.call('GET', `${PATH}?nas_id=${nasId}`)).body.items).toHaveLength(1);
    expect((await api.call('GET', `${PATH}?nas_id=999`)).body.items).toEqual([]);
  });

  it.each([
    ['a cursor of another list', '?cursor=WzEsMl0', 422],
    ['an unknown filter', '?nas=1', 422],
  ])('refuses %s', async (_, query, status) => {
    expect((await api.call('GET', `${PATH}${query}`)).status).toBe(status);
  });

  it.each([
    ['user', 200],
    ['nobody', 401],
    [{ customerId: '1' }, 403],
  ] as const)('is answered to %j with %i', async (as, status) => {
    expect((await api.call('GET', PATH, { as })).status).toBe(status);
  });
});
