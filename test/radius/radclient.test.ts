import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeWithRadclient, radclient } from '../support/radclient.ts';
import { nasSecret, openRadiusSite, type RadiusSite, type RunningRadius } from '../support/radius-server.ts';

describeWithRadclient('the radclient of FreeRADIUS', () => {
  let site: RadiusSite;
  let server: RunningRadius;

  beforeAll(async () => {
    site = await openRadiusSite();
    await site.plan();
    await site.nas('edge-1', '127.0.0.1');
    await site.service('alice');
    server = await site.start();
  });

  afterAll(() => site.close());

  const login = (...attributes: string[]) =>
    radclient({
      kind: 'auth',
      port: server.authPort,
      secret: nasSecret,
      attributes: ['User-Name = "alice"', ...attributes, 'Message-Authenticator = 0x00'],
    });
  const account = (...attributes: string[]) =>
    radclient({
      kind: 'acct',
      port: server.acctPort,
      secret: nasSecret,
      attributes: ['User-Name = "alice"', ...attributes],
    });

  it.each([
    ['PAP', 'User-Password'],
    ['CHAP', 'CHAP-Password'],
    ['MS-CHAPv1', 'MS-CHAP-Password'],
  ])('logs in by %s and reads the rate of the plan', async (_, attribute) => {
    const reply = await login(`${attribute} = "secret"`);
    expect(reply.code, reply.output).toBe('Access-Accept');
    expect(reply.attributes.get('Mikrotik-Rate-Limit')).toEqual(['"5M/20M"']);
  });

  it.each([['User-Password'], ['CHAP-Password'], ['MS-CHAP-Password']])(
    'is rejected with a wrong %s',
    async (attribute) => {
      const reply = await login(`${attribute} = "wrong"`);
      expect(reply.code, reply.output).toBe('Access-Reject');
      expect(reply.attributes.get('Reply-Message')).toEqual(['"User name or password is wrong."']);
    },
  );

  it('is not answered under another secret', async () => {
    const reply = await radclient({
      kind: 'auth',
      port: server.authPort,
      secret: 'not-the-secret',
      attributes: ['User-Name = "alice"', 'User-Password = "secret"', 'Message-Authenticator = 0x00'],
      timeoutMs: 200,
      retries: 1,
    });
    expect(reply.code).toBeUndefined();
  });

  it.each([
    ['authentication', 'authPort', 'Access-Accept'],
    ['accounting', 'acctPort', 'Accounting-Response'],
  ] as const)('finds the %s port alive by Status-Server', async (_, port, code) => {
    const attributes = ['Message-Authenticator = 0x00'];
    const reply = await radclient({ kind: 'status', port: server[port], secret: nasSecret, attributes });
    expect(reply.code, reply.output).toBe(code);
  });

  it('is counted past 4 GiB from Start to Stop', async () => {
    const session = [
      'Acct-Session-Id = "81f00001"',
      'NAS-Port = 5',
      'Calling-Station-Id = "AA-BB-CC-00-00-01"',
    ];
    const counters = (timeS: number, [giga, octets]: [number, number]) => [
      `Acct-Session-Time = ${timeS}`,
      'Acct-Input-Octets = 1000',
      'Acct-Input-Gigawords = 0',
      `Acct-Output-Octets = ${octets}`,
      `Acct-Output-Gigawords = ${giga}`,
    ];
    for (const attributes of [
      ['Acct-Status-Type = Start', ...session],
      ['Acct-Status-Type = Interim-Update', ...session, ...counters(300, [0, 4_294_967_000])],
      [
        'Acct-Status-Type = Stop',
        ...session,
        ...counters(600, [1, 704]),
        'Acct-Terminate-Cause = User-Request',
      ],
    ]) {
      const reply = await account(...attributes);
      expect(reply.code, reply.output).toBe('Accounting-Response');
    }
    await vi.waitFor(async () =>
      expect(
        await site.db.query(
          `select upload_octets::float8 as up, download_octets::float8 as down, close_cause as cause from sessions`,
        ),
      ).toEqual([{ up: 1_000, down: 4_294_968_000, cause: 'user_request' }]),
    );
  });
});
