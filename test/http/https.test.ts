import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import { afterAll, describe, expect, it } from 'vitest';
import { buildHttpApp, type HttpServer, openHttpServer } from '../../src/http/server.ts';
import { readTlsFiles } from '../../src/http/tls.ts';
import { silentLogger } from '../support/silent-logger.ts';
import { assets, contextOver, from } from './fixtures.ts';

type Demand = 'off' | 'redirect' | 'refuse';

/** Asks over plain HTTP, or with whatever headers a proxy sends. */
async function ask(
  demand: Demand,
  request: { method?: string; path?: string; peer?: string; proxies?: string[]; headers?: object },
) {
  const { method = 'GET', path = '/api/docs?x=1', peer = '203.0.113.9', proxies = [], headers } = request;
  const app = buildHttpApp(
    { ...contextOver(), trustedProxies: proxies, httpsDemand: async () => demand },
    assets,
  );
  app.get('/api/who', (c) =>
    c.json({
      address: c.get('clientAddress') ?? null,
      isTls: c.get('isTls'),
      isLoopback: c.get('isLoopback'),
    }),
  );
  return app.request(path, { method, headers: { host: 'isp.example.net:8080', ...headers } }, from(peer));
}

describe('plain HTTP from elsewhere', () => {
  it.each([
    ['off', 'GET', 200],
    ['off', 'POST', 401],
    ['redirect', 'GET', 308],
    ['redirect', 'HEAD', 308],
    ['redirect', 'POST', 403],
    ['refuse', 'GET', 403],
    ['refuse', 'POST', 403],
  ] as const)('with http_https %s a %s answers %i', async (demand, method, status) => {
    const path = method === 'POST' ? '/api/isp/customers' : '/api/docs?x=1';
    const answer = await ask(demand, { method, path });
    expect(answer.status).toBe(status);
    if (status === 308) expect(answer.headers.get('location')).toBe('https://isp.example.net/api/docs?x=1');
    if (status === 403) {
      expect(await answer.json()).toMatchObject({ error: { code: 'https_required' } });
    }
    expect(answer.headers.get('strict-transport-security')).toBeNull();
  });

  it.each([
    ['health checks', { path: '/healthz' }],
    ['who is on this machine', { peer: '127.0.0.1' }],
    ['who is on this machine by IPv6', { peer: '::1' }],
    [
      'a trusted proxy that took HTTPS',
      { proxies: ['203.0.113.9'], headers: { 'x-forwarded-proto': 'https' } },
    ],
  ])('%s may go on under refuse', async (_, request) => {
    expect((await ask('refuse', request)).status).toBe(200);
  });

  it.each([
    ['a stranger who claims HTTPS', { headers: { 'x-forwarded-proto': 'https' } }],
    [
      'a trusted proxy that took plain HTTP',
      { proxies: ['203.0.113.9'], headers: { 'x-forwarded-proto': 'http' } },
    ],
    [
      'a proxy here that nobody declared',
      { peer: '127.0.0.1', headers: { 'x-forwarded-for': '198.51.100.1' } },
    ],
    ['a host that is no host', { headers: { host: 'evil.example/\\@x' } }],
  ])('%s may not', async (_, request) => {
    expect((await ask('refuse', request)).status).toBe(403);
  });
});

