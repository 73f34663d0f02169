import { Buffer } from 'node:buffer';
import type { DecodeError } from './decode-error.ts';
import { SLOT, SLOT_COUNT, vendorBase } from './slots.ts';

export type { DecodeError } from './decode-error.ts';

const HEADER_SIZE = 20;
const PACKET_SIZE_MAX = 4096;
const NOTHING = Buffer.alloc(0);

/**
 * A reusable window on one datagram: `read` indexes every attribute in one pass and allocates nothing.
 * Everything it returns is valid until the next `read`, and only if that returned null.
 */
export class PacketView {
  bytes: Buffer = NOTHING;
  code = 0;
  id = 0;
  /** The declared length; what arrived beyond it is padding (RFC 2865 section 3). */
  length = 0;
  /** Offset of the 16-octet authenticator. */
  readonly authenticatorStart = 4;

  // An entry counts only while its stamp is the current generation, so nothing is cleared per packet.
  #generation = 0;
  readonly #stamps = new Uint32Array(SLOT_COUNT);
  readonly #starts = new Uint16Array(SLOT_COUNT);
  readonly #sizes = new Uint8Array(SLOT_COUNT);
  readonly #counts = new Uint16Array(SLOT_COUNT);

  /** Indexes a datagram; never throws, whatever the octets. The datagram is kept, not copied. */
  read(datagram: Buffer): DecodeError | null {
    this.#nextGeneration();
    this.bytes = datagram;
    this.code = 0;
    this.id = 0;
    this.length = 0;
    if (datagram.length < HEADER_SIZE) return 'short';
    const length = (datagram[2] << 8) | datagram[3];
    if (length < HEADER_SIZE || length > PACKET_SIZE_MAX || length > datagram.length) return 'length';
    this.code = datagram[0];
    this.id = datagram[1];
    this.length = length;
    let at = HEADER_SIZE;
    while (at < length) {
      const size = at + 1 < length ? datagram[at + 1] : 0;
      if (size < 2 || at + size > length) return 'attribute_length';
      const type = datagram[at];
      this.#note(type, at + 2, size - 2);
      if (type === SLOT.vendorSpecific) this.#readVendorSpecific(at + 2, at + size);
      at += size;
    }
    const signatures = this.count(SLOT.messageAuthenticator);
    if (signatures > 1 || (signatures === 1 && this.size(SLOT.messageAuthenticator) !== 16)) {
      return 'message_authenticator';
    }
    return null;
  }

  /** How many attributes (or vendor sub-attributes) of this slot the packet has. */
  count(slot: number): number {
    return this.#stamps[slot] === this.#generation ? this.#counts[slot] : 0;
  }

  /** Whether the packet has the attribute at all, even with an empty value. */
  has(slot: number): boolean {
    return this.#stamps[slot] === this.#generation;
  }

  /** Offset of the first occurrence's value in `bytes`; 0 when absent. */
  start(slot: number): number {
    return this.#stamps[slot] === this.#generation ? this.#starts[slot] : 0;
  }

  /** Octets of the first occurrence's value; 0 when absent. */
  size(slot: number): number {
    return this.#stamps[slot] === this.#generation ? this.#sizes[slot] : 0;
  }

  /** The first occurrence as an unsigned integer; `fallback` when absent or not 4 octets. */
  uint32(slot: number, fallback: number): number {
    if (this.size(slot) !== 4) return fallback;
    const at = this.#starts[slot];
    const bytes = this.bytes;
    return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
  }

  /** The first occurrence as UTF-8 text (bad octets become U+FFFD); undefined when absent. */
  text(slot: number): string | undefined {
    if (!this.has(slot)) return undefined;
    const start = this.#starts[slot];
    const end = start + this.#sizes[slot];
    const bytes = this.bytes;
    for (let at = start; at < end; at++) {
      if (bytes[at] > 127) return bytes.toString('utf8', start, end);
    }
    return bytes.toString('latin1', start, end);
  }

  /** The first occurrence as a view on the datagram, not a copy; undefined when absent. */
  slice(slot: number): Buffer | undefined {
    if (!this.has(slot)) return undefined;
    const start = this.#starts[slot];
    return this.bytes.subarray(start, start + this.#sizes[slot]);
  }

  /** The first occurrence as a dotted IPv4 address; undefined when absent or not 4 octets. */
  ipv4(slot: number): string | undefined {
    if (this.size(slot) !== 4) return undefined;
    const at = this.#starts[slot];
    const bytes = this.bytes;
    return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
  }

  /** Octets that all occurrences of a standard attribute take with their headers. */
  encodedSize(type: number): number {
    if (!this.has(type)) return 0;
    let octets = 0;
    for (let at = HEADER_SIZE; at < this.length; at += this.bytes[at + 1]) {
      if (this.bytes[at] === type) octets += this.bytes[at + 1];
    }
    return octets;
  }

  /** Copies all occurrences of a standard attribute, headers included, in order; returns the new offset. */
  copyAll(type: number, out: Buffer, at: number): number {
    if (!this.has(type)) return at;
    const bytes = this.bytes;
    let to = at;
    for (let from = HEADER_SIZE; from < this.length; from += bytes[from + 1]) {
      if (bytes[from] === type) to += bytes.copy(out, to, from, from + bytes[from + 1]);
    }
    return to;
  }

  #nextGeneration(): void {
    if (this.#generation === 0xffffffff) {
      this.#stamps.fill(0);
      this.#generation = 0;
    }
    this.#generation++;
  }

  #note(slot: number, start: number, size: number): void {
    if (this.#stamps[slot] === this.#generation) {
      this.#counts[slot]++;
      return;
    }
    this.#stamps[slot] = this.#generation;
    this.#counts[slot] = 1;
    this.#starts[slot] = start;
    this.#sizes[slot] = size;
  }

  /** Notes the sub-attributes of a VSA (RFC 2865 section 5.26); one with bad lengths is left alone whole. */
  #readVendorSpecific(start: number, end: number): void {
    if (end - start < 6) return;
    const bytes = this.bytes;
    const vendorId =
      ((bytes[start] << 24) | (bytes[start + 1] << 16) | (bytes[start + 2] << 8) | bytes[start + 3]) >>> 0;
    const base = vendorBase(vendorId);
    if (base < 0) return;
    for (let at = start + 4; at < end; at += bytes[at + 1]) {
      if (at + 1 >= end || bytes[at + 1] < 2 || at + bytes[at + 1] > end) return;
    }
    for (let at = start + 4; at < end; at += bytes[at + 1]) {
      this.#note(base + bytes[at], at + 2, bytes[at + 1] - 2);
    }
  }
}
