import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

/** `10.0.0.5:1812`, or `[fd00::5]:1812` for IPv6. */
export function hostAndPort(host: string, port: number): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** The address a router or browser on the network would use for a socket bound to `host`; a guess where it is bound to all. */
export function reachableAddress(host: string): string {
  if (host !== '0.0.0.0' && host !== '::') return host;
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const outward = all.filter((entry) => !entry.internal && entry.family === 'IPv4');
  return outward[0]?.address ?? '127.0.0.1';
}
