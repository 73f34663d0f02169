import { createSocket } from 'node:dgram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DynauthRequest } from '../../src/network/dynauth.port.ts';
import { type DynauthClient, openDynauth } from '../../src/radius/dynauth/dynauth.adapter.ts';
import { SharedSecret } from '../../src/radius/protocol/secret.ts';
import { type DialResult, SimulatedRouter } from '../../src/simulator/router.ts';
import type { SimulatedSession } from '../../src/simulator/session.ts';
import { subscriber } from '../../src/simulator/subscriber.ts';
import { TinyServer } from './tiny-server.ts';

const SECRET = 'router-secret';
let server: TinyServer;
let router: SimulatedRouter;
let dynauth: DynauthClient;

beforeEach(async () => {
  server = await new TinyServer(SECRET).open();
  server.accept = [{ name: 'Mikrotik-Rate-Limit', value: '5M/20M' }];
  router = await SimulatedRouter.open({
    address: '127.0.0.22',
    identity: 'tower-1',
    server: { host: '127.0.0.1', authPort: server.authPort, acctPort: server.acctPort },
    secret: SECRET,
    coaPort: 0,
  });
  dynauth = openDynauth({ random: () => 0.5 });
});

afterEach(async () => {
  await dynauth.close();
  router.close();
  server.close();
});

async function dialIn(username = 'ann'): Promise<SimulatedSession> {
  const result: DialResult = await router.dial(subscriber({ username, password: 'secret' }));
  if (result.outcome !== 'up') throw new Error(`The session is not up: ${JSON.stringify(result)}`);
  return result.session;
}

function requestTo(session: SimulatedSession, given: Partial<DynauthRequest> = {}): DynauthRequest {
  return {
    address: '127.0.0.22',
    port: router.coaPort,
    secret: Buffer.from(SECRET),
    kind: 'disconnect',
    session: {
      userName: session.subscriber.username,
      acctSessionId: session.acctSessionId,
      framedIpAddress: session.framedIp,
    },
    attributes: [],
    timeoutMs: 40,
    ...given,
  };
}

const rate = (value: string) => ({
  kind: 'coa' as const,
  attributes: [{ name: 'Mikrotik-Rate-Limit', value }],
});

describe('a Disconnect', () => {
  it('is acknowledged, and the session ends with a Stop of cause Admin-Reset', async () => {
    const session = await dialIn();
    const result = await dynauth.send(requestTo(session));
    expect(result).toMatchObject({ outcome: 'ack', words: 'Disconnect-ACK.', triesUsed: 1 });
    expect(result.roundTripUs).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await router.settled();
    expect(session.isUp).toBe(false);
    expect(server.accounting('Stop')[0].values['Acct-Terminate-Cause']).toBe('Admin-Reset');
  });

  it('of a session that is gone is answered with 503, in words', async () => {
    const session = await dialIn();
    await router.hangUp(session);
    const result = await dynauth.send(requestTo(session));
    expect(result).toMatchObject({ outcome: 'nak', errorCause: 503, nak: 'session_gone' });
    expect(result.words).toContain('no such session');
  });
});

describe('a CoA', () => {
  it('changes the rate of the live session without ending it', async () => {
    const session = await dialIn();
    const result = await dynauth.send(requestTo(session, rate('1M/2M 2M/4M 1M/2M 8/8')));
    expect(result).toMatchObject({ outcome: 'ack', words: 'CoA-ACK.' });
    expect(session.isUp).toBe(true);
    expect(session.terms.rateLimit).toMatchObject({ uploadBps: 1_000_000, downloadBps: 2_000_000 });
  });

  it.each([
    ['an attribute RouterOS cannot change', [{ name: 'Mikrotik-Address-List', value: 'suspended' }], 401],
    ['a rate it cannot read', [{ name: 'Mikrotik-Rate-Limit', value: 'fast' }], 407],
  ] as const)('with %s is refused as a whole', async (_, attributes, errorCause) => {
    const session = await dialIn();
    const result = await dynauth.send(requestTo(session, { kind: 'coa', attributes }));
    expect(result).toMatchObject({ outcome: 'nak', errorCause, nak: 'permanent' });
    expect(session.terms.rateLimitText).toBe('5M/20M');
  });

  it('with an attribute of no dictionary is an error, and nothing is sent', async () => {
    const session = await dialIn();
    const result = await dynauth.send(
      requestTo(session, { kind: 'coa', attributes: [{ name: 'No-Such-Thing', value: '1' }] }),
    );
    expect(result).toMatchObject({ outcome: 'error', triesUsed: 0 });
    expect(result.words).toContain('No-Such-Thing');
    expect(router.listener.received).toEqual([]);
  });
});

