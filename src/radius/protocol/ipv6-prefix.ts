import { Buffer } from 'node:buffer';
import { formatAddress, parseAddress } from '../../kernel/ip.ts';

/** Encodes `2001:db8:0:1::/64` as RFC 3162 section 2.3 has it, trailing zero octets left out; undefined if it is none. */
export function encodeIpv6Prefix(text: string): Buffer | undefined {
  const match = /^([0-9a-f:.]+)\/(\d{1,3})$/i.exec(text);
  const address = match && parseAddress(match[1]);
  if (!match || address?.family !== 6) return undefined;
  const prefixLength = Number(match[2]);
  if (prefixLength > 128) return undefined;
  const hostBits = BigInt(128 - prefixLength);
  if ((address.value >> hostBits) << hostBits !== address.value) return undefined;
  const octets = Buffer.from(address.value.toString(16).padStart(32, '0'), 'hex');
  return Buffer.concat([Buffer.of(0, prefixLength), octets.subarray(0, Math.ceil(prefixLength / 8))]);
}

/**
 * Canonical text of a prefix value; the form padded to 16 octets is accepted. Undefined for a length above 128,
 * too few octets, or bits set beyond the prefix (RFC 3162: they must be zero).
 */
export function decodeIpv6Prefix(octets: Uint8Array): string | undefined {
  const hasAll = octets.length - 2 >= Math.ceil((octets[1] ?? 0) / 8);
  const prefix = hasAll ? readPrefix(octets) : undefined;
  return prefix === undefined || prefix.hasHostBits ? undefined : prefix.text;
}

/** The same as routers report it, for the record: octets that are missing are zero, bits beyond the prefix are cleared. */
export function reportedIpv6Prefix(octets: Uint8Array): string | undefined {
  return readPrefix(octets)?.text;
}

/** A Framed-IPv6-Address (RFC 6911 section 3.1) as the prefix of one address; undefined when it is none. */
export function ipv6AddressPrefix(octets: Uint8Array): string | undefined {
  return octets.length === 16 ? readPrefix(Buffer.concat([Buffer.of(0, 128), octets]))?.text : undefined;
}

function readPrefix(octets: Uint8Array): { text: string; hasHostBits: boolean } | undefined {
  const prefixLength = octets[1];
  if (octets.length < 2 || octets.length > 18 || prefixLength > 128) return undefined;
  const padded = Buffer.alloc(16);
  padded.set(octets.subarray(2));
  const value = BigInt(`0x${padded.toString('hex')}`);
  const hostBits = BigInt(128 - prefixLength);
  const network = (value >> hostBits) << hostBits;
  return { text: `${formatAddress(6, network)}/${prefixLength}`, hasHostBits: network !== value };
}
