/**
 * The streaming frame shared by MD5, MD4 and SHA-1: gathers octets into 64-octet blocks and pads the end.
 * One instance is meant to be reused for ever; after the constructor nothing is allocated.
 */
export abstract class BlockHash {
  /** Chaining state; subclasses set it in `reset` and change it in `compress`. */
  protected readonly state: Int32Array;
  readonly #pending = new Uint8Array(64);
  #pendingSize = 0;
  #octetsTotal = 0;
  readonly #bigEndian: boolean;

  constructor(stateWords: number, bigEndian: boolean) {
    this.state = new Int32Array(stateWords);
    this.#bigEndian = bigEndian;
  }

  /** Folds the 64 octets at `at` into the state. */
  protected abstract compress(bytes: Uint8Array, at: number): void;

  /** Forgets pending octets; `octetsSoFar` (a multiple of 64) counts what the state already stands for. */
  protected restart(octetsSoFar: number): void {
    this.#pendingSize = 0;
    this.#octetsTotal = octetsSoFar;
  }

  /** Hashes `bytes[start, end)`; may be called any number of times before the digest. */
  update(bytes: Uint8Array, start = 0, end: number = bytes.length): this {
    const pending = this.#pending;
    let size = this.#pendingSize;
    let at = start;
    this.#octetsTotal += end - start;
    if (size > 0) {
      while (at < end && size < 64) pending[size++] = bytes[at++];
      if (size < 64) {
        this.#pendingSize = size;
        return this;
      }
      this.compress(pending, 0);
      size = 0;
    }
    for (; at + 64 <= end; at += 64) this.compress(bytes, at);
    while (at < end) pending[size++] = bytes[at++];
    this.#pendingSize = size;
    return this;
  }

  /** Writes the digest at `out[at]`; the object must be reset before it is used again. */
  digestInto(out: Uint8Array, at: number): void {
    const pending = this.#pending;
    let size = this.#pendingSize;
    pending[size++] = 0x80;
    if (size > 56) {
      pending.fill(0, size);
      this.compress(pending, 0);
      size = 0;
    }
    pending.fill(0, size);
    this.#writeBitLength();
    this.compress(pending, 0);
    this.#writeState(out, at);
  }

  #writeBitLength(): void {
    const pending = this.#pending;
    const low = (this.#octetsTotal << 3) >>> 0;
    const high = (this.#octetsTotal / 0x20000000) | 0;
    for (let i = 0; i < 4; i++) {
      pending[this.#bigEndian ? 63 - i : 56 + i] = low >>> (8 * i);
      pending[this.#bigEndian ? 59 - i : 60 + i] = high >>> (8 * i);
    }
  }

  #writeState(out: Uint8Array, at: number): void {
    const state = this.state;
    const flip = this.#bigEndian ? 3 : 0;
    for (let word = 0; word < state.length; word++) {
      const value = state[word];
      const base = at + 4 * word;
      out[base + flip] = value;
      out[base + (1 ^ flip)] = value >>> 8;
      out[base + (2 ^ flip)] = value >>> 16;
      out[base + (3 ^ flip)] = value >>> 24;
    }
  }
}