describe('a router that does not answer', () => {
  it('gets the same octets three times, each wait twice the one before, then a timeout in words', async () => {
    const session = await dialIn();
    router.listener.faults.isSilent = true;
    const result = await dynauth.send(requestTo(session));
    expect(result).toMatchObject({ outcome: 'timeout', triesUsed: 3 });
    expect(result.words).toContain('No answer');
    // 40 + 80 + 160 ms.
    expect(result.roundTripUs).toBeGreaterThan(275_000);
    const { received } = router.listener;
    expect(received).toHaveLength(3);
    expect(received[1].datagram.equals(received[0].datagram)).toBe(true);
    expect(received[2].datagram.equals(received[0].datagram)).toBe(true);
  });

  it('since it has another secret leads to a timeout, and the session lives on', async () => {
    const session = await dialIn();
    router.listener.secret = new SharedSecret('another');
    expect(await dynauth.send(requestTo(session, { tries: 2 }))).toMatchObject({
      outcome: 'timeout',
      triesUsed: 2,
    });
    expect(router.statistics.badDynauthRequests).toBe(2);
    expect(session.isUp).toBe(true);
  });

  it('since nothing listens there is told apart from silence', async () => {
    const session = await dialIn();
    const probe = createSocket('udp4');
    const port = await new Promise<number>((resolve) => {
      probe.bind(0, '127.0.0.22', () => resolve(probe.address().port));
    });
    await new Promise<void>((resolve) => probe.close(() => resolve()));
    const result = await dynauth.send(requestTo(session, { port }));
    expect(result).toMatchObject({ outcome: 'error' });
    expect(result.words).toContain('Nothing listens');
  });
});

describe('answers', () => {
  it('that come twice or late change nothing and are counted', async () => {
    const session = await dialIn();
    router.listener.faults.answerCopies = 3;
    expect(await dynauth.send(requestTo(session, rate('1M/1M')))).toMatchObject({ outcome: 'ack' });
    router.listener.faults.answerCopies = 1;
    router.listener.faults.answerDelayMs = 150;
    expect(await dynauth.send(requestTo(session, { ...rate('2M/2M'), tries: 1 }))).toMatchObject({
      outcome: 'timeout',
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(dynauth.ignoredReplies()).toBe(3);
  });

  it('slower than the first wait still count: the retransmission gets the same answer', async () => {
    const session = await dialIn();
    router.listener.faults.answerDelayMs = 60;
    const result = await dynauth.send(requestTo(session));
    expect(result).toMatchObject({ outcome: 'ack', triesUsed: 2 });
    expect(router.statistics.disconnectRequests).toBe(2);
  });

  it('are not believed when they were signed with another secret', async () => {
    const forger = createSocket('udp4');
    forger.on('message', (datagram, from) => {
      const reply = Buffer.alloc(20);
      reply.set([41, datagram[1], 0, 20]);
      forger.send(reply, from.port, from.address);
    });
    const port = await new Promise<number>((resolve) => {
      forger.bind(0, '127.0.0.22', () => resolve(forger.address().port));
    });
    const session = await dialIn();
    expect(await dynauth.send(requestTo(session, { port, tries: 2 }))).toMatchObject({ outcome: 'timeout' });
    expect(dynauth.ignoredReplies()).toBe(2);
    await new Promise<void>((resolve) => forger.close(() => resolve()));
  });
});

describe('options', () => {
  it('Message-Authenticator and Event-Timestamp are sent when asked for, and verify', async () => {
    const session = await dialIn();
    const result = await dynauth.send(requestTo(session, { isSigned: true }));
    expect(result.outcome).toBe('ack');
    const names = router.listener.received[0].attributes.map(({ name }) => name);
    expect(names).toContain('Message-Authenticator');
    expect(names).toContain('Event-Timestamp');
  });

  it('the datagram leaves from the address the router knows', async () => {
    const listener = createSocket('udp4');
    const from = new Promise<string>((resolve) => {
      listener.on('message', (_, remote) => resolve(remote.address));
    });
    const port = await new Promise<number>((resolve) => {
      listener.bind(0, '127.0.0.22', () => resolve(listener.address().port));
    });
    const session = await dialIn();
    const sent = dynauth.send(requestTo(session, { port, tries: 1, bindAddress: '127.0.0.99' }));
    expect(await from).toBe('127.0.0.99');
    await sent;
    await new Promise<void>((resolve) => listener.close(() => resolve()));
  });
});

describe('many at once', () => {
  it('600 requests to one router are under way together, more than one socket has ids for', async () => {
    const sessions: SimulatedSession[] = [];
    // One after the other: the burst this is about is the next one.
    for (let i = 0; i < 600; i += 1) sessions.push(await dialIn(`u${i}`));
    router.listener.faults.answerDelayMs = 50;
    const results = await Promise.all(
      sessions.map((session) => dynauth.send(requestTo(session, { timeoutMs: 2_000, tries: 4 }))),
    );
    expect(results.filter(({ outcome }) => outcome !== 'ack')).toEqual([]);
    const seen = new Set(router.listener.received.map(({ datagram }) => datagram.toString('hex')));
    // Each request had octets of its own, whatever was sent twice when the burst overflowed a buffer.
    expect(seen.size).toBe(600);
    expect(router.sessions.size).toBe(0);
  });

  it('a closed client ends what is under way and refuses more', async () => {
    const session = await dialIn();
    router.listener.faults.isSilent = true;
    const underWay = dynauth.send(requestTo(session, { timeoutMs: 5_000 }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await dynauth.close();
    expect(await underWay).toMatchObject({ outcome: 'error' });
    expect(await dynauth.send(requestTo(session))).toMatchObject({ outcome: 'error' });
  });
});
