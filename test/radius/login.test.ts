import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isMsChap2Success } from '../../src/radius/protocol/client-credentials.ts';
import { CODE } from '../../src/radius/protocol/code.ts';
import { decodePacket } from '../../src/radius/protocol/codec.ts';
import { Md4 } from '../../src/radius/protocol/md4.ts';
import { ntHash } from '../../src/radius/protocol/mschap.ts';
import { TestRouter } from '../support/radius-router.ts';
import { openRadiusSite, type RadiusSite, type RunningRadius } from '../support/radius-server.ts';

let site: RadiusSite;
let server: RunningRadius;
let router: TestRouter;

beforeAll(async () => {
  site = await openRadiusSite();
  await site.plan();
  await site.nas('edge-1', '127.0.0.1');
  await site.service('alice');
  server = await site.start();
  router = await TestRouter.open();
});

afterAll(async () => {
  router.close();
  await site.close();
});

describe('a login with the right password', () => {
  it.each(['pap', 'chap', 'mschap1', 'mschap2'] as const)(
    'by %s is accepted with the rate of its plan',
    async (method) => {
      const reply = await router.login(server, { username: 'alice', method });
      expect(reply.name).toBe('Access-Accept');
      expect(reply.values).toMatchObject({ 'Mikrotik-Rate-Limit': '5M/20M', 'Acct-Interim-Interval': '300' });
      expect(reply.names[0]).toBe('Message-Authenticator');
      expect(reply.octets('Class').length).toBe(24);
    },
  );

  it.each(['pap', 'chap', 'mschap1', 'mschap2'] as const)(
    'by %s with the wrong one is rejected',
    async (method) => {
      const reply = await router.login(server, { username: 'alice', password: 'wrong', method });
      expect(reply.name).toBe('Access-Reject');
      expect(reply.values['Reply-Message']).toBe('User name or password is wrong.');
      expect(reply.names[0]).toBe('Message-Authenticator');
      expect(reply.names.includes('MS-CHAP-Error')).toBe(method.startsWith('mschap'));
    },
  );

  it('an unknown user reads the same as a wrong password', async () => {
    const reply = await router.login(server, { username: 'nobody' });
    expect(reply.values['Reply-Message']).toBe('User name or password is wrong.');
  });

  it('MS-CHAPv2 proves that the server knows the password too', async () => {
    const packet = router.access({ username: 'alice', method: 'mschap2' });
    const reply = await router.ask(packet, server.authPort);
    const sent = decodePacket(packet);
    if (!sent.ok) throw new Error(sent.error);
    const octetsOf = (name: string): Buffer =>
      sent.value.attributes.find((one) => one.name === name)?.octets ?? Buffer.alloc(0);
    const response = octetsOf('MS-CHAP2-Response');
    const peer = {
      ident: response[0],
      challenge: octetsOf('MS-CHAP-Challenge'),
      peerChallenge: response.subarray(2, 18),
      userName: Buffer.from('alice'),
      ntHash: ntHash('secret'),
    };
    expect(isMsChap2Success(reply.octets('MS-CHAP2-Success'), peer)).toBe(true);
    const keys = startKeys(response.subarray(26, 50));
    expect(unsalted(reply.octets('MS-MPPE-Send-Key'), packet)).toEqual(keys.send);
    expect(unsalted(reply.octets('MS-MPPE-Recv-Key'), packet)).toEqual(keys.receive);
  });

  it('MS-CHAPv1 hands the router the hash of the NT hash under the shared secret', async () => {
    const packet = router.access({ username: 'alice', method: 'mschap1' });
    const reply = await router.ask(packet, server.authPort);
    const hidden = reply.octets('MS-CHAP-MPPE-Keys');
    const clear = Buffer.alloc(32);
    let previous = packet.subarray(4, 20);
    for (let block = 0; block < 32; block += 16) {
      const mask = createHash('md5').update(router.secret.bytes).update(previous).digest();
      for (let i = 0; i < 16; i += 1) clear[block + i] = hidden[block + i] ^ mask[i];
      previous = hidden.subarray(block, block + 16);
    }
    expect(clear.subarray(8, 24)).toEqual(ntHashHash());
  });
});

