import { Buffer } from 'node:buffer';
import { CODE } from './code.ts';
import { Md5 } from './md5.ts';
import type { PacketView } from './packet-view.ts';
import type { SharedSecret } from './secret.ts';
import { SLOT } from './slots.ts';

const PACKET_SIZE_MAX = 4096;
const VALUE_SIZE_MAX = 253;
const VENDOR_VALUE_SIZE_MAX = 247;
const md5 = new Md5();

/**
 * Builds one reply at a time in its own buffer: begin, attributes, finish. The result is `buffer[0, length)`
 * and is overwritten by the next `begin`. What does not fit throws RangeError before anything is written.
 */
export class ReplyWriter {
  readonly buffer: Buffer = Buffer.alloc(PACKET_SIZE_MAX);
  length = 0;
  #isSigned = false;

  /**
   * Starts a reply. Answers to Access-Request and Status-Server must be signed: their first attribute is then a
   * Message-Authenticator (CVE-2024-3596). Default: signed unless it is an Accounting-Response or a CoA/DM answer.
   * Sign an Accounting-Response only to a Status-Server: FreeRADIUS computes others over a zero authenticator.
   */
  begin(code: number, withMessageAuthenticator: boolean = isAccessReply(code)): this {
    const buffer = this.buffer;
    buffer[0] = code;
    this.length = 20;
    this.#isSigned = withMessageAuthenticator;
    if (withMessageAuthenticator) {
      buffer[20] = SLOT.messageAuthenticator;
      buffer[21] = 18;
      buffer.fill(0, 22, 38);
      this.length = 38;
    }
    return this;
  }

  /** Appends attributes that are already encoded (see `encodeAttributes` in codec.ts). */
  raw(encoded: Uint8Array): this {
    this.#mustFit(encoded.length, encoded.length, PACKET_SIZE_MAX);
    this.buffer.set(encoded, this.length);
    this.length += encoded.length;
    return this;
  }

  /** Appends a 4-octet number, sent modulo 2^32. */
  uint32(type: number, value: number): this {
    this.#header(type, 4, VALUE_SIZE_MAX);
    this.#number(value);
    return this;
  }

  /** Appends text as UTF-8. */
  text(type: number, value: string): this {
    const size = Buffer.byteLength(value, 'utf8');
    this.#header(type, size, VALUE_SIZE_MAX);
    if (size === value.length) {
      const buffer = this.buffer;
      const at = this.length;
      for (let i = 0; i < size; i++) buffer[at + i] = value.charCodeAt(i);
    } else {
      this.buffer.write(value, this.length, 'utf8');
    }
    this.length += size;
    return this;
  }

  /** Appends octets as they are. */
  bytesAttribute(type: number, value: Uint8Array): this {
    this.#header(type, value.length, VALUE_SIZE_MAX);
    this.#octets(value, 0, value.length);
    return this;
  }

  /** Appends a Vendor-Specific attribute with one sub-attribute: `value[start, end)`. */
  vendor(vendorId: number, type: number, value: Uint8Array, start = 0, end: number = value.length): this {
    this.#vendorHeader(vendorId, type, end - start);
    this.#octets(value, start, end);
    return this;
  }

  /** Appends a Vendor-Specific attribute with one 4-octet number. */
  vendorUint32(vendorId: number, type: number, value: number): this {
    this.#vendorHeader(vendorId, type, 4);
    this.#number(value);
    return this;
  }

  /** Echoes every Proxy-State of the request unmodified and in order (RFC 2865 section 5.33). */
  proxyStates(request: PacketView): this {
    const size = request.encodedSize(SLOT.proxyState);
    if (size === 0) return this;
    this.#mustFit(size, size, PACKET_SIZE_MAX);
    this.length = request.copyAll(SLOT.proxyState, this.buffer, this.length);
    return this;
  }

  /** Fills in id, length, Message-Authenticator and Response Authenticator; returns the length. */
  finish(request: PacketView, secret: SharedSecret): number {
    const buffer = this.buffer;
    const length = this.length;
    buffer[1] = request.id;
    buffer[2] = length >>> 8;
    buffer[3] = length;
    for (let i = 4; i < 20; i++) buffer[i] = request.bytes[i];
    if (this.#isSigned) secret.hmac.signInto(buffer, 0, length, buffer, 22);
    md5.reset().update(buffer, 0, length).update(secret.bytes, 0, secret.bytes.length).digestInto(buffer, 4);
    return length;
  }

  #header(type: number, size: number, sizeMax: number): void {
    this.#mustFit(size + 2, size, sizeMax);
    this.buffer[this.length++] = type;
    this.buffer[this.length++] = size + 2;
  }

  #vendorHeader(vendorId: number, type: number, size: number): void {
    this.#mustFit(size + 8, size, VENDOR_VALUE_SIZE_MAX);
    this.buffer[this.length++] = SLOT.vendorSpecific;
    this.buffer[this.length++] = size + 8;
    this.#number(vendorId);
    this.buffer[this.length++] = type;
    this.buffer[this.length++] = size + 2;
  }

  #number(value: number): void {
    const buffer = this.buffer;
    buffer[this.length++] = value >>> 24;
    buffer[this.length++] = value >>> 16;
    buffer[this.length++] = value >>> 8;
    buffer[this.length++] = value;
  }

  #octets(value: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; at++) this.buffer[this.length++] = value[at];
  }

  #mustFit(octets: number, valueSize: number, valueSizeMax: number): void {
    if (valueSize > valueSizeMax) {
      throw new RangeError(`An attribute value of ${valueSize} octets exceeds the ${valueSizeMax} that fit.`);
    }
    if (this.length + octets > PACKET_SIZE_MAX) {
      throw new RangeError(
        `A reply of ${this.length + octets} octets exceeds the ${PACKET_SIZE_MAX} of a RADIUS packet.`,
      );
    }
  }
}

function isAccessReply(code: number): boolean {
  return code === CODE.accessAccept || code === CODE.accessReject || code === CODE.accessChallenge;
}
