import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noFaults } from '../../src/simulator/faults.ts';
import { type DialResult, SimulatedRouter } from '../../src/simulator/router.ts';
import type { RouterOptions } from '../../src/simulator/router-options.ts';
import type { SimulatedSession } from '../../src/simulator/session.ts';
import { subscriber } from '../../src/simulator/subscriber.ts';
import { timeBase } from '../../src/simulator/time-base.ts';
import { TinyServer } from './tiny-server.ts';

const SECRET = 'router-secret';
let server: TinyServer;
let router: SimulatedRouter;

async function open(options: Partial<RouterOptions> = {}): Promise<SimulatedRouter> {
  router = await SimulatedRouter.open({
    address: '127.0.0.21',
    identity: 'tower-1',
    server: { host: '127.0.0.1', authPort: server.authPort, acctPort: server.acctPort },
    secret: SECRET,
    coaPort: 0,
    timeoutMs: 60,
    ...options,
  });
  return router;
}

function sessionOf(result: DialResult): SimulatedSession {
  if (result.outcome !== 'up') throw new Error(`The session is not up: ${JSON.stringify(result)}`);
  return result.session;
}

const ann = subscriber({ username: 'ann', password: 'secret' });

async function until(condition: () => boolean, patienceMs = 2_000): Promise<void> {
  const startedMs = performance.now();
  while (!condition()) {
    if (performance.now() - startedMs > patienceMs) throw new Error('It did not happen in time.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

beforeEach(async () => {
  server = await new TinyServer(SECRET).open();
});

afterEach(() => {
  router.close();
  server.close();
});

describe('a login', () => {
  it.each(['pap', 'chap', 'mschapv1', 'mschapv2'] as const)(
    'by %s is accepted with the right password',
    async (method) => {
      await open();
      const good = await router.dial(subscriber({ username: 'ann', password: 'secret', method }));
      expect(good.outcome).toBe('up');
      const bad = await router.dial(subscriber({ username: 'ann', password: 'guess', method }));
      expect(bad).toEqual({ outcome: 'rejected', reason: 'wrong_password' });
    },
  );

  it('by PPPoE carries what RouterOS sends, Message-Authenticator last', async () => {
    await open();
    await router.dial(ann);
    expect(server.seen[0].attributes.map(({ name }) => name)).toEqual([
      'Service-Type',
      'Framed-Protocol',
      'NAS-Port',
      'NAS-Port-Type',
      'User-Name',
      'Calling-Station-Id',
      'Called-Station-Id',
      'NAS-Port-Id',
      'Acct-Session-Id',
      'CHAP-Challenge',
      'CHAP-Password',
      'NAS-Identifier',
      'NAS-IP-Address',
      'Message-Authenticator',
    ]);
    expect(server.seen[0].values).toMatchObject({
      'Acct-Session-Id': '81000000',
      'NAS-Identifier': 'tower-1',
      'NAS-IP-Address': '127.0.0.21',
      'Calling-Station-Id': ann.mac,
    });
  });

  it('of a hotspot comes in the order seen on the wire, with its client address and without MS-CHAP', async () => {
    await open();
    await router.dial(
      subscriber({ username: 'ann', password: 'secret', service: 'hotspot', method: 'mschapv2' }),
    );
    expect(server.seen[0].attributes.map(({ name }) => name)).toEqual([
      'NAS-Port-Type',
      'Calling-Station-Id',
      'Called-Station-Id',
      'NAS-Port-Id',
      'User-Name',
      'NAS-Port',
      'Acct-Session-Id',
      'Framed-IP-Address',
      'Mikrotik-Host-IP',
      'CHAP-Challenge',
      'CHAP-Password',
      'Service-Type',
      'WISPr-Logoff-URL',
      'NAS-Identifier',
      'NAS-IP-Address',
      'Message-Authenticator',
    ]);
    const { values } = server.seen[0];
    expect(Number.parseInt(values['Acct-Session-Id'], 16)).toBe(Number(values['NAS-Port']));
  });

  it('of a DHCP lease has the MAC as user, an empty password and a client id without padding', async () => {
    await open();
    server.password = '';
    const lease = subscriber({
      username: '00:0E:01:0C:38:C8',
      password: '',
      mac: '00:0E:01:0C:38:C8',
      service: 'dhcp',
    });
    expect((await router.dial(lease)).outcome).toBe('up');
    expect(server.seen[0].values['Calling-Station-Id']).toBe('1:0:e:1:c:38:c8');
  });

  it('that nobody answers is sent three times, byte by byte the same, and then given up', async () => {
    await open();
    server.answersAccess = false;
    expect(await router.dial(ann)).toEqual({ outcome: 'unanswered' });
    expect(server.seen).toHaveLength(3);
    expect(server.seen[1].datagram.equals(server.seen[0].datagram)).toBe(true);
    expect(server.seen[2].datagram.equals(server.seen[0].datagram)).toBe(true);
  });

  it('with another secret than the server believes no reply of it', async () => {
    await open({ secret: 'other', isSigned: false });
    expect(await router.dial(ann)).toEqual({ outcome: 'unanswered' });
    expect(router.statistics.badReplies).toBeGreaterThan(0);
  });

  it('honours rate, timeouts, pool, address list and Class', async () => {
    server.accept = [
      { name: 'Mikrotik-Rate-Limit', value: '5M/20M' },
      { name: 'Session-Timeout', value: 3600 },
      { name: 'Acct-Interim-Interval', value: 300 },
      { name: 'Framed-Pool', value: 'home' },
      { name: 'Mikrotik-Address-List', value: 'suspended' },
      { name: 'Class', value: '0x010203' },
    ];
    await open({ pools: { home: '10.5.0.0/24' } });
    const session = sessionOf(await router.dial(ann));
    expect(session.framedIp).toBe('10.5.0.1');
    expect(session.terms).toMatchObject({
      rateLimit: { uploadBps: 5_000_000, downloadBps: 20_000_000 },
      sessionTimeoutS: 3600,
      interimS: 300,
      addressList: 'suspended',
    });
    await router.settled();
    expect(server.accounting('Start')[0].values).toMatchObject({
      Class: '0x010203',
      'Framed-IP-Address': '10.5.0.1',
      'Acct-Session-Id': session.acctSessionId,
    });
  });

  it('fails when the router has no such pool', async () => {
    server.accept = [{ name: 'Framed-Pool', value: 'nowhere' }];
    await open({ pools: { home: '10.5.0.0/24' } });
    expect(await router.dial(ann)).toMatchObject({ outcome: 'unusable' });
    expect(server.accounting('Start')).toEqual([]);
  });
});

describe('accounting', () => {
  it('lives an hour in a second: twelve interims, growing within the rate, then a Stop', async () => {
    server.accept = [
      { name: 'Mikrotik-Rate-Limit', value: '5M/20M' },
      { name: 'Acct-Interim-Interval', value: 300 },
      { name: 'Session-Timeout', value: 3_660 },
    ];
    await open({ time: timeBase(3_600) });
    const session = sessionOf(
      await router.dial(subscriber({ username: 'ann', password: 'secret', demand: 1 })),
    );
    await until(() => server.accounting('Stop').length > 0, 4_000);
    const interims = server
      .accounting('Interim-Update')
      .map(({ values }) => Number(values['Acct-Session-Time']));
    expect(interims.length).toBeGreaterThanOrEqual(10);
    expect(interims).toEqual([...interims].sort((a, b) => a - b));
    const { values } = server.accounting('Stop')[0];
    expect(values['Acct-Terminate-Cause']).toBe('Session-Timeout');
    const seconds = Number(values['Acct-Session-Time']);
    const download = Number(values['Acct-Output-Octets']) + Number(values['Acct-Output-Gigawords']) * 2 ** 32;
    expect(download).toBe(session.downloadOctets);
    expect(download).toBeGreaterThan((20_000_000 / 8) * seconds * 0.4);
    expect(download).toBeLessThanOrEqual((20_000_000 / 8) * (seconds + 1));
  });

  it('sends a counter past 4 GiB as gigawords, and the ledger knows what was acknowledged', async () => {
    await open();
    const session = sessionOf(
      await router.dial(subscriber({ username: 'ann', password: 'secret', demand: 0 })),
    );
    session.transfer(100, 10_000_000_000);
    expect(await router.hangUp(session)).toBe(true);
    expect(server.accounting('Stop')[0].values).toMatchObject({
      'Acct-Input-Octets': '100',
      'Acct-Input-Gigawords': '0',
      'Acct-Output-Octets': '1410065408',
      'Acct-Output-Gigawords': '2',
      'Acct-Terminate-Cause': 'User-Request',
    });
    expect(session.acked).toMatchObject({ uploadOctets: 100, downloadOctets: 10_000_000_000, hasStop: true });
  });

  it('gives a record up after three datagrams, and the ledger keeps the last acknowledged', async () => {
    await open();
    const session = sessionOf(
      await router.dial(subscriber({ username: 'ann', password: 'secret', demand: 0 })),
    );
    session.transfer(0, 1_000);
    expect(await router.reportNow(session)).toBe(true);
    server.answersAccounting = false;
    session.transfer(0, 1_000);
    expect(await router.reportNow(session)).toBe(false);
    expect(session.acked.downloadOctets).toBe(1_000);
    expect(router.statistics.accountingLost).toBe(1);
    expect(server.accounting('Interim-Update')).toHaveLength(4);
  });

  it('a power cut ends all sessions without a Stop; the clients return under a new boot counter', async () => {
    await open({ redialDelayMs: 20 });
    for (const name of ['ann', 'bob', 'cid'])
      await router.dial(subscriber({ username: name, password: 'secret' }));
    await router.settled();
    router.powerCut(50);
    expect(router.sessions.size).toBe(0);
    expect(await router.dial(ann)).toEqual({ outcome: 'unanswered' });
    await until(() => router.sessions.size === 3);
    expect([...router.sessions.keys()].every((id) => id.startsWith('811'))).toBe(true);
    expect(server.accounting('Stop')).toEqual([]);
    expect(router.ended.map(({ stopCause }) => stopCause)).toEqual([undefined, undefined, undefined]);
  });

  it('an idle line is hung up after Idle-Timeout', async () => {
    server.accept = [{ name: 'Idle-Timeout', value: 60 }];
    await open({ time: timeBase(600) });
    await router.dial(subscriber({ username: 'ann', password: 'secret', demand: 0 }));
    await until(() => server.accounting('Stop').length > 0);
    expect(server.accounting('Stop')[0].values['Acct-Terminate-Cause']).toBe('Idle-Timeout');
  });

  it('reports the time of its own wrong clock', async () => {
    await open({ clockSkewS: -86_400 });
    await router.dial(ann);
    await router.settled();
    const stamp = Date.parse(server.accounting('Start')[0].values['Event-Timestamp']);
    expect(Date.now() - stamp).toBeGreaterThan(86_000_000);
  });
});

describe('many subscribers', () => {
  it('2,000 are in at once over several source ports, none of them unanswered', async () => {
    await open({ timeoutMs: 3_000 });
    const results = await Promise.all(
      Array.from({ length: 2_000 }, (_, i) =>
        router.dial(subscriber({ username: `u${i}`, password: 'secret' })),
      ),
    );
    await router.settled();
    expect(results.filter(({ outcome }) => outcome === 'up')).toHaveLength(2_000);
    expect(new Set(server.seen.map(({ sourcePort }) => sourcePort)).size).toBeGreaterThan(4);
    expect(router.statistics.accountingLost).toBe(0);
    expect(new Set([...router.sessions.values()].map(({ framedIp }) => framedIp)).size).toBe(2_000);
  });

  it('loss and duplication cost retransmissions, not sessions', async () => {
    await open({ faults: { ...noFaults(), loss: 0.1, duplication: 0.1, reordering: 0.1 }, tries: 6 });
    const results = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        router.dial(subscriber({ username: `u${i}`, password: 'secret' })),
      ),
    );
    await router.settled();
    expect(results.filter(({ outcome }) => outcome === 'up').length).toBeGreaterThanOrEqual(199);
    expect(router.statistics.retransmissions).toBeGreaterThan(10);
  });

  it('switching off politely sends a Stop for every session', async () => {
    await open();
    for (const name of ['ann', 'bob']) await router.dial(subscriber({ username: name, password: 'secret' }));
    await router.shutDown();
    expect(server.accounting('Stop')).toHaveLength(2);
    expect(router.ended.every(({ acked }) => acked.hasStop)).toBe(true);
  });
});
