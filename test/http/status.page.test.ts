import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SystemStatus, Trouble } from '../../src/reports/system-status.ts';
import { appOver, askLocally, askRemotely, atMs, from, healthy } from './fixtures.ts';

/** The page as a reader of its text has it. */
async function textOf(answer: Response | Promise<Response>): Promise<string> {
  const html = await (await answer).text();
  const body = html.slice(html.indexOf('<main'));
  return body
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&quot;', '"');
}
const locally = (status: SystemStatus) => textOf(askLocally(appOver({ status }), '/'));
const remotely = (status: SystemStatus) => textOf(askRemotely(appOver({ status }), '/'));

const empty = healthy({
  stored: {
    timeZone: 'UTC',
    subscribers: 0,
    sessions: 0,
    uncertainSessions: 0,
    routers: [],
    setup: { hasRouter: false, hasPlan: false, hasService: false, hasLogin: false, hasAccounting: false },
  },
});
const down = healthy({
  database: { isUp: false, answerMs: undefined },
  radiusHosts: undefined,
  workerHosts: undefined,
  traffic: undefined,
  accountingQueue: undefined,
  stored: undefined,
  refusals: [],
  troubles: [{ code: 'database_down' }],
});

const allTroubles: readonly Trouble[] = [
  { code: 'database_down' },
  { code: 'radius_down' },
  { code: 'worker_down' },
  { code: 'accounting_missing', router: 'Ngong-secretname' },
  { code: 'unknown_router', source: '10.66.66.66', packets: 1 },
  { code: 'wrong_secret', router: 'Ngong-secretname', source: '10.66.66.66', packets: 12 },
  { code: 'unsigned', router: undefined, source: '10.66.66.66', packets: 3 },
  { code: 'orders_unanswered', router: 'Ngong-secretname', orders: 1 },
  { code: 'overload', packets: 40 },
  { code: 'job_failed', job: 'prune-change-log', error: 'relation "customer_amina" is missing' },
];

