import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Config, parseConfig } from '../../../src/platform/config/config.ts';
import { checkPorts } from '../../../src/supervisor/check-ports.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

function takeUdp(host = '127.0.0.1'): Promise<number> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  closers.push(() => socket.close());
  return new Promise((resolve) => socket.bind(0, host, () => resolve(socket.address().port)));
}

function takeTcp(): Promise<number> {
  const server = createServer();
  closers.push(() => server.close());
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    }),
  );
}

async function freePorts(): Promise<[number, number, number]> {
  const ports = [await takeUdp(), await takeUdp(), await takeTcp()] as const;
  for (const close of closers.splice(0)) close();
  return [...ports];
}

async function config(changes: Record<string, string | number> = {}): Promise<Config> {
  const [auth, acct, http] = await freePorts();
  const env: Record<string, string> = {
    RADIUS_HOST: '127.0.0.1',
    HTTP_HOST: '127.0.0.1',
    RADIUS_AUTH_PORT: String(auth),
    RADIUS_ACCT_PORT: String(acct),
    HTTP_PORT: String(http),
  };
  for (const [name, value] of Object.entries(changes)) env[name] = String(value);
  const parsed = parseConfig(env);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

describe('checkPorts', () => {
  it('lets free ports pass and leaves them free', async () => {
    const wanted = await config();
    expect(await checkPorts(wanted, 0)).toEqual(wanted);
    expect(await checkPorts(wanted, 0)).toEqual(wanted);
  });

  it.each(['RADIUS_AUTH_PORT', 'RADIUS_ACCT_PORT'])('a taken %s is named with its port', async (name) => {
    const port = await takeUdp();
    const keep = closers.splice(0);
    const wanted = await config({ [name]: port });
    closers.push(...keep);
    await expect(checkPorts(wanted, 0)).rejects.toThrow(
      `UDP port ${port} is taken by another program: stop it or set ${name}.`,
    );
  });

  it('a taken HTTP_PORT is named with its port, but only where this host runs http', async () => {
    const port = await takeTcp();
    const keep = closers.splice(0);
    const wanted = await config({ HTTP_PORT: port });
    closers.push(...keep);
    await expect(checkPorts(wanted, 0)).rejects.toThrow(
      `TCP port ${port} is taken by another program: stop it or set HTTP_PORT.`,
    );
    expect(await checkPorts({ ...wanted, roles: ['radius'] }, 0)).toBeDefined();
  });

  it('a port given up within the patience is no failure', async () => {
    const port = await takeUdp();
    const keep = closers.splice(0);
    const wanted = await config({ RADIUS_AUTH_PORT: port });
    setTimeout(() => keep.forEach((close) => void close()), 250);
    expect(await checkPorts(wanted, 20_000)).toEqual(wanted);
  });

  it('an address this host does not have is named with its variable', async () => {
    const wanted = await config({ RADIUS_HOST: '192.0.2.1' });
    await expect(checkPorts(wanted, 0)).rejects.toThrow(
      '192.0.2.1 is not an address of this host: correct RADIUS_HOST.',
    );
  });

  it('every address of IPv4 and IPv6 can be asked for at once', async () => {
    const wanted = await config({ RADIUS_HOST: '0.0.0.0,::' });
    expect((await checkPorts(wanted, 0)).radiusHosts).toContain('0.0.0.0');
  });
});
