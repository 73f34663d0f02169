import { createSocket } from 'node:dgram';
import { createServer, isIPv6 } from 'node:net';
import type { Config } from '../platform/config/config.ts';

/** A socket some role will open. */
export interface PlannedSocket {
  readonly protocol: 'UDP' | 'TCP';
  readonly host: string;
  readonly hostVariable: string;
  readonly port: number;
  readonly portVariable: string;
}

/** Every socket the roles of this host will open. */
export function plannedSockets(config: Config): readonly PlannedSocket[] {
  const sockets: PlannedSocket[] = [];
  if (config.roles.includes('radius')) {
    for (const host of config.radiusHosts) {
      const common = { protocol: 'UDP', host, hostVariable: 'RADIUS_HOST' } as const;
      sockets.push({ ...common, port: config.radiusAuthPort, portVariable: 'RADIUS_AUTH_PORT' });
      sockets.push({ ...common, port: config.radiusAcctPort, portVariable: 'RADIUS_ACCT_PORT' });
    }
  }
  if (config.roles.includes('http')) {
    const { httpHost: host, httpPort: port } = config;
    sockets.push({ protocol: 'TCP', host, hostVariable: 'HTTP_HOST', port, portVariable: 'HTTP_PORT' });
  }
  return sockets;
}

/** Opens and closes the socket; resolves to the error code (`EADDRINUSE`) that prevents it, if any. */
export function probe(socket: PlannedSocket): Promise<string | undefined> {
  return socket.protocol === 'UDP' ? probeUdp(socket) : probeTcp(socket);
}

/** One sentence for the operator about a socket that cannot be opened. */
export function socketSentence(socket: PlannedSocket, code: string): string {
  const { protocol, host, hostVariable, port, portVariable } = socket;
  switch (code) {
    case 'EADDRINUSE':
      return `${protocol} port ${port} is taken by another program: stop it or set ${portVariable}.`;
    case 'EACCES':
      return `This user may not open ${protocol} port ${port}: set ${portVariable} to a port above 1023.`;
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'EINVAL':
      return `${host} is not an address of this host: correct ${hostVariable}.`;
    default:
      return `${protocol} port ${port} on ${host} cannot be opened (${code}): see ${hostVariable} and ${portVariable}.`;
  }
}

function probeUdp({ host, port }: PlannedSocket): Promise<string | undefined> {
  return new Promise((resolve) => {
    const isV6 = isIPv6(host);
    const socket = createSocket({ type: isV6 ? 'udp6' : 'udp4', ipv6Only: isV6 });
    socket.once('error', (error) => {
      socket.close();
      resolve(codeOf(error));
    });
    socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve(undefined)));
  });
}

function probeTcp({ host, port }: PlannedSocket): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(codeOf(error)));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** The code of a system error (`EADDRINUSE`), or a word that it has none. */
export function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unknown error';
}
