import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { formatAppKey, loadOrCreateAppKey } from '../../../src/platform/config/app-key.ts';
import { parseConfig, parseResolvedConfig } from '../../../src/platform/config/config.ts';
import { configurationMarkdown, envExample } from '../../../src/platform/config/config-docs.ts';
import { readEnvironment } from '../../../src/platform/config/environment.ts';

const directory = mkdtempSync(join(tmpdir(), 'config-'));
afterAll(() => rmSync(directory, { recursive: true }));
const keyHex = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';

function errorOf(env: Record<string, string>): string {
  const result = parseConfig(env);
  return result.ok ? 'accepted' : result.error;
}

describe('parseConfig', () => {
  it('an empty environment gives the documented defaults', () => {
    expect(parseConfig({})).toEqual({
      ok: true,
      value: {
        databaseUrl: undefined,
        dataDir: resolve('data'),
        appKey: undefined,
        roles: ['radius', 'http', 'worker'],
        httpHost: '0.0.0.0',
        httpPort: 8080,
        adminEmail: undefined,
        adminPassword: undefined,
        radiusHosts: ['0.0.0.0', '::'],
        radiusAuthPort: 1812,
        radiusAcctPort: 1813,
        mikrotikApiPort: 8728,
        logLevel: 'info',
        logFormat: 'auto',
        testClock: false,
      },
    });
  });

  it('good values are parsed, an empty one counts as absent, other variables are not ours', () => {
    const result = parseConfig({
      DATABASE_URL: 'postgresql://u:p@[::1]:5433/isp',
      DATA_DIR: '/var/lib/netflow-isp/',
      APP_KEY: Buffer.from(keyHex, 'hex').toString('base64'),
      ROLES: ' worker, radius,worker',
      HTTP_HOST: '::1',
      HTTP_PORT: '',
      RADIUS_HOST: '10.0.0.5, fd00::5',
      ISP_TEST_CLOCK: '1',
      RADIUS_SECRET: 'not ours',
    });
    expect(result).toMatchObject({
      ok: true,
      value: {
        databaseUrl: 'postgresql://u:p@[::1]:5433/isp',
        dataDir: '/var/lib/netflow-isp',
        appKey: Buffer.from(keyHex, 'hex'),
        roles: ['worker', 'radius'],
        httpHost: '::1',
        httpPort: 8080,
        radiusHosts: ['10.0.0.5', 'fd00::5'],
        testClock: true,
      },
    });
  });

  it.each([
    ['HTTP_PORT', '0', 'HTTP_PORT is "0": it must be a whole number from 1 to 65535.'],
    ['HTTP_PORT', '65536', 'HTTP_PORT is "65536": it must be a whole number from 1 to 65535.'],
    ['HTTP_PORT', '80.5', 'HTTP_PORT is "80.5": it must be a whole number from 1 to 65535.'],
    ['HTTP_HOST', 'everywhere', 'HTTP_HOST is "everywhere": it must be an IPv4 or IPv6 address.'],
    [
      'RADIUS_AUTH_PORT',
      'radius',
      'RADIUS_AUTH_PORT is "radius": it must be a whole number from 1 to 65535.',
    ],
    [
      'RADIUS_ACCT_PORT',
      '1812',
      'RADIUS_ACCT_PORT is "1812": it must be a whole number from 1 to 65535, other than RADIUS_AUTH_PORT.',
    ],
    [
      'RADIUS_HOST',
      '10.0.0.256,::',
      'RADIUS_HOST is "10.0.0.256,::": it must be a comma-separated list of IPv4 and IPv6 addresses.',
    ],
    [
      'ROLES',
      'radius,mail',
      'ROLES is "radius,mail": it must be a comma-separated list of radius, http and worker.',
    ],
    ['ADMIN_EMAIL', 'ops', 'ADMIN_EMAIL is "ops": it must be an e-mail address.'],
    ['ADMIN_EMAIL', 'ops@isp.example', 'ADMIN_EMAIL and ADMIN_PASSWORD go together: set both or neither.'],
    ['ROLES', ',', 'ROLES is ",": it must be a comma-separated list of radius, http and worker.'],
    ['LOG_LEVEL', 'loud', 'LOG_LEVEL is "loud": it must be debug, info, warn or error.'],
    ['LOG_FORMAT', 'xml', 'LOG_FORMAT is "xml": it must be auto, json or pretty.'],
    ['ISP_TEST_CLOCK', 'yes', 'ISP_TEST_CLOCK is "yes": it must be 0 or 1.'],
    [
      'DATABASE_URL',
      'mysql://isp:Pa55word@db/isp',
      'DATABASE_URL is "mysql://isp:***@db/isp": it must be a URL such as postgres://user:password@host:5432/database.',
    ],
  ])('%s=%s stops the start with one sentence', (name, value, sentence) => {
    expect(errorOf({ [name]: value })).toBe(sentence);
  });

  it.each([
    ['APP_KEY', 'Pa55word'],
    ['ADMIN_PASSWORD', `Pa55word${'x'.repeat(70)}`],
    ['APP_KEY', `${keyHex}Pa55word`],
    ['DATABASE_URL', 'host=db user=isp password=Pa55word'],
    ['DATABASE_URL', 'postgres://isp:Pa55word/@db/isp'],
    ['DATABASE_URL', 'mysql://isp:a@Pa55word@db/isp'],
    ['DATABASE_URL', 'mysql://db/isp?password=Pa55word'],
  ])('the secret in a bad %s=%s is not printed', (name, value) => {
    const sentence = errorOf({ [name]: value });
    expect(sentence).toMatch(new RegExp(`^${name} `));
    expect(sentence).not.toContain('Pa55word');
    expect(sentence).not.toContain(keyHex);
  });

  it('a role alone needs the database and the key handed to it', () => {
    expect(parseResolvedConfig({ APP_KEY: keyHex })).toMatchObject({ ok: false });
    expect(parseResolvedConfig({ DATABASE_URL: 'postgres://h/d' })).toMatchObject({ ok: false });
    expect(parseResolvedConfig({ APP_KEY: keyHex, DATABASE_URL: 'postgres://h/d' })).toMatchObject({
      ok: true,
    });
  });

  it('a default can be replaced by the caller, and the environment still wins', () => {
    const defaults = { DATA_DIR: '/demo' };
    expect(parseConfig({}, defaults)).toMatchObject({ value: { dataDir: '/demo' } });
    expect(parseConfig({ DATA_DIR: '/own' }, defaults)).toMatchObject({ value: { dataDir: '/own' } });
  });
});

