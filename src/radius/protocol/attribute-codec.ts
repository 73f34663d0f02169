import { Buffer } from 'node:buffer';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { AttributeDefinition } from './attribute.ts';
import { DICTIONARY, type Dictionary } from './dictionary.ts';
import { SLOT } from './slots.ts';
import { type AttributeValue, decodeValue, encodeValue } from './value.ts';

/** One attribute by name, to be encoded; for names that no dictionary lists see `Dictionary.byName`. */
export interface AttributeInput {
  readonly name: string;
  readonly value: AttributeValue;
}

/** One attribute as found in a packet. */
export interface DecodedAttribute {
  readonly name: string;
  /** Canonical text (see `decodeValue`). Hidden values are the octets of the wire, still hidden. */
  readonly value: string;
  /** SMI number of the vendor; absent for a standard attribute. */
  readonly vendor?: number;
  /** The value's octets, a view on the packet. */
  readonly octets: Buffer;
}

const HEADER_SIZE = 20;

/** Encodes attributes in order, each vendor attribute in a VSA of its own; the error is a sentence. */
export function encodeAttributes(
  list: readonly AttributeInput[],
  dictionary: Dictionary = DICTIONARY,
): Result<Buffer, string> {
  const parts: Buffer[] = [];
  for (const { name, value } of list) {
    const attribute = dictionary.byName(name);
    if (attribute === undefined) return err(`'${name}' is not a RADIUS attribute of our dictionaries.`);
    const encoded = encodeValue(attribute, value);
    if (!encoded.ok) return encoded;
    parts.push(frame(attribute, encoded.value));
  }
  return ok(Buffer.concat(parts));
}

/**
 * All attributes of a packet in order. Never throws: what follows a broken attribute is left out, and a malformed
 * VSA appears whole as `Attr-26`. Use `decodePacket` to learn whether the packet is sound.
 */
export function decodeAttributes(packet: Buffer, dictionary: Dictionary = DICTIONARY): DecodedAttribute[] {
  if (packet.length < HEADER_SIZE) return [];
  const end = Math.min(packet.readUInt16BE(2), packet.length);
  const found: DecodedAttribute[] = [];
  for (const { type, octets } of split(packet.subarray(HEADER_SIZE, Math.max(end, HEADER_SIZE))).items) {
    const inner = type === SLOT.vendorSpecific ? vendorAttributes(octets, dictionary) : undefined;
    if (inner) found.push(...inner);
    else found.push(describe(dictionary.describe(0, type), octets));
  }
  return found;
}

function frame(attribute: AttributeDefinition, value: Buffer): Buffer {
  const inner = Buffer.concat([Buffer.of(attribute.code, value.length + 2), value]);
  if (attribute.vendor === 0) return inner;
  const header = Buffer.of(SLOT.vendorSpecific, inner.length + 6, 0, 0, 0, 0);
  header.writeUInt32BE(attribute.vendor, 2);
  return Buffer.concat([header, inner]);
}

/** The sub-attributes of a VSA, or undefined when its octets are not a row of them. */
function vendorAttributes(octets: Buffer, dictionary: Dictionary): DecodedAttribute[] | undefined {
  if (octets.length < 6) return undefined;
  const vendor = octets.readUInt32BE(0);
  const { items, isWhole } = split(octets.subarray(4));
  if (!isWhole || vendor === 0 || vendor > 0xffffff) return undefined;
  return items.map((item) => describe(dictionary.describe(vendor, item.type), item.octets));
}

function describe(attribute: AttributeDefinition, octets: Buffer): DecodedAttribute {
  return {
    name: attribute.name,
    value: decodeValue(attribute, octets),
    ...(attribute.vendor !== 0 && { vendor: attribute.vendor }),
    octets,
  };
}

function split(octets: Buffer): { items: { type: number; octets: Buffer }[]; isWhole: boolean } {
  const items: { type: number; octets: Buffer }[] = [];
  let at = 0;
  while (at < octets.length) {
    const size = at + 1 < octets.length ? octets[at + 1] : 0;
    if (size < 2 || at + size > octets.length) return { items, isWhole: false };
    items.push({ type: octets[at], octets: octets.subarray(at + 2, at + size) });
    at += size;
  }
  return { items, isWhole: true };
}