describe('who asks', () => {
  it.each([
    ['no proxy: the peer', [], '203.0.113.9', undefined, '203.0.113.9'],
    ['a stranger that says it asks for another: the peer', [], '203.0.113.9', '198.51.100.1', '203.0.113.9'],
    ['a trusted proxy: whom it names', ['203.0.113.9'], '203.0.113.9', '198.51.100.1', '198.51.100.1'],
    ['a trusted network', ['203.0.113.0/24'], '203.0.113.9', '198.51.100.1', '198.51.100.1'],
    ['a mapped IPv4 peer', ['203.0.113.0/24'], '::ffff:203.0.113.9', '198.51.100.1', '198.51.100.1'],
    ['an IPv6 proxy', ['2001:db8::/32'], '2001:db8::1', '2001:db9::7', '2001:db9::7'],
    [
      'two proxies: the last address that is none',
      ['203.0.113.0/24'],
      '203.0.113.9',
      '6.6.6.6, 198.51.100.1, 203.0.113.7',
      '198.51.100.1',
    ],
    [
      'nonsense in the chain: only what is after it',
      ['203.0.113.9'],
      '203.0.113.9',
      '198.51.100.1, unknown',
      '203.0.113.9',
    ],
    [
      'a trusted proxy that says nothing: the proxy',
      ['203.0.113.9'],
      '203.0.113.9',
      undefined,
      '203.0.113.9',
    ],
  ])('%s', async (_, proxies, peer, forwardedFor, address) => {
    const headers = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor };
    const answer = await ask('off', { path: '/api/who', peer, proxies, headers });
    expect(await answer.json()).toMatchObject({ address });
  });
});

describe('TLS of our own', () => {
  const directory = mkdtempSync(join(tmpdir(), 'netflow-tls-'));
  const files = { certPath: join(directory, 'cert.pem'), keyPath: join(directory, 'key.pem') };
  const source = (name: string) => join(import.meta.dirname, '..', 'support', 'tls', name);
  const take = (name: 'first' | 'second') => {
    copyFileSync(source(`${name}.cert.pem`), files.certPath);
    copyFileSync(source(`${name}.key.pem`), files.keyPath);
  };
  let server: HttpServer | undefined;

  afterAll(async () => {
    await server?.close();
    rmSync(directory, { recursive: true });
  });

  it('answers over HTTPS, and takes a renewed certificate without dropping a connection', async () => {
    take('first');
    const app = buildHttpApp({ ...contextOver(), httpsDemand: async () => 'refuse' }, assets);
    server = await openHttpServer(app, { host: '127.0.0.1', port: 0, tls: { files, logger: silentLogger } });
    const kept = await dial(server.port);
    expect(nameOf(kept)).toBe('first.example.net');
    const first = await get(kept);
    expect(first).toMatch(/^HTTP\/1\.1 200 /);
    expect(first.toLowerCase()).toContain('strict-transport-security: max-age=31536000');
    writeFileSync(files.certPath, 'half of one');
    take('second');
    // The connection is used all the while, so that it is not idle; it must outlive the change.
    const renewed = async () => {
      expect(await get(kept)).toMatch(/^HTTP\/1\.1 200 /);
      return nameOf(await dial(server?.port ?? 0, true));
    };
    await expect.poll(renewed, { timeout: 20_000, interval: 200 }).toBe('second.example.net');
    expect(await get(kept)).toMatch(/^HTTP\/1\.1 200 /);
    kept.destroy();
  }, 30_000);

  it.each([
    ['no file', () => rmSync(files.certPath)],
    ['no certificate', () => writeFileSync(files.certPath, 'nonsense')],
    ['a key of another certificate', () => copyFileSync(source('first.key.pem'), files.keyPath)],
  ])('%s cannot be used, and the sentence says which files', (_, spoil) => {
    take('second');
    spoil();
    expect(() => readTlsFiles(files)).toThrow(/cert\.pem and the key .*HTTP_TLS_CERT/);
  });
});

function dial(port: number, isBrief = false): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(socket);
      if (isBrief) setImmediate(() => socket.destroy());
    });
    socket.once('error', reject);
  });
}

function nameOf(socket: TLSSocket): string | undefined {
  const { subject }: Partial<PeerCertificate> = socket.getPeerCertificate();
  return subject?.CN?.toString();
}

/** Asks on an open connection, and resolves with the whole answer. */
function get(socket: TLSSocket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const read = (octets: Buffer): void => {
      text += octets.toString();
      if (!text.includes('"alive"')) return;
      socket.off('data', read);
      resolve(text);
    };
    socket.on('data', read);
    if (socket.destroyed) reject(new Error('The connection was dropped.'));
    socket.write('GET /healthz HTTP/1.1\r\nHost: first.example.net\r\n\r\n');
  });
}
