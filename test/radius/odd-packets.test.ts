import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chapPassword, msChap2Response } from '../../src/radius/protocol/client-credentials.ts';
import { CODE } from '../../src/radius/protocol/code.ts';
import { type AttributeInput, buildRequest } from '../../src/radius/protocol/codec.ts';
import { ntHash } from '../../src/radius/protocol/mschap.ts';
import { TestRouter } from '../support/radius-router.ts';
import { openRadiusSite, type RadiusSite, type RunningRadius } from '../support/radius-server.ts';

const PASSWORDS = [
  'x',
  'a'.repeat(16),
  'b'.repeat(17),
  'c'.repeat(128),
  'pässwörd-€-🙂',
  ' blanks at both ends ',
];
const METHODS = ['pap', 'chap', 'mschap1', 'mschap2'] as const;

let site: RadiusSite;
let server: RunningRadius;
let router: TestRouter;

beforeAll(async () => {
  site = await openRadiusSite();
  await site.plan();
  await site.nas('edge-1', '127.0.0.1');
  for (const [n, password] of PASSWORDS.entries()) await site.service(`pw-${n}`, { password });
  await site.service('alice', { sessionLimit: 0 });
  await site.service('CORP\\Bob');
  server = await site.start();
  router = await TestRouter.open();
});

afterAll(async () => {
  router.close();
  await site.close();
});

describe('a password', () => {
  it.each(PASSWORDS.map((password, n) => [Buffer.byteLength(password), n, password] as const))(
    'of %i octets opens by every method',
    async (_, n, password) => {
      for (const method of METHODS) {
        const reply = await router.login(server, { username: `pw-${n}`, password, method });
        expect([method, reply.name]).toEqual([method, 'Access-Accept']);
      }
    },
  );

  it('answers the Request Authenticator where CHAP sends no challenge', async () => {
    const authenticator = randomBytes(16);
    const built = buildRequest({
      code: CODE.accessRequest,
      id: router.id(),
      authenticator,
      attributes: [
        { name: 'User-Name', value: 'alice' },
        { name: 'CHAP-Password', value: chapPassword(7, Buffer.from('secret'), authenticator) },
      ],
      secret: router.secret,
      messageAuthenticator: false,
    });
    if (!built.ok) throw new Error(built.error);
    expect((await router.ask(built.value, server.authPort)).name).toBe('Access-Accept');
  });

  it.each(['CORP\\Bob', 'Bob'])('opens by MS-CHAPv2 where the peer hashed the name %s', async (hashed) => {
    const [challenge, peerChallenge] = [randomBytes(16), randomBytes(16)];
    const userName = Buffer.from(hashed);
    const response = msChap2Response({
      ident: 1,
      challenge,
      peerChallenge,
      userName,
      ntHash: ntHash('secret'),
    });
    const packet = router.build({
      code: CODE.accessRequest,
      attributes: [
        { name: 'User-Name', value: 'CORP\\Bob' },
        { name: 'MS-CHAP-Challenge', value: challenge },
        { name: 'MS-CHAP2-Response', value: response },
      ],
      messageAuthenticator: true,
    });
    expect((await router.ask(packet, server.authPort)).name).toBe('Access-Accept');
  });
});

describe('a request', () => {
  it('is read to its length: what arrives beyond it is padding', async () => {
    const login = Buffer.concat([router.access({ username: 'alice' }), randomBytes(300)]);
    const start = Buffer.concat([router.accounting({ status: 'Start', session: 'padded' }), randomBytes(99)]);
    expect((await router.ask(login, server.authPort)).name).toBe('Access-Accept');
    expect((await router.send(start, server.acctPort))?.[0]).toBe(CODE.accountingResponse);
  });

  it('may have 4096 octets', async () => {
    const filler = (size: number): AttributeInput => ({ name: 'Attr-200', value: randomBytes(size) });
    const most = Array.from({ length: 15 }, () => filler(253));
    const left = 4096 - router.access({ username: 'alice', attributes: most }).length;
    const packet = router.access({ username: 'alice', attributes: [...most, filler(left - 2)] });
    expect(packet).toHaveLength(4096);
    expect((await router.ask(packet, server.authPort)).name).toBe('Access-Accept');
  });

  it('may hold what no dictionary knows, broken vendor attributes and empty ones', async () => {
    const raw = (code: number, hex: string): AttributeInput => ({
      name: `Attr-${code}`,
      value: Buffer.from(hex, 'hex'),
    });
    const attributes = [
      ...['0000ffff0106aabbccdd', '00003a8c030541424308043141', '00003a8c01ff', '00003a8c', '00'].map((hex) =>
        raw(26, hex),
      ),
      ...['241', '245', '246'].map((code) => raw(Number(code), '0180aa')),
      ...[24, 30, 31, 32, 87].map((code) => raw(code, '')),
    ];
    for (const method of METHODS) {
      const reply = await router.login(server, { username: 'alice', method, attributes });
      expect([method, reply.name]).toEqual([method, 'Access-Accept']);
    }
    const reply = await router.account(server, { status: 'Start', session: 'odd', attributes });
    expect(reply.name).toBe('Accounting-Response');
  });

  it.each([1, 2, 5, 8, 10, 17, 4_294_967_295])('with Service-Type %i is decided alike', async (value) => {
    const attributes = [{ name: 'Service-Type', value }];
    expect((await router.login(server, { username: 'alice', attributes })).name).toBe('Access-Accept');
  });

  it('under the same id from another port is another one, though it counts nothing twice', async () => {
    const second = await TestRouter.open();
    const packet = router.accounting({
      status: 'Stop',
      session: 'two-ports',
      timeS: 9,
      up: 5,
      down: 6,
      username: 'alice',
    });
    expect(await router.send(packet, server.acctPort)).toEqual(await second.send(packet, server.acctPort));
    second.close();
    const counted = `select sum(upload_octets)::int as up from sessions where acct_session_id = 'two-ports'`;
    expect(await site.db.query(counted)).toEqual([{ up: 5 }]);
  });
});
