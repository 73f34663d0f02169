import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/platform/config/config.ts';
import { banner } from '../../../src/supervisor/banner.ts';

function text(env: Record<string, string>, setupToken?: string): string {
  const config = parseConfig({
    RADIUS_HOST: '10.0.0.5,fd00::5',
    HTTP_HOST: '10.0.0.5',
    ...env,
  });
  if (!config.ok) throw new Error(config.error);
  return banner({
    config: config.value,
    version: '1.2.3',
    startMs: 1234,
    database: 'embedded PostgreSQL on 127.0.0.1:5433',
    secret: 'fresh-secret',
    setupToken,
    roles: [{ role: 'worker', describe: ['7 jobs'] }],
  });
}

describe('banner', () => {
  it.each([
    'NetFlow ISP 1.2.3 is running (ready in 1.2 s).',
    'authentication UDP 10.0.0.5:1812  [fd00::5]:1812',
    'accounting     UDP 10.0.0.5:1813  [fd00::5]:1813',
    'http://10.0.0.5:8080',
    'embedded PostgreSQL on 127.0.0.1:5433',
    `${resolve('data')} (keep a copy of app.key)`,
    '7 jobs',
    'npm run cli -- nas add --name router-1 --address ROUTER_ADDRESS --secret fresh-secret',
    '/radius add service=ppp address=10.0.0.5 secret=fresh-secret authentication-port=1812 accounting-port=1813',
    '/radius incoming set accept=yes port=3799',
    '/ppp aaa set use-radius=yes accounting=yes',
  ])('says: %s', (line) => {
    expect(text({})).toContain(line);
  });

  it('a host without the radius and http roles shows neither addresses nor router lines', () => {
    const shown = text({ ROLES: 'worker' });
    expect(shown).not.toMatch(/1812|8080|\/radius/);
  });

  it('shows the set-up token and where to take it while there is no administrator', () => {
    expect(text({}, 'nfs_once')).toMatch(
      /http:\/\/10\.0\.0\.5:8080\/setup with the set-up token:\n {2}nfs_once\n/,
    );
    expect(text({})).not.toContain('/setup');
  });

  it('never shows the key that was set', () => {
    const key = '0123456789abcdef'.repeat(4);
    expect(text({ APP_KEY: key })).not.toContain(key);
    expect(text({ APP_KEY: key })).toContain('keep a copy of APP_KEY');
  });

  it.each([
    [{}, 'npm run cli --'],
    [{ DATA_DIR: './data/demo' }, 'DATA_DIR=./data/demo npm run cli --'],
    [{ DATA_DIR: '/srv/my isp' }, "DATA_DIR='/srv/my isp' npm run cli --"],
    [{ DATA_DIR: '/srv/isp', DATABASE_URL: 'postgres://db/isp' }, 'npm run cli --'],
  ])('with %j every command is one that finds this installation', (env, command) => {
    const lines = text(env).match(/.*npm run cli.*/g) ?? [];
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines)
      expect(
        line
          .replace(/^.*refused: /, '')
          .trim()
          .startsWith(command),
      ).toBe(true);
  });
});
