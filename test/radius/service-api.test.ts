import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { SimulatedSession } from '../../src/simulator/session.ts';
import { type LiveSite, openLiveSite } from './live-site.fixture.ts';

const brief = '/api/isp/mikrotik/services';
let site: LiveSite;
let dial: LiveSite['dial'];

beforeAll(async () => {
  site = await openLiveSite('127.0.0.41');
  dial = site.dial;
});
afterAll(() => site.close());

/** A service that is online and whose session the server knows. */
async function online(): Promise<{ id: number; username: string; session: SimulatedSession }> {
  const { body } = await site.create();
  const { session } = await dial(body.username, body.password);
  await vi.waitFor(async () => {
    const { body: status } = await site.api.call('GET', `${brief}/${body.id}/status`);
    expect(status).toMatchObject({ online: true, enforced: true, ip: session.framedIp });
  }, 10_000);
  return { id: body.id, username: body.username, session };
}

it('a service that was created can log in within a second, with the password that was answered', async () => {
  const { body } = await site.create();
  const { session, tookMs } = await dial(body.username, body.password);
  expect(tookMs).toBeLessThan(1_000);
  expect(session.terms.rateLimit).toMatchObject({ uploadBps: 5_000_000, downloadBps: 20_000_000 });
});

it('a suspension says that the router acknowledged it, and the session is down', async () => {
  const { id, username, session } = await online();
  const { body } = await site.api.call('POST', `${brief}/${id}/suspend`);
  expect(body.network).toMatchObject({ result: 'acknowledged' });
  expect(body.network.round_trip_ms).toBeGreaterThan(0);
  await vi.waitFor(() => expect(session.isUp).toBe(false));
  const { body: explained } = await site.api.call('GET', `/api/isp/radius/explain?username=${username}`);
  expect(explained).toMatchObject({ outcome: 'reject', reason: 'service_suspended' });
});

it('a speed reaches the live session by CoA without ending it', async () => {
  const { id, session } = await online();
  const { body } = await site.api.call('PUT', `${brief}/${id}/speed`, {
    body: { download_kbps: 2_000, upload_kbps: 1_000 },
  });
  expect(body.network).toMatchObject({ result: 'acknowledged' });
  expect(session.isUp).toBe(true);
  expect(session.terms.rateLimit).toMatchObject({ uploadBps: 1_000_000, downloadBps: 2_000_000 });
});

it('a session is ended by its own id', async () => {
  const { id, session } = await online();
  const { body: listed } = await site.api.call('GET', `/api/isp/radius/sessions?service_id=${id}`);
  const { body } = await site.api.call('POST', `/api/isp/radius/sessions/${listed.items[0].id}/disconnect`);
  expect(body.network).toMatchObject({ result: 'acknowledged' });
  await vi.waitFor(() => expect(session.isUp).toBe(false));
});

it('a router that does not answer is told to be unreachable, and what is desired is not enforced', async () => {
  const { id } = await online();
  await site.api.db.query(
    `update nas set coa_port = 9, coa_timeout_ms = 50, coa_tries = 1 where name = 'tower-1'`,
  );
  const { body } = await site.api.call('POST', `${brief}/${id}/suspend`);
  expect(body.network).toMatchObject({ result: 'unreachable' });
  const { body: status } = await site.api.call('GET', `${brief}/${id}/status`);
  expect(status).toMatchObject({
    status: 'suspended',
    online: true,
    desired: { access: 'none' },
    enforced: false,
    waiting: [{ kind: 'disconnect', nas: 'tower-1' }],
  });
});
