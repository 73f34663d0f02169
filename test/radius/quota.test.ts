import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { SimulatedSession } from '../../src/simulator/session.ts';
import { type LiveSite, openLiveSite } from './live-site.fixture.ts';

const GB = 1_000_000_000;
let site: LiveSite;
let call: LiveSite['api']['call'];

beforeAll(async () => {
  site = await openLiveSite('127.0.0.42');
  call = site.api.call;
  site.api.clock.set(new Date(Date.now() - 60_000).toISOString());
});
afterAll(() => site.close());

let plans = 0;
/** A service on a package of 1 GB that is online, idle. */
async function online(limitAction: string): Promise<{ id: number; session: SimulatedSession }> {
  plans += 1;
  const body = {
    code: `p${plans}`,
    name: `p${plans}`,
    price: 3_000,
    currency: 'KES',
    rate_limit: '5M/20M',
    data_limit_gb: '1',
    limit_action: limitAction,
    fup: [{ from_percent: 100, rate_limit: '512k/1M' }],
  };
  const { body: plan } = await call('POST', '/api/isp/packages', { body });
  const { body: made } = await site.create({ package_id: plan.id });
  const { session } = await site.dial(made.username, made.password, 0);
  await site.router.settled();
  return { id: made.id, session };
}

async function use(session: SimulatedSession, octets: number): Promise<void> {
  session.transfer(0, octets);
  expect(await site.router.reportNow(session)).toBe(true);
}

const read = async (id: number) => (await call('GET', `/api/isp/services/${id}`)).body;
const alerts = async (id: number) =>
  (await call('GET', `/api/isp/monitoring/alerts/${id}`)).body.items.map(
    ({ threshold }: { threshold: number }) => threshold,
  );
const log = async (id: number) => {
  const rows = await site.api.db.query<{ entry: string }>(
    `select action || ' by ' || actor as entry from isp_service_logs where service_id = $1::bigint order by id`,
    [id],
  );
  return rows.map(({ entry }) => entry);
};

it('F1, F2: accounting crosses the allowance, and the live session gets the FUP rate by CoA', async () => {
  const { id, session } = await online('throttle');
  await use(session, 0.79 * GB);
  await use(session, 0.01 * GB);
  await vi.waitFor(async () => expect(await alerts(id)).toEqual([80]), 5_000);
  expect(await read(id)).toMatchObject({ status: 'active' });
  await use(session, 0.2 * GB - 1);
  await use(session, 1);
  await vi.waitFor(
    () => expect(session.terms.rateLimit).toMatchObject({ uploadBps: 512_000, downloadBps: 1_000_000 }),
    5_000,
  );
  expect(session.isUp).toBe(true);
  expect(await read(id)).toMatchObject({ status: 'throttled', reason: null });
  expect(await alerts(id)).toEqual([100, 80]);
  expect((await log(id)).at(-1)).toBe('throttled by system:accounting');
});

it('F5: accounting crosses the allowance of a package that blocks, and the session is ended', async () => {
  const { id, session } = await online('block');
  await use(session, 3 * GB);
  await vi.waitFor(() => expect(session.isUp).toBe(false), 5_000);
  expect(await read(id)).toMatchObject({ status: 'suspended', reason: 'data_cap' });
  expect(await alerts(id)).toEqual([100, 80]);
  const again = await site.router.dial(session.subscriber);
  expect(again.outcome).toBe('rejected');
});

it('O1, F2: only what counts is counted, and what the API is told throttles the live session', async () => {
  await call('PATCH', '/api/isp/settings', { body: { usage_counting: 'upload' } });
  const { id, session } = await online('throttle');
  await use(session, 5 * GB);
  const tell = (bytes: number) =>
    call('POST', '/api/isp/monitoring/usage', { body: { service_id: id, upload_bytes: bytes } });
  site.api.clock.set(new Date().toISOString());
  expect((await tell(0.9 * GB)).body).toMatchObject({ status: 'active', alerts: [80] });
  expect((await tell(0.1 * GB)).body).toMatchObject({ status: 'throttled', alerts: [100] });
  await vi.waitFor(() => expect(session.terms.rateLimit).toMatchObject({ downloadBps: 1_000_000 }), 5_000);
});

it('F2: accounting goes on from what the API was told', async () => {
  await call('PATCH', '/api/isp/settings', { body: { usage_counting: 'total' } });
  const { id, session } = await online('throttle');
  site.api.clock.set(new Date().toISOString());
  const told = { service_id: id, download_bytes: GB - 10 };
  await call('POST', '/api/isp/monitoring/usage', { body: told });
  await vi.waitFor(async () => {
    await use(session, 1);
    expect((await read(id)).status).toBe('throttled');
  }, 5_000);
});

it('F4: a larger allowance gives the live session its speed back', async () => {
  const { id, session } = await online('throttle');
  await use(session, GB);
  await vi.waitFor(() => expect(session.terms.rateLimit).toMatchObject({ downloadBps: 1_000_000 }), 5_000);
  site.api.clock.set(new Date().toISOString());
  const larger = { code: 'larger', name: 'larger', price: 9_000, currency: 'KES', rate_limit: '9M/30M' };
  const { body: plan } = await call('POST', '/api/isp/packages', {
    body: { ...larger, data_limit_gb: '500' },
  });
  const body = { package_id: plan.id, effective: 'immediate' };
  await call('POST', `/api/isp/services/${id}/change-package`, { body });
  await vi.waitFor(() => expect(session.terms.rateLimit).toMatchObject({ downloadBps: 30_000_000 }), 5_000);
  expect(session.isUp).toBe(true);
});
