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
  if (octets.length < 2 || octets.length > 18) return undefined;
  const prefixLength = octets[1];
  if (prefixLength > 128 || octets.length - 2 < Math.ceil(prefixLength / 8)) return undefined;
  const padded = Buffer.alloc(16);
  padded.set(octets.subarray(2));
  const value = BigInt(`0x${padded.toString('hex')}`);
  const hostBits = BigInt(128 - prefixLength);
  if ((value >> hostBits) << hostBits !== value) return undefined;
  return `${formatAddress(6, value)}/${prefixLength}`;
}
