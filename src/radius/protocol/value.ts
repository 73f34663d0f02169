import { Buffer } from 'node:buffer';
import { formatAddress, parseAddress } from '../../kernel/ip.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { AttributeDefinition, AttributeType } from './attribute.ts';
import { enumNumber } from './dictionary.ts';
import { decodeIpv6Prefix, encodeIpv6Prefix } from './ipv6-prefix.ts';

/** What an attribute may be given as; octets are taken as they are for every type, checked for size only. */
export type AttributeValue = string | number | bigint | Uint8Array;

const VALUE_SIZE_MAX = 253;
const VENDOR_VALUE_SIZE_MAX = 247;
const INTEGER_SIZES: Partial<Record<AttributeType, number>> = { byte: 1, short: 2, integer: 4, integer64: 8 };
const FIXED_SIZES: Partial<Record<AttributeType, number>> = {
  ...INTEGER_SIZES,
  date: 4,
  ipaddr: 4,
  ipv6addr: 16,
  ifid: 8,
};

/** Encodes a value; the error is a sentence that says what the attribute takes. */
export function encodeValue(attribute: AttributeDefinition, value: AttributeValue): Result<Buffer, string> {
  const encoded =
    value instanceof Uint8Array ? sized(attribute, value) : encodeText(attribute, String(value));
  if (encoded === undefined) {
    const given = value instanceof Uint8Array ? `${value.length} octets` : `'${value}'`;
    return err(`${attribute.name} takes ${allowed(attribute)}, not ${given}.`);
  }
  const sizeMax = attribute.vendor === 0 ? VALUE_SIZE_MAX : VENDOR_VALUE_SIZE_MAX;
  if (encoded.length > sizeMax) {
    return err(`${attribute.name} holds at most ${sizeMax} octets, not ${encoded.length}.`);
  }
  return ok(encoded);
}

/**
 * The value as canonical text, which `encodeValue` turns back into the same value: names of enumerated numbers,
 * dotted and RFC 5952 addresses, ISO 8601 UTC dates. Octets, and whatever its type cannot express (wrong size,
 * text that is not clean UTF-8), are `0x` and hex digits.
 */
export function decodeValue(attribute: AttributeDefinition, octets: Uint8Array): string {
  const bytes = Buffer.from(octets.buffer, octets.byteOffset, octets.length);
  return decodeText(attribute, bytes) ?? `0x${bytes.toString('hex')}`;
}

function encodeText(attribute: AttributeDefinition, text: string): Buffer | undefined {
  switch (attribute.type) {
    case 'string':
      return Buffer.from(text, 'utf8');
    case 'octets':
      return /^0x([0-9a-f]{2})*$/i.test(text) ? Buffer.from(text.slice(2), 'hex') : undefined;
    case 'ipaddr':
      return encodeAddress(text, 4);
    case 'ipv6addr':
      return encodeAddress(text, 6);
    case 'ipv6prefix':
      return encodeIpv6Prefix(text);
    case 'ifid':
      return encodeInterfaceId(text);
    case 'date':
      return encodeDate(text);
    default:
      return encodeInteger(attribute, text);
  }
}

function decodeText(attribute: AttributeDefinition, bytes: Buffer): string | undefined {
  if (sized(attribute, bytes) === undefined) return undefined;
  switch (attribute.type) {
    case 'string':
      return cleanText(bytes);
    case 'octets':
      return undefined;
    case 'ipaddr':
      return formatAddress(4, toInteger(bytes));
    case 'ipv6addr':
      return formatAddress(6, toInteger(bytes));
    case 'ipv6prefix':
      return decodeIpv6Prefix(bytes);
    case 'ifid':
      return bytes.toString('hex').replace(/(.{4})(?=.)/g, '$1:');
    case 'date':
      return new Date(bytes.readUInt32BE(0) * 1000).toISOString().replace('.000Z', 'Z');
    default: {
      const number = toInteger(bytes);
      return attribute.values?.[Number(number)] ?? number.toString();
    }
  }
}

function sized(attribute: AttributeDefinition, octets: Uint8Array): Buffer | undefined {
  const size = FIXED_SIZES[attribute.type];
  return size === undefined || size === octets.length ? Buffer.from(octets) : undefined;
}

function encodeInteger(attribute: AttributeDefinition, text: string): Buffer | undefined {
  const size = INTEGER_SIZES[attribute.type] ?? 4;
  const named = enumNumber(attribute, text);
  if (named === undefined && !/^\d{1,20}$/.test(text)) return undefined;
  return fromInteger(BigInt(named ?? text), size);
}

function encodeDate(text: string): Buffer | undefined {
  if (/^\d{1,10}$/.test(text)) return fromInteger(BigInt(text), 4);
  const isInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  const seconds = isInstant ? Math.floor(Date.parse(text) / 1000) : Number.NaN;
  return seconds >= 0 ? fromInteger(BigInt(seconds), 4) : undefined;
}

function encodeAddress(text: string, family: 4 | 6): Buffer | undefined {
  const address = text.includes('%') ? undefined : parseAddress(text);
  if (address === undefined) return undefined;
  if (address.family === family) return fromInteger(address.value, family === 4 ? 4 : 16);
  const isMapped = family === 6 && text.includes(':');
  return isMapped ? fromInteger((0xffffn << 32n) | address.value, 16) : undefined;
}

function encodeInterfaceId(text: string): Buffer | undefined {
  if (!/^([0-9a-f]{1,4}:){3}[0-9a-f]{1,4}$/i.test(text)) return undefined;
  return Buffer.from(
    text
      .split(':')
      .map((group) => group.padStart(4, '0'))
      .join(''),
    'hex',
  );
}

/** Text without control characters that survives UTF-8 both ways. */
function cleanText(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8');
  const isPrintable = !bytes.some((octet) => octet < 0x20 || octet === 0x7f);
  return isPrintable && Buffer.from(text, 'utf8').equals(bytes) ? text : undefined;
}

function toInteger(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}

function fromInteger(value: bigint, size: number): Buffer | undefined {
  const hex = value.toString(16).padStart(2 * size, '0');
  return hex.length === 2 * size ? Buffer.from(hex, 'hex') : undefined;
}

function allowed(attribute: AttributeDefinition): string {
  switch (attribute.type) {
    case 'string':
      return 'text';
    case 'octets':
      return 'octets written as 0x and an even number of hex digits';
    case 'ipaddr':
      return 'an IPv4 address like 10.0.0.1';
    case 'ipv6addr':
      return 'an IPv6 address like 2001:db8::1';
    case 'ipv6prefix':
      return 'an IPv6 prefix like 2001:db8:0:1::/64 with no bits set beyond its length';
    case 'ifid':
      return 'an interface id like 0200:00ff:fe00:0001';
    case 'date':
      return 'seconds since 1970 or an instant like 2026-01-31T12:00:00Z, up to 2106';
    default:
      return allowedInteger(attribute);
  }
}

function allowedInteger(attribute: AttributeDefinition): string {
  const max = 2n ** BigInt(8 * (INTEGER_SIZES[attribute.type] ?? 4)) - 1n;
  const names = Object.values(attribute.values ?? {});
  const listed = names.length > 0 ? ` or one of ${names.join(', ')}` : '';
  return `a whole number from 0 to ${max}${listed}`;
}
