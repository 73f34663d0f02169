import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { problemOf, STATUS_OF_KIND } from '../../src/http/problem.ts';
import { buildHttpApp, type HttpServer, openHttpServer } from '../../src/http/server.ts';
import { AppError, type ErrorKind } from '../../src/kernel/errors.ts';
import { rememberingLogger } from '../support/silent-logger.ts';
import { appOver, askLocally, askRemotely, assets, contextOver, from } from './fixtures.ts';

let server: HttpServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'";

describe('every answer', () => {
  it.each(['/', '/healthz', '/readyz', '/api/v1/nothing', '/nothing', assets.url('app.css')])(
    'of %s has the security headers and a request id',
    async (path) => {
      const { headers } = await askRemotely(appOver(), path);
      expect(headers.get('content-security-policy')).toBe(POLICY);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('same-origin');
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it('401 names the scheme to sign in by', async () => {
    const { status, headers } = await askRemotely(appOver(), '/api/isp/customers');
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  });

  it('is not to be kept, except files whose address changes with them', async () => {
    expect((await askRemotely(appOver(), '/')).headers.get('cache-control')).toBe('no-store');
    const file = await askRemotely(appOver(), assets.url('app.css'));
    expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  it('demands TLS for the future when it came over TLS, and only then', async () => {
    const app = buildHttpApp({ ...contextOver(), trustedProxies: ['10.0.0.1'] }, assets);
    expect((await askRemotely(app, '/')).headers.get('strict-transport-security')).toBeNull();
    const claimed = await app.request(
      '/',
      { headers: { 'x-forwarded-proto': 'https' } },
      from('203.0.113.9'),
    );
    expect(claimed.headers.get('strict-transport-security')).toBeNull();
    const behindProxy = await app.request(
      '/',
      { headers: { 'x-forwarded-proto': 'https' } },
      from('10.0.0.1'),
    );
    expect(behindProxy.headers.get('strict-transport-security')).toMatch(/max-age/);
  });
});

describe('what is not there', () => {
  it.each(['/api', '/api/v1/customers', '/api/'])('%s is told to programs as JSON', async (path) => {
    const answer = await askRemotely(appOver(), path);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({
      error: { code: 'not_found', message: 'There is nothing at this address.' },
    });
  });

  it('/customers is told to people as a page', async () => {
    const answer = await askRemotely(appOver(), '/customers');
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await answer.text()).toContain('There is nothing at this address.');
  });

  it.each([
    '/assets/000000000000/app.css',
    `/assets/${assets.hash}/assets.ts`,
    `/assets/${assets.hash}/..%2fassets.ts`,
  ])('%s is no asset', async (path) => {
    expect((await askRemotely(appOver(), path)).status).toBe(404);
  });
});

describe('a failure', () => {
  it('inside is 500 without a word about what happened, which the log has', async () => {
    const logger = rememberingLogger();
    const app = appOver({ status: new Error('password=hunter2 at 10.0.0.1'), logger });
    const answer = await askRemotely(app, '/');
    expect(answer.status).toBe(500);
    const text = await answer.text();
    expect(text).not.toContain('hunter2');
    expect(text).toContain(answer.headers.get('x-request-id'));
    expect(logger.lines).toContainEqual(
      expect.objectContaining({ event: 'http.request_failed', level: 'error' }),
    );
  });

  it.each(Object.entries(STATUS_OF_KIND))('of kind %s has the status %d', (kind, status) => {
    const error = new AppError(kind as ErrorKind, 'some_code', 'A sentence.', {
      fields: { name: 'must be there' },
    });
    expect(problemOf(error)).toEqual({
      status,
      // Billing-rules section 20: what is absent is not_found, whatever it is.
      code: kind === 'not_found' ? 'not_found' : 'some_code',
      message: 'A sentence.',
      fields: { name: 'must be there' },
    });
  });
});

describe('assets', () => {
  it.each([
    ['gzip', gunzipSync],
    ['', (body: Buffer) => body],
  ])('are sent as the browser takes them (%s)', async (encoding, decode) => {
    const answer = await appOver().request(assets.url('app.css'), {
      headers: { 'accept-encoding': encoding },
    });
    expect(answer.headers.get('content-encoding') ?? '').toBe(encoding);
    expect(decode(Buffer.from(await answer.arrayBuffer())).toString()).toContain('@layer tokens');
  });

  it('the ones a page names are there', async () => {
    const page = await (await askLocally(appOver(), '/')).text();
    const paths = [...page.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? '');
    expect(paths.length).toBeGreaterThanOrEqual(3);
    for (const path of paths) expect((await askLocally(appOver(), path)).status).toBe(200);
  });
});

describe('the listening server', () => {
  it('answers over a socket and ends when it is closed, also with a connection kept open', async () => {
    server = await openHttpServer(appOver(), { host: '127.0.0.1', port: 0 });
    const url = `http://127.0.0.1:${server.port}`;
    const page = await (await fetch(`${url}/`)).text();
    // Over a real loopback socket the viewer is local.
    expect(page).toContain('Kilimani-01');
    await server.close();
    await expect(fetch(url)).rejects.toThrow();
  });

  it('says so when the port is taken', async () => {
    server = await openHttpServer(appOver(), { host: '127.0.0.1', port: 0 });
    const second = openHttpServer(appOver(), { host: '127.0.0.1', port: server.port });
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('what never becomes a request', () => {
  it.each([
    [
      'headers without end',
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
    ['a header line without a name', 'GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n', 400, 'bad_request'],
    ['another protocol', 'EHLO isp.example\r\n', 400, 'bad_request'],
  ])('%s is refused in the same form as everything else', async (_, octets, status, code) => {
    server = await openHttpServer(appOver(), { host: '127.0.0.1', port: 0 });
    const answer = await sendRaw(server.port, octets);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    const body: unknown = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));
    expect(body).toMatchObject({ error: { code, message: expect.any(String) } });
  });
});

function sendRaw(port: number, octets: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(octets));
    socket.on('data', (piece) => {
      heard += piece.toString();
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(heard));
  });
}
