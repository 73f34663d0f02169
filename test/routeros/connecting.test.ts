import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RouterAccess, RouterPort, RouterStage } from '../../src/network/router.port.ts';
import { encodeSentence, SentenceReader } from '../../src/network/routeros/sentence.ts';
import {
  failureOf,
  openTestDriver,
  openTestRouterOs,
  type TestRouterOs,
} from '../support/routeros-router.ts';

let target: TestRouterOs;
let driver: RouterPort;
const learnt: string[] = [];

beforeEach(() => {
  learnt.length = 0;
  driver = openTestDriver({ learnFingerprint: (_, fingerprint) => learnt.push(fingerprint) });
});

afterEach(async () => {
  await driver.close();
  await target?.close();
});

async function open(options: Parameters<typeof openTestRouterOs>[0] = {}): Promise<RouterAccess> {
  target = await openTestRouterOs(options);
  return target.access;
}

describe('connecting', () => {
  it.each([
    ['plain', false],
    ['TLS', true],
  ])('by %s passes the stages one after another', async (_, isTls) => {
    const access = await open({ isTls });
    const stages: RouterStage[] = [];
    const connection = await driver.connect(access, (stage) => stages.push(stage));
    expect(stages).toEqual([
      { stage: 'resolved', address: '127.0.0.31' },
      { stage: 'connected', localAddress: '127.0.0.1' },
      ...(isTls ? [{ stage: 'secured', fingerprint: target.api.certificate?.fingerprint }] : []),
      { stage: 'logged_in', isOldLogin: false },
    ]);
    expect((await connection.run({ path: '/system/identity/print' })).rows[0]).toEqual({ name: 'tower-1' });
    connection.close();
  });

  it('to a router from before 6.43 answers its challenge, with a password in any alphabet', async () => {
    const access = await open();
    target.api.faults.isOldLogin = true;
    const stages: RouterStage[] = [];
    const connection = await driver.connect(access, (stage) => stages.push(stage));
    expect(stages.at(-1)).toEqual({ stage: 'logged_in', isOldLogin: true });
    connection.close();
  });

  it.each([
    ['new', false],
    ['old', true],
  ])('with a wrong password fails with the words of the router (%s login)', async (_, isOldLogin) => {
    const access = await open();
    target.api.faults.isOldLogin = isOldLogin;
    const failure = await failureOf(driver.connect({ ...access, password: 'wrong' }));
    expect(failure.code).toBe('router_login_failed');
    expect(failure.message).toContain(isOldLogin ? 'cannot log in' : 'invalid user name or password');
    expect(failure.message).not.toContain('wrong)');
  });

  it('by a user that may not come from here fails as a login does', async () => {
    const access = await open();
    const users = target.router.config.menu('/user');
    users.set(users.find({ name: access.username })?.['.id'], { address: '198.51.100.1/32' });
    expect((await failureOf(driver.connect(access))).code).toBe('router_login_failed');
  });

  it('to a router whose sessions are all in use says so', async () => {
    const access = await open();
    target.api.faults.refusesSessions = true;
    const failure = await failureOf(driver.connect(access));
    expect(failure.code).toBe('router_login_failed');
    expect(failure.message).toContain('hung up during the login');
  });

  it('leaves nothing open after a failure', async () => {
    const access = await open();
    await failureOf(driver.connect({ ...access, password: 'wrong' }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(target.api.connections).toBe(0);
  });
});

describe('the certificate', () => {
  it('is learnt on first use', async () => {
    const access = await open({ isTls: true });
    await driver.run(access, { path: '/system/identity/print' });
    expect(learnt).toEqual([target.api.certificate?.fingerprint]);
  });

  it('that is pinned is accepted, however it is written', async () => {
    const access = await open({ isTls: true });
    const fingerprint = target.api.certificate?.fingerprint.replaceAll(':', '').toLowerCase();
    await driver.run({ ...access, fingerprint }, { path: '/system/identity/print' });
    expect(learnt).toEqual([]);
  });

  it('that is another than the pinned one ends the connection before the password is sent', async () => {
    const access = await open({ isTls: true });
    const failure = await failureOf(driver.connect({ ...access, fingerprint: `${'AB:'.repeat(31)}AB` }));
    expect(failure.code).toBe('router_certificate_changed');
    expect(failure.message).toContain('The password was not sent');
    expect(target.api.commands).toEqual([]);
  });

  it('once learnt does not make a second connection of the one that is open', async () => {
    const access = await open({ isTls: true });
    await driver.run(access, { path: '/system/identity/print' });
    await driver.run({ ...access, fingerprint: learnt[0] }, { path: '/system/identity/print' });
    expect(target.api.accepted).toBe(1);
  });
});

describe('what listens there', () => {
  let server: Server;
  const sockets = new Set<Socket>();

  async function listen(greet: (socket: Socket) => void): Promise<RouterAccess> {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      greet(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.33', resolve));
    const at = server.address();
    const port = at !== null && typeof at === 'object' ? at.port : 0;
    return { ...(await open()), host: '127.0.0.33', port };
  }

  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    server?.close();
  });

  it.each([
    [
      'a web server',
      (socket: Socket) => socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    ],
    ['SSH', (socket: Socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n')],
    ['something silent', () => undefined],
  ])('may be %s: that is said, not waited for', async (_, greet) => {
    const failure = await failureOf(driver.connect(await listen((socket) => void greet(socket))));
    expect(failure.code).toBe('router_not_routeros');
  });

  it.each([
    ['answers to nothing, without end', ['!re', '=name=x']],
    ['words that are no replies, without end', ['!what']],
    ['an answer to the login without end', ['!re', '.tag=', '=name=x']],
  ])(
    'may send %s: it is hung up on, and the process stays usable',
    async (_, words) => {
      const access = await listen((socket) => {
        const reader = new SentenceReader();
        const flood = (tag: string): void => {
          const sentence = encodeSentence(words.map((word) => (word === '.tag=' ? `.tag=${tag}` : word)));
          const piece = Buffer.concat(Array.from({ length: 2_000 }, () => sentence));
          const write = (): void => {
            while (socket.writable && socket.write(piece));
          };
          socket.on('drain', () => setImmediate(write));
          write();
        };
        socket.on('data', (chunk) => {
          for (const sentence of reader.push(chunk)) {
            flood(sentence.find((word) => word.startsWith('.tag='))?.slice('.tag='.length) ?? '');
          }
        });
      });
      const patient = openTestDriver({ connectTimeoutMs: 30_000 });
      const failure = await failureOf(patient.connect(access));
      expect(failure.code).toBe('router_reply_absurd');
      expect(failure.message).toContain('without end');
      await patient.close();
    },
    60_000,
  );

  it('may be nothing: the refusal names the port and the mend', async () => {
    const access = await open();
    await target.api.stop();
    const failure = await failureOf(driver.connect(access));
    expect(failure.code).toBe('router_refused');
    expect(failure.message).toBe(
      `127.0.0.31:${access.port} refused the connection: the api service is off, on another port, or closed to this ` +
        'server. On the router: /ip service enable api',
    );
  });

  it('may be TLS where the plain API is expected', async () => {
    const access = await open({ isTls: true });
    const failure = await failureOf(driver.connect({ ...access, isTls: false }));
    expect(['router_not_routeros', 'router_login_failed']).toContain(failure.code);
    expect(failure.message).toContain('TLS');
  });

  it('may be the plain API where TLS is expected', async () => {
    const access = await open();
    const failure = await failureOf(driver.connect({ ...access, isTls: true }));
    expect(failure.code).toBe('router_tls_failed');
    expect(failure.message).toContain('8729');
  });

  it('may have no name', async () => {
    const access = await open();
    const failure = await failureOf(driver.connect({ ...access, host: 'router.invalid' }));
    expect(failure.code).toBe('router_host_unknown');
  });
});