describe('a reply', () => {
  it('echoes every Proxy-State in order', async () => {
    const states = [randomBytes(3), randomBytes(253), randomBytes(1)];
    const attributes = states.map((value) => ({ name: 'Proxy-State', value }));
    const packet = router.access({ username: 'alice', attributes });
    const decoded = decodePacket((await router.ask(packet, server.authPort)).bytes);
    if (!decoded.ok) throw new Error(decoded.error);
    const echoed = decoded.value.attributes.filter(({ name }) => name === 'Proxy-State');
    expect(echoed.map(({ octets }) => octets)).toEqual(states);
  });

  it('to a retransmission is the same octet for octet, even after the password changed', async () => {
    const packet = router.access({ username: 'alice', method: 'mschap2' });
    const first = await router.send(packet, server.authPort);
    const second = await router.send(packet, server.authPort);
    expect(second).toEqual(first);
    expect(first).toBeDefined();
  });

  it('to the same id under another authenticator is decided anew', async () => {
    const right = router.access({ username: 'alice' });
    const wrong = router.access({ username: 'alice', password: 'wrong' });
    wrong[1] = right[1];
    resign(wrong);
    expect((await router.ask(right, server.authPort)).name).toBe('Access-Accept');
    expect((await router.ask(wrong, server.authPort)).name).toBe('Access-Reject');
  });

  it('too large to be sent harms nobody: the request is dropped and the next one answered', async () => {
    const states = [...Array.from({ length: 15 }, () => Buffer.alloc(253, 1)), Buffer.alloc(100, 2)];
    const attributes = states.map((value) => ({ name: 'Proxy-State', value }));
    const large = router.access({ username: 'alice', method: 'mschap2', attributes });
    expect(await router.isSilent(large, server.authPort)).toBe(true);
    expect((await router.login(server, { username: 'alice' })).name).toBe('Access-Accept');
  });
});

describe('Status-Server', () => {
  it.each([
    ['authentication', 'authPort', 'Access-Accept'],
    ['accounting', 'acctPort', 'Accounting-Response'],
  ] as const)('is answered on the %s port', async (_, port, name) => {
    const packet = router.build({ code: CODE.statusServer, attributes: [], messageAuthenticator: true });
    expect((await router.ask(packet, server[port])).name).toBe(name);
  });

  it('without a Message-Authenticator stays without an answer', async () => {
    const packet = router.build({ code: CODE.statusServer, attributes: [], messageAuthenticator: false });
    expect(await router.isSilent(packet, server.authPort)).toBe(true);
  });
});

/** Signs a changed request again: its Message-Authenticator comes first. */
function resign(packet: Buffer): void {
  packet.fill(0, 22, 38);
  router.secret.hmac.signInto(packet, 0, packet.length, packet, 22);
}

function ntHashHash(): Buffer {
  const hash = Buffer.alloc(16);
  new Md4().reset().update(ntHash('secret')).digestInto(hash, 0);
  return hash;
}

/** RFC 3079 section 3.3, computed here with node:crypto: what the server sends and receives with. */
function startKeys(ntResponse: Buffer): { send: Buffer; receive: Buffer } {
  const sha1 = (...parts: readonly (Buffer | string)[]): Buffer => {
    const hash = createHash('sha1');
    for (const part of parts) hash.update(part);
    return hash.digest().subarray(0, 16);
  };
  const master = sha1(ntHashHash(), ntResponse, 'This is the MPPE Master Key');
  const [zeros, pad] = [Buffer.alloc(40), Buffer.alloc(40, 0xf2)];
  const side = (here: string, there: string): string =>
    `On the client side, this is the ${here} key; on the server side, it is the ${there} key.`;
  return {
    send: sha1(master, zeros, side('receive', 'send'), pad),
    receive: sha1(master, zeros, side('send', 'receive'), pad),
  };
}

/** RFC 2548 section 2.4.2: salt(2), then length(1), key and padding under the shared secret. */
function unsalted(value: Buffer, request: Buffer): Buffer {
  const clear = Buffer.alloc(32);
  let previous: Buffer = Buffer.concat([request.subarray(4, 20), value.subarray(0, 2)]);
  for (let block = 0; block < 32; block += 16) {
    const mask = createHash('md5').update(router.secret.bytes).update(previous).digest();
    for (let i = 0; i < 16; i += 1) clear[block + i] = value[2 + block + i] ^ mask[i];
    previous = value.subarray(2 + block, 18 + block);
  }
  return clear.subarray(1, 1 + clear[0]);
}
