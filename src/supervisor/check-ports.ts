import type { Config } from '../platform/config/config.ts';
import { type PlannedSocket, plannedSockets, probe, socketSentence } from './ports.ts';
import { StartError } from './start-error.ts';

const retryMs = 100;
/** A host without IPv6 says one of these when asked for `::`. */
const noIpv6Codes = ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'];

/**
 * The configuration with those RADIUS addresses this host has; throws `StartError` about the first port
 * that cannot be opened. `patienceMs` lets the processes of a supervisor that was killed leave first.
 */
export async function checkPorts(config: Config, patienceMs: number): Promise<Config> {
  const missingHosts = new Set<string>();
  for (const socket of plannedSockets(config)) {
    const code = await probePatiently(socket, patienceMs);
    if (code === undefined) continue;
    if (socket.host !== '::' || !noIpv6Codes.includes(code))
      throw new StartError(socketSentence(socket, code));
    missingHosts.add(socket.host);
  }
  const radiusHosts = config.radiusHosts.filter((host) => !missingHosts.has(host));
  if (radiusHosts.length === 0)
    throw new StartError('This host has no IPv6: set RADIUS_HOST to an IPv4 address.');
  return { ...config, radiusHosts };
}

async function probePatiently(socket: PlannedSocket, patienceMs: number): Promise<string | undefined> {
  for (let waitedMs = 0; ; waitedMs += retryMs) {
    const code = await probe(socket);
    if (code !== 'EADDRINUSE' || waitedMs >= patienceMs) return code;
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
}
