import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openListener } from '../../src/db/listener.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { addNas } from '../../src/network/nas.service.ts';
import { serviceEventHandlers } from '../../src/network/service-events.handler.ts';
import { readWallChoices } from '../../src/network/wall-choices.service.ts';
import { openDispatcher } from '../../src/platform/events/dispatcher.service.ts';
import { SimulatedRouter } from '../../src/simulator/router.ts';
import type { SimulatedSession } from '../../src/simulator/session.ts';
import { subscriber } from '../../src/simulator/subscriber.ts';
import { openServiceSite, type ServiceSite } from '../http/services.fixture.ts';
import { nasSecret, RadiusSite, type RunningRadius } from '../support/radius-server.ts';
import { silentLogger } from '../support/silent-logger.ts';

const ADDRESS = '127.0.0.41';
const brief = '/api/isp/mikrotik/services';
const closers: (() => Promise<unknown> | unknown)[] = [];
let site: ServiceSite;
let server: RunningRadius;
let router: SimulatedRouter;

beforeAll(async () => {
  site = await openServiceSite();
  closers.push(() => site.api.close());
  const radius = new RadiusSite(site.api.databaseUrl);
  closers.push(() => radius.close());
  server = await radius.start();
  await openWorker();
  router = await SimulatedRouter.open({
    address: ADDRESS,
    identity: 'tower-1',
    server: { host: '127.0.0.1', authPort: server.authPort, acctPort: server.acctPort },
    secret: nasSecret,
    coaPort: 0,
  });
  closers.push(() => router.close());
  await addNas(site.api.deps, {
    name: 'tower-1',
    address: ADDRESS,
    secret: nasSecret,
    coaPort: router.coaPort,
  });
});

afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

/** The part of the worker role that turns events into orders. */
async function openWorker(): Promise<void> {
  const { db, databaseUrl: url } = site.api;
  const common = { db, clock: systemClock, logger: silentLogger, wallChoices: () => readWallChoices(db) };
  const dispatcher = openDispatcher({ ...common, handlers: serviceEventHandlers(common) });
  closers.push(() => dispatcher.stop());
  await new Promise<void>((resolve) => {
    const listener = openListener({
      url,
      channel: 'netflow_changes',
      onConnected: resolve,
      onNotify: (payload) => {
        if (payload === 'outbox') dispatcher.wake();
      },
    });
    closers.push(() => listener.close());
  });
}

/** Dials until the server lets the subscriber in; how long that took is answered too. */
async function dial(
  username: string,
  password: string,
): Promise<{ session: SimulatedSession; tookMs: number }> {
  const beganMs = performance.now();
  for (;;) {
    const result = await router.dial(subscriber({ username, password }));
    const tookMs = performance.now() - beganMs;
    if (result.outcome === 'up') return { session: result.session, tookMs };
    if (tookMs > 10_000) throw new Error(`${username} is not let in: ${JSON.stringify(result)}`);
  }
}

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