describe('the environment', () => {
  it('comes from .env in the working directory, and a variable of the process wins', () => {
    writeFileSync(join(directory, '.env'), 'RADIUS_HOST="127.0.0.1" # here\nPATH=/nowhere\n');
    const env = readEnvironment(directory);
    expect(env.RADIUS_HOST).toBe('127.0.0.1');
    expect(env.PATH).not.toBe('/nowhere');
  });
});

describe('the key file', () => {
  it('is generated once with mode 0600 and read again afterwards', () => {
    const home = join(directory, 'new', 'data');
    const first = loadOrCreateAppKey(home);
    expect(first.ok && first.value.length).toBe(32);
    expect(statSync(join(home, 'app.key')).mode & 0o777).toBe(0o600);
    expect(loadOrCreateAppKey(home)).toEqual(first);
    const text = readFileSync(join(home, 'app.key'), 'utf8').trim();
    expect(first.ok && formatAppKey(first.value)).toBe(text);
  });

  it('with something else in it stops the start without showing it', () => {
    writeFileSync(join(directory, 'app.key'), 'Pa55word');
    const result = loadOrCreateAppKey(directory);
    expect(result.ok ? '' : result.error).toMatch(/app\.key does not hold a key of 32 octets/);
    expect(JSON.stringify(result)).not.toContain('Pa55word');
  });
});

describe('documentation', () => {
  it.each([
    ['.env.example', envExample()],
    ['docs/configuration.md', configurationMarkdown()],
  ])(
    '%s is what the record of keys says (regenerate: node --import tsx scripts/generate-env-example.ts)',
    (path, text) => {
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );
});
