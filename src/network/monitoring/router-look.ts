import type { RouterRow } from '../router.port.ts';
import { parseDurationS } from '../routeros/duration.ts';
import type { RadiusClientCounters, RouterInterface, RouterLook } from './router-health.ts';

/** Puts together what the menus of a router said. */
export function routerLook(said: {
  readonly identity: RouterRow | undefined;
  readonly resource: RouterRow | undefined;
  readonly active: string | undefined;
  readonly interfaces: readonly RouterRow[];
  readonly latencyMs: number;
  /** `/radius monitor` of our entry. */
  readonly radius?: RouterRow | undefined;
  /** Our peer of WireGuard. */
  readonly tunnelPeer?: RouterRow | undefined;
}): RouterLook {
  const { identity, resource = {}, active, interfaces, latencyMs, radius, tunnelPeer } = said;
  return {
    identity: identity?.name ?? '',
    version: resource.version ?? '',
    boardName: resource['board-name'] ?? '',
    uptimeS: parseDurationS(resource.uptime ?? ''),
    cpuPercent: wholeNumber(resource['cpu-load']),
    memoryTotalOctets: octets(resource['total-memory']),
    memoryFreeOctets: octets(resource['free-memory']),
    activeSessions: wholeNumber(active),
    interfaces: interfaces.map(interfaceOf),
    latencyMs,
    radius: radius && radiusCounters(radius),
    handshakeAgeS: parseDurationS(tunnelPeer?.['last-handshake'] ?? ''),
  };
}

function radiusCounters(row: RouterRow): RadiusClientCounters {
  const count = (name: string): number => wholeNumber(row[name]) ?? 0;
  return {
    requests: count('requests'),
    accepts: count('accepts'),
    rejects: count('rejects'),
    resends: count('resends'),
    timeouts: count('timeouts'),
    badReplies: count('bad-replies'),
  };
}

function interfaceOf(row: RouterRow): RouterInterface {
  return {
    name: row.name ?? '',
    type: row.type ?? '',
    isRunning: row.running === 'true',
    receivedOctets: wholeNumber(row['rx-byte']) ?? 0,
    sentOctets: wholeNumber(row['tx-byte']) ?? 0,
  };
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function octets(text: string | undefined): bigint | undefined {
  return text !== undefined && /^\d{1,18}$/.test(text) ? BigInt(text) : undefined;
}
