import { desTables } from './des-tables.ts';

const { keyC, keyD, pc2Odd, pc2Even, substitution: sp } = desTables;
const SHIFTS = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1];

/**
 * Single DES encryption of one block (FIPS 46-3), table-driven, for MS-CHAP only. One instance is reused:
 * set a key, encrypt. OpenSSL 3 refuses single DES, and the des-ede3 detour costs an object per call.
 */
export class Des {
  /** Two words per round: S-boxes 1, 3, 5, 7 and 2, 4, 6, 8. */
  readonly #roundKeys = new Int32Array(32);

  /** Takes 56 key bits without parity from the seven octets at `at` (RFC 2433 A.6). */
  setKey(key: Uint8Array, at: number): this {
    let c = 0;
    let d = 0;
    for (let i = 0; i < 7; i++) {
      const entry = (i << 8) | key[at + i];
      c |= keyC[entry];
      d |= keyD[entry];
    }
    const keys = this.#roundKeys;
    for (let round = 0; round < 16; round++) {
      const shift = SHIFTS[round];
      c = ((c << shift) | (c >>> (28 - shift))) & 0xfffffff;
      d = ((d << shift) | (d >>> (28 - shift))) & 0xfffffff;
      keys[2 * round] = choose(pc2Odd, c, d);
      keys[2 * round + 1] = choose(pc2Even, c, d);
    }
    return this;
  }

  /** Encrypts the eight octets `input[inputAt]` into `out[outAt]`. */
  encryptInto(input: Uint8Array, inputAt: number, out: Uint8Array, outAt: number): void {
    let left = readWord(input, inputAt);
    let right = readWord(input, inputAt + 4);
    // Initial permutation as five bit swaps; both halves stay rotated left by one through the rounds.
    let swap = ((left >>> 4) ^ right) & 0x0f0f0f0f;
    right ^= swap;
    left ^= swap << 4;
    swap = ((left >>> 16) ^ right) & 0x0000ffff;
    right ^= swap;
    left ^= swap << 16;
    swap = ((right >>> 2) ^ left) & 0x33333333;
    left ^= swap;
    right ^= swap << 2;
    swap = ((right >>> 8) ^ left) & 0x00ff00ff;
    left ^= swap;
    right ^= swap << 8;
    right = (right << 1) | (right >>> 31);
    swap = (left ^ right) & 0xaaaaaaaa;
    left ^= swap;
    right ^= swap;
    left = (left << 1) | (left >>> 31);
    const keys = this.#roundKeys;
    for (let i = 0; i < 32; i += 4) {
      left ^= feistel(right, keys[i], keys[i + 1]);
      right ^= feistel(left, keys[i + 2], keys[i + 3]);
    }
    finalPermutation(left, right, out, outAt);
  }
}

function feistel(half: number, oddKey: number, evenKey: number): number {
  const odd = ((half << 28) | (half >>> 4)) ^ oddKey;
  const even = half ^ evenKey;
  return (
    sp[(odd >>> 24) & 63] |
    sp[64 | ((even >>> 24) & 63)] |
    sp[128 | ((odd >>> 16) & 63)] |
    sp[192 | ((even >>> 16) & 63)] |
    sp[256 | ((odd >>> 8) & 63)] |
    sp[320 | ((even >>> 8) & 63)] |
    sp[384 | (odd & 63)] |
    sp[448 | (even & 63)]
  );
}

function finalPermutation(left: number, right: number, out: Uint8Array, at: number): void {
  let first = (right << 31) | (right >>> 1);
  let second = left;
  let swap = (first ^ second) & 0xaaaaaaaa;
  first ^= swap;
  second ^= swap;
  second = (second << 31) | (second >>> 1);
  swap = ((second >>> 8) ^ first) & 0x00ff00ff;
  first ^= swap;
  second ^= swap << 8;
  swap = ((second >>> 2) ^ first) & 0x33333333;
  first ^= swap;
  second ^= swap << 2;
  swap = ((first >>> 16) ^ second) & 0x0000ffff;
  second ^= swap;
  first ^= swap << 16;
  swap = ((first >>> 4) ^ second) & 0x0f0f0f0f;
  second ^= swap;
  first ^= swap << 4;
  writeWord(first, out, at);
  writeWord(second, out, at + 4);
}

function choose(table: Int32Array, c: number, d: number): number {
  return (
    table[c >>> 21] |
    table[128 | ((c >>> 14) & 127)] |
    table[256 | ((c >>> 7) & 127)] |
    table[384 | (c & 127)] |
    table[512 | (d >>> 21)] |
    table[640 | ((d >>> 14) & 127)] |
    table[768 | ((d >>> 7) & 127)] |
    table[896 | (d & 127)]
  );
}

function readWord(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
}

function writeWord(value: number, out: Uint8Array, at: number): void {
  out[at] = value >>> 24;
  out[at + 1] = value >>> 16;
  out[at + 2] = value >>> 8;
  out[at + 3] = value;
}
