import { BlockList, isIP } from 'node:net';
import type { MiddlewareHandler } from 'hono';
import type { HttpEnv } from './context.ts';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-proto', 'x-real-ip'];

/**
 * Finds out from where and how a request came. Only what a trusted proxy (TRUSTED_PROXIES, addresses and CIDRs) says
 * by X-Forwarded-For and X-Forwarded-Proto is believed; of a chain the last address that is no trusted proxy counts.
 */
export function clientOrigin(trustedProxies: readonly string[]): MiddlewareHandler<HttpEnv> {
  const trusted = blockListOf(trustedProxies);
  return async (c, next) => {
    const socket = c.env?.incoming?.socket;
    const peer = plainAddress(socket?.remoteAddress);
    const isTrusted = peer !== undefined && includes(trusted, peer);
    const chain = isTrusted ? listOf(c.req.header('x-forwarded-for')) : [];
    const client = chain.reverse().find((address) => !includes(trusted, address)) ?? peer;
    c.set('clientAddress', client);
    const isEncrypted = socket !== undefined && 'encrypted' in socket && socket.encrypted === true;
    const proto = isTrusted ? listOf(c.req.header('x-forwarded-proto'), false).at(-1) : undefined;
    c.set('isTls', proto === undefined ? isEncrypted : proto === 'https');
    const isThroughProxy = PROXY_HEADERS.some((name) => c.req.header(name) !== undefined);
    const isLoopback = client !== undefined && includes(LOOPBACK, client);
    // A proxy here that nobody declared makes everybody look local.
    c.set('isLoopback', isLoopback && (isTrusted || !isThroughProxy));
    await next();
  };
}

function blockListOf(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

function includes(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

function plainAddress(address: string | undefined): string | undefined {
  return address?.replace(/^::ffff:/, '');
}

/** What does not read as an address ends the chain: who wrote it is not known. */
function listOf(header: string | undefined, isAddresses = true): string[] {
  const items = (header ?? '').split(',').map((item) => plainAddress(item.trim()) ?? '');
  if (!isAddresses) return items.filter((item) => item !== '').map((item) => item.toLowerCase());
  const lastBad = items.findLastIndex((item) => isIP(item) === 0);
  return items.slice(lastBad + 1);
}
