import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { finishSecretRotation, rotateNasSecret } from '../../src/network/nas/nas-secret.service.ts';
import { CODE } from '../../src/radius/protocol/code.ts';
import { verifyReply } from '../../src/radius/protocol/codec.ts';
import { testActor } from '../support/actor.ts';
import { TestRouter } from '../support/radius-router.ts';
import { openRadiusSite, type RadiusSite, type RunningRadius } from '../support/radius-server.ts';

let site: RadiusSite;
let server: RunningRadius;
let router: TestRouter;
let strict: TestRouter;

beforeAll(async () => {
  site = await openRadiusSite();
  await site.plan();
  await site.service('alice');
  await site.nas('edge-1', '127.0.0.1');
  await site.nas('strict', '127.0.0.2', { requireMessageAuthenticator: 'yes' });
  await site.nas('block', '127.0.1.0/24');
  server = await site.start();
  router = await TestRouter.open();
  strict = await TestRouter.open('127.0.0.2');
});

afterAll(async () => {
  router.close();
  strict.close();
  await site.close();
});

/** What the role has counted, as it reports it every two seconds. */
async function drops(): Promise<Record<string, number>> {
  const [row] = await site.db.query<{ counters: { drops: Record<string, number> } }>(
    `select counters from role_health where role = 'radius'`,
  );
  return row?.counters.drops ?? {};
}

async function isCounted(reason: string, before: Record<string, number>): Promise<void> {
  await vi.waitFor(async () => expect((await drops())[reason] ?? 0).toBeGreaterThan(before[reason] ?? 0), {
    timeout: 6_000,
    interval: 100,
  });
}

it('what is not a genuine request of a known NAS gets silence and is counted by its reason', async () => {
  const before = await drops();
  const stranger = await TestRouter.open('127.0.0.9');
  const thief = await TestRouter.open('127.0.0.1', 'another-secret-than-ours');
  const access = (from: TestRouter, parts: Partial<Parameters<TestRouter['access']>[0]> = {}) =>
    from.access({ username: 'alice', ...parts });
  const accounting = (from: TestRouter) => from.accounting({ status: 'Start' });
  const noType = router.build({
    code: CODE.accountingRequest,
    attributes: [{ name: 'User-Name', value: 'alice' }],
    messageAuthenticator: false,
  });
  const doubled = router.access({
    username: 'alice',
    signed: false,
    attributes: [
      { name: 'Attr-80', value: randomBytes(16) },
      { name: 'Attr-80', value: randomBytes(16) },
    ],
  });
  const cases: [string, TestRouter, Buffer, 'authPort' | 'acctPort'][] = [
    ['unknown_nas', stranger, access(stranger), 'authPort'],
    ['unknown_nas', stranger, accounting(stranger), 'acctPort'],
    ['bad_authenticator', thief, access(thief), 'authPort'],
    ['bad_authenticator', thief, accounting(thief), 'acctPort'],
    ['short', router, access(router).subarray(0, 19), 'authPort'],
    ['length', router, access(router).subarray(0, 30), 'authPort'],
    ['attribute_length', router, withBrokenAttribute(access(router)), 'authPort'],
    ['message_authenticator', router, doubled, 'authPort'],
    ['unsigned', strict, access(strict, { signed: false }), 'authPort'],
    [
      'unsigned_proxy_state',
      router,
      access(router, { signed: false, attributes: [{ name: 'Proxy-State', value: '0x01' }] }),
      'authPort',
    ],
    [
      'unsigned_eap',
      router,
      access(router, { signed: false, attributes: [{ name: 'EAP-Message', value: '0x02010005' }] }),
      'authPort',
    ],
    ['unexpected_code', router, accounting(router), 'authPort'],
    ['unexpected_code', router, access(router), 'acctPort'],
    ['bad_status_type', router, noType, 'acctPort'],
    ['no_user_name', router, access(router, { username: '' }), 'authPort'],
    ['no_session_id', router, router.accounting({ status: 'Start', session: '' }), 'acctPort'],
  ];
  const silent = await Promise.all(
    cases.map(([, from, packet, port]) => from.isSilent(packet, server[port])),
  );
  expect(cases.map(([reason], at) => [reason, silent[at]])).toEqual(cases.map(([reason]) => [reason, true]));
  for (const [reason] of cases) await isCounted(reason, before);
  stranger.close();
  thief.close();
});

it('an unsigned login is answered where the NAS need not sign, and the answer is signed', async () => {
  expect((await router.login(server, { username: 'alice', signed: false })).names[0]).toBe(
    'Message-Authenticator',
  );
});

it('a NAS that must sign is answered when it does', async () => {
  expect((await strict.login(server, { username: 'alice' })).name).toBe('Access-Accept');
});