describe('the status page', () => {
  it('says in its first words that everything runs, and gives the numbers', async () => {
    const text = await locally(healthy());
    expect(text).toMatch(/^ ?Everything runs/);
    for (const words of ['1,284', 'of 1,300 subscribers', '4.3 /s', '252 accepted,', '6 refused', '18 /s']) {
      expect(text).toContain(words);
    }
    expect(text).toContain('95 of 100 logins answered within 500 µs.');
  });

  it('shows routers by name to whoever sits at the machine', async () => {
    const text = await locally(healthy());
    expect(text).toContain('Kilimani-01');
    expect(text).toContain('10.1.2.3');
    expect(text).toContain('4 s ago');
  });

  it('shows everybody else only how many there are', async () => {
    const status = healthy({ troubles: allTroubles });
    const html = await (await askRemotely(appOver({ status }), '/')).text();
    for (const secret of ['Kilimani', '10.1.2.3', 'Ngong', '10.66.66.66', 'amina', '/srv/isp']) {
      expect(html).not.toContain(secret);
    }
    expect(html).toContain('1 of 1 heard');
  });

  it.each([
    ['another address', { host: 'localhost' }, from('203.0.113.9')],
    ['a proxy on this machine', { host: 'localhost', 'x-forwarded-for': '203.0.113.9' }, from('127.0.0.1')],
    ['a proxy that names only itself', { host: 'localhost', via: '1.1 proxy' }, from('127.0.0.1')],
    ['a proxy that still speaks HTTP/1.0', { host: '127.0.0.1:8080' }, from('127.0.0.1', '1.0')],
    ['a name on the Internet that resolves to this machine', { host: 'evil.example' }, from('127.0.0.1')],
    ['a connection nobody knows about', { host: 'localhost' }, {}],
  ])('counts as not local: %s', async (_, headers, connection) => {
    const answer = await appOver().request('/', { headers }, connection);
    expect(await textOf(answer)).not.toContain('Kilimani');
  });

  it.each(['127.0.0.1', '::1', '::ffff:127.0.0.1'])('counts as local: %s', async (address) => {
    const answer = await appOver().request('/', { headers: { host: '[::1]:8080' } }, from(address));
    expect(await textOf(answer)).toContain('Kilimani');
  });

  it('leads an empty installation to its first login, with commands for this data directory', async () => {
    const text = await locally(empty);
    expect(text).toContain('Ready for your first router');
    expect(text).toContain('0 of 5');
    expect(text).toContain('DATA_DIR=/srv/isp npm run cli -- nas add --name router-1');
    expect(text).toContain(
      '/radius add service=ppp address=198.51.100.7 secret=SECRET authentication-port=1812',
    );
  });

  it('marks what is done and stops leading once accounting has come', async () => {
    const setup = {
      hasRouter: true,
      hasPlan: true,
      hasService: false,
      hasLogin: false,
      hasAccounting: false,
    };
    const stored = { ...healthy().stored, ...empty.stored, setup } as NonNullable<SystemStatus['stored']>;
    expect(await locally(healthy({ stored }))).toContain('2 of 5');
    expect(await locally(healthy())).not.toContain('first subscriber');
  });

  it('says when the database is away and draws no number as zero', async () => {
    const text = await locally(down);
    expect(text).toMatch(/^ ?The database does not answer/);
    expect(text).toContain('Logins go on from memory');
    expect(text.match(/– unknown/g)).toHaveLength(4);
  });

  it('names every trouble with the line that mends it', async () => {
    const text = await locally(healthy({ troubles: allTroubles }));
    for (const words of [
      'Ngong-secretname: logins arrive, accounting does not',
      '/ppp aaa set use-radius=yes accounting=yes interim-update=5m',
      '10.66.66.66 asks for logins, but is no router known here',
      'nas add --name router-1 --address 10.66.66.66 --secret SECRET',
      '1 packet in the last ten minutes got no answer',
      'nas rotate-secret Ngong-secretname',
      'require-message-auth=yes-for-request-resp',
      '1 change waits to reach live sessions',
      '/radius incoming set accept=yes port=3799',
      'is missing. It runs again',
    ]) {
      expect(text).toContain(words);
    }
  });

  it('puts the worst trouble into the headline', async () => {
    const text = await remotely(healthy({ troubles: [{ code: 'worker_down' }, { code: 'radius_down' }] }));
    expect(text).toMatch(/^ ?No RADIUS server is running/);
  });

  it('shows names as text, whatever is in them', async () => {
    const stored = healthy().stored;
    const router = stored?.routers[0];
    if (stored === undefined || router === undefined) throw new Error('The fixture has a router.');
    const name = '<img src=x onerror=alert(1)>';
    const answer = await askLocally(
      appOver({ status: healthy({ stored: { ...stored, routers: [{ ...router, name }] } }) }),
      '/',
    );
    const html = await answer.text();
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
  });

  it('marks a router that fell silent', async () => {
    const stored = healthy().stored;
    const router = stored?.routers[0];
    if (stored === undefined || router === undefined) throw new Error('The fixture has a router.');
    const silentAtMs = atMs - 3_000_000;
    const routers = [{ ...router, lastLoginAtMs: silentAtMs, lastAccountingAtMs: silentAtMs }];
    const text = await locally(healthy({ stored: { ...stored, routers } }));
    expect(text).toContain('0 of 1 heard');
    expect(text).toContain('Kilimani-01 , silent');
    expect(text).toContain('50 min ago');
  });

  it('reloads itself where JavaScript is off, and has nothing inline', async () => {
    const html = await (await askLocally(appOver(), '/')).text();
    expect(html).toContain('<noscript><meta http-equiv="refresh" content="5"/></noscript>');
    expect(html).not.toMatch(/ style="| on[a-z]+="|<style|<script>/);
    expect(html).toMatch(/^<!doctype html><html lang="en">/);
  });
});

it('no page writes markup of its own making', () => {
  const directory = join(import.meta.dirname, '../../src/http');
  const sources = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.tsx?$/.test(path),
  );
  expect(sources).toContain(join('ui', 'status.page.tsx'));
  for (const path of sources) {
    expect(readFileSync(join(directory, path), 'utf8'), path).not.toMatch(/\braw\(|dangerouslySetInnerHTML/);
  }
});
