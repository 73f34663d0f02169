import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { setConnection } from '../../src/network/connection/mikrotik-connection.service.ts';
import type { RouterPort } from '../../src/network/router.port.ts';
import type { SimulatedSession } from '../../src/simulator/session.ts';
import { subscriber } from '../../src/simulator/subscriber.ts';
import { NetworkFixture } from '../db/network-fixture.ts';
import { TinyServer } from '../radius/tiny-server.ts';
import { testActor } from '../support/actor.ts';
import { API_USER, openTestDriver, openTestRouterOs, type TestRouterOs } from '../support/routeros-router.ts';
import { openTestApi, type TestApi } from './api.ts';

const SECRET = 'router-secret-long-enough';
const ADDRESS = '127.0.0.38';
let api: TestApi;
let net: NetworkFixture;
let driver: RouterPort;
let server: TinyServer;
let target: TestRouterOs;
let nasId: string;
let serial = 0;

beforeAll(async () => {
  driver = openTestDriver();
  api = await openTestApi((context) => ({ routers: { ...context.routers, router: driver } }));
  net = new NetworkFixture(api.db);
  await net.plan('home', '5M/20M');
  server = await new TinyServer(SECRET).open();
  server.accept = [{ name: 'Mikrotik-Rate-Limit', value: '5M/20M' }];
});

beforeEach(async () => {
  target = await openTestRouterOs({
    address: ADDRESS,
    secret: SECRET,
    server: { host: '127.0.0.1', authPort: server.authPort, acctPort: server.acctPort },
  });
  nasId = await net.router('tower-1', ADDRESS, target.router.coaPort, SECRET);
  const input = { port: target.api.port, ...API_USER };
  await setConnection(api.deps, { nasId, input, actor: testActor });
});

afterEach(async () => {
  await target.close();
  await api.db.query('delete from nas');
});

afterAll(async () => {
  await driver.close();
  server.close();
  await api.close();
});

interface Line {
  readonly username: string;
  readonly serviceId: string;
  readonly session: SimulatedSession;
}

/** A line that is online on the router; in the database too unless `isKnown` is false. */
async function online(isKnown = true): Promise<Line & { readonly sessionId: string | undefined }> {
  serial += 1;
  const username = `sub${serial}`;
  const serviceId = await net.service(username);
  const result = await target.router.dial(subscriber({ username, password: 'secret' }));
  if (result.outcome !== 'up') throw new Error('The session is not up.');
  const { session } = result;
  const { acctSessionId } = session;
  const sessionId = isKnown ? await net.session({ nasId, serviceId, username, acctSessionId }) : undefined;
  return { username, serviceId, session, sessionId };
}

const drift = async () => (await api.call('GET', `/api/isp/nas/${nasId}/drift`)).body.items;
const fix = async (body?: unknown) =>
  (await api.call('POST', `/api/isp/nas/${nasId}/drift/fix`, body === undefined ? {} : { body })).body.items;

describe('the drift of a router', () => {
  it('is nothing when both sides agree', async () => {
    await online();
    expect(await drift()).toEqual([]);
  });

  it('shows a session without accounting here, and a fix ends it on the router so that it dials in anew', async () => {
    const { username, session } = await online(false);
    expect(await drift()).toMatchObject([
      { kind: 'session', difference: 'only_on_router', username, fix: 'end_on_router' },
    ]);
    expect(await fix()).toMatchObject([{ outcome: 'Ended on the router; it dials in anew.' }]);
    expect(session.isUp).toBe(false);
    expect(await drift()).toEqual([]);
  });

  it('shows a session the router lacks, and a fix doubts it: it closes nothing', async () => {
    const { username, session, sessionId } = await online();
    await target.router.hangUp(session);
    expect(await drift()).toMatchObject([{ difference: 'only_in_database', username, fix: 'doubt' }]);
    await fix();
    const row = await net.sessionRow(sessionId ?? '');
    expect(row.closed_at).toBeNull();
    expect(row.uncertain_at).toBeInstanceOf(Date);
  });

  it('shows a rate that is another, and a fix orders one CoA however often it is asked for', async () => {
    const { username, session, serviceId } = await online();
    session.terms.rateLimit = { uploadBps: 1_000_000, downloadBps: 1_000_000 };
    const [item] = await drift();
    expect(item).toMatchObject({ difference: 'different', username, fix: 'coa' });
    expect(item.detail).toContain('5M/20M');
    await fix({ keys: [item.key] });
    expect(await fix({ keys: [item.key] })).toMatchObject([
      { outcome: 'An order for it is under way already.' },
    ]);
    expect(await net.enforcements(serviceId)).toMatchObject([
      { kind: 'coa', attributes: [{ name: 'Mikrotik-Rate-Limit', value: '5M/20M' }] },
    ]);
  });

  it('shows a secret of the router that wins over RADIUS, and never touches it', async () => {
    const { username } = await online();
    target.router.config.menu('/ppp/secret').add({ name: username, comment: 'by hand' });
    target.router.config.menu('/ppp/secret').add({ name: 'a-stranger' });
    expect(await drift()).toMatchObject([
      {
        kind: 'secret',
        username,
        fix: 'none',
        can_adopt: true,
        detail: expect.stringContaining('wins over'),
      },
      {
        kind: 'secret',
        username: 'a-stranger',
        can_adopt: true,
        detail: expect.stringContaining('nobody bills'),
      },
    ]);
    expect(await fix()).toEqual([]);
    expect(target.router.config.menu('/ppp/secret').rows()).toHaveLength(2);
  });

  it('mends only what is named', async () => {
    const one = await online(false);
    const two = await online(false);
    const items: { key: string; username: string }[] = await drift();
    await fix({ keys: items.filter(({ username }) => username === one.username).map(({ key }) => key) });
    expect([one.session.isUp, two.session.isUp]).toEqual([false, true]);
  });

  it.each([
    ['/ppp/active/print', 'the sessions'],
    ['/queue/simple/print', 'the queues'],
    ['/ppp/secret/print', 'the secrets'],
  ])('is an error when %s fails, never a list in which %s are missing', async (path) => {
    const { sessionId } = await online();
    target.api.faults.refuses = { path, message: 'not enough permissions (9)' };
    const answer = await api.call('GET', `/api/isp/nas/${nasId}/drift`);
    expect([answer.status, answer.body.error.code]).toEqual([409, 'router_command_failed']);
    expect((await api.call('POST', `/api/isp/nas/${nasId}/drift/fix`)).status).toBe(409);
    expect(await net.sessionRow(sessionId ?? '')).toMatchObject({ closed_at: null, uncertain_at: null });
  });

  it.each([
    ['an unknown router', '/api/isp/nas/999999/drift', 'admin' as const, 404],
    ['nobody', undefined, 'nobody' as const, 401],
    ['a customer', undefined, { customerId: '1' }, 403],
  ])('of or for %s is refused', async (_, path, as, status) => {
    expect((await api.call('GET', path ?? `/api/isp/nas/${nasId}/drift`, { as })).status).toBe(status);
  });

  it('of a router without API credentials says so', async () => {
    await api.db.query('delete from mikrotik_connections');
    expect((await api.call('GET', `/api/isp/nas/${nasId}/drift`)).body.error.code).toBe(
      'routeros_not_configured',
    );
  });
});