it.each([
  ['0x0201000501', '0x04010004'],
  ['0x', '0x04000004'],
])('EAP (%s) in a signed request is rejected with a sentence and an EAP-Failure', async (asked, failure) => {
  const packet = router.build({
    code: CODE.accessRequest,
    attributes: [
      { name: 'User-Name', value: 'alice' },
      { name: 'EAP-Message', value: asked },
    ],
    messageAuthenticator: true,
  });
  const { name, names, values } = await router.ask(packet, server.authPort);
  expect([name, names[0], values['EAP-Message'], values['Reply-Message']]).toEqual([
    'Access-Reject',
    'Message-Authenticator',
    failure,
    'EAP is not offered here. Use PAP, CHAP or MS-CHAP.',
  ]);
});

it('a router anywhere in a block of addresses is known', async () => {
  const inside = await TestRouter.open('127.0.1.77');
  expect((await inside.login(server, { username: 'alice' })).name).toBe('Access-Accept');
  inside.close();
});

it('a router is answered over IPv6 by its own address', async () => {
  const both = await site.start({ hosts: '127.0.0.1,::1' });
  await site.nas('six', '::1');
  const six = await TestRouter.open('::1');
  await vi.waitFor(
    async () => expect(await six.send(six.access({ username: 'alice' }), both.authPort, 100)).toBeDefined(),
    { timeout: 10_000, interval: 20 },
  );
  expect((await six.login(both, { username: 'alice' })).name).toBe('Access-Accept');
  await six.account(both, { username: 'alice', session: 'six', status: 'Stop', timeS: 5 });
  expect(
    await site.db.query(`select host(nas_address) as address from sessions where acct_session_id = 'six'`),
  ).toEqual([{ address: '::1' }]);
  six.close();
  await both.stop();
});

it('a NAS added while the server runs is answered without a restart', async () => {
  const fresh = await TestRouter.open('127.0.0.3');
  await site.nas('fresh', '127.0.0.3');
  await vi.waitFor(
    async () => {
      const reply = await fresh.send(fresh.access({ username: 'alice' }), server.authPort, 100);
      expect(reply).toBeDefined();
    },
    { timeout: 10_000, interval: 10 },
  );
  fresh.close();
});

it('while a secret is rotated both are good; afterwards the old one is not', async () => {
  await site.nas('rotating', '127.0.0.4');
  const next = 'the-next-secret-of-24-ch';
  const [old, fresh] = [await TestRouter.open('127.0.0.4'), await TestRouter.open('127.0.0.4', next)];
  const answers = (from: TestRouter) => from.send(from.access({ username: 'alice' }), server.authPort, 100);
  const wait = { timeout: 10_000, interval: 10 };
  await vi.waitFor(async () => expect(await answers(old)).toBeDefined(), wait);
  await rotateNasSecret(site.deps, { name: 'rotating', actor: testActor, secret: next });
  await vi.waitFor(async () => expect(await answers(fresh)).toBeDefined(), wait);
  expect((await old.login(server, { username: 'alice' })).name).toBe('Access-Accept');
  await finishSecretRotation(site.deps, { name: 'rotating', actor: testActor });
  await vi.waitFor(async () => expect(await answers(old)).toBeUndefined(), wait);
  expect((await fresh.login(server, { username: 'alice' })).name).toBe('Access-Accept');
  old.close();
  fresh.close();
});

it('while a secret is rotated, an unsigned login sent again is answered under the other one', async () => {
  await site.nas('unsigned', '127.0.0.5', { requireMessageAuthenticator: 'no' });
  const next = 'the-next-secret-of-24-ch';
  const [old, fresh] = [await TestRouter.open('127.0.0.5'), await TestRouter.open('127.0.0.5', next)];
  const answers = (from: TestRouter) => from.send(from.access({ username: 'alice' }), server.authPort, 100);
  const wait = { timeout: 1_000, interval: 10 };
  await vi.waitFor(async () => expect(await answers(old)).toBeDefined(), wait);
  await rotateNasSecret(site.deps, { name: 'unsigned', actor: testActor, secret: next });
  await vi.waitFor(async () => expect(await answers(fresh)).toBeDefined(), wait);
  for (const method of ['pap', 'mschap2'] as const) {
    // The new one verified last, by a signed request.
    for (const [from, faults] of [
      [fresh, [null, 'response_authenticator', null]],
      [old, ['response_authenticator', null, 'response_authenticator']],
    ] as const) {
      const packet = from.access({ username: 'alice', method, signed: false });
      for (const fault of faults) {
        const reply = await from.send(packet, server.authPort);
        expect(reply && verifyReply(reply, packet, from.secret)).toBe(fault);
      }
    }
  }
  old.close();
  fresh.close();
});

it('octets of any kind, sent in a hurry, neither get an answer nor stop the server', async () => {
  const socket = createSocket('udp4');
  for (let i = 0; i < 500; i += 1) {
    socket.send(randomBytes(Math.floor(Math.random() * 200)), server.authPort, '127.0.0.1');
    socket.send(randomBytes(Math.floor(Math.random() * 200)), server.acctPort, '127.0.0.1');
  }
  expect((await router.login(server, { username: 'alice' })).name).toBe('Access-Accept');
  socket.close();
});

function withBrokenAttribute(packet: Buffer): Buffer {
  const broken = Buffer.from(packet);
  broken[21] = 1;
  return broken;
}
