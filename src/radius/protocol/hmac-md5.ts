import { Md5 } from './md5.ts';

const BLOCK_SIZE = 64;
const md5 = new Md5();
const innerDigest = new Uint8Array(16);

/**
 * HMAC-MD5 (RFC 2104) under one key: the state after the padded key is computed once, so a signature
 * costs the message blocks and two more. Streaming parts (`begin`, `add`, `endInto`) may not be interleaved.
 */
export class HmacMd5Key {
  readonly #inner = new Int32Array(4);
  readonly #outer = new Int32Array(4);

  constructor(secret: Uint8Array) {
    const key = new Uint8Array(BLOCK_SIZE);
    if (secret.length > BLOCK_SIZE) md5.reset().update(secret).digestInto(key, 0);
    else key.set(secret);
    md5
      .reset()
      .update(key.map((octet) => octet ^ 0x36))
      .saveState(this.#inner);
    md5
      .reset()
      .update(key.map((octet) => octet ^ 0x5c))
      .saveState(this.#outer);
  }

  /** Writes the 16-octet signature of `bytes[start, end)` at `out[at]`. */
  signInto(bytes: Uint8Array, start: number, end: number, out: Uint8Array, at: number): void {
    this.begin();
    this.add(bytes, start, end);
    this.endInto(out, at);
  }

  /** Starts a signature over several parts. */
  begin(): void {
    md5.resume(this.#inner, BLOCK_SIZE);
  }

  /** Adds a part of the message. */
  add(bytes: Uint8Array, start: number, end: number): void {
    md5.update(bytes, start, end);
  }

  /** Writes the signature of all parts since `begin`. */
  endInto(out: Uint8Array, at: number): void {
    md5.digestInto(innerDigest, 0);
    md5.resume(this.#outer, BLOCK_SIZE).update(innerDigest).digestInto(out, at);
  }
}
