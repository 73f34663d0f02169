import { BlockHash } from './block-hash.ts';

const words = new Int32Array(16);
const ROUND_3_ORDER = [0, 2, 1, 3];

/** MD4 (RFC 1320), which node:crypto no longer offers; used only for the NT hash of MS-CHAP. */
export class Md4 extends BlockHash {
  constructor() {
    super(4, false);
    this.reset();
  }

  /** Starts a new digest. */
  reset(): this {
    this.state[0] = 0x67452301;
    this.state[1] = 0xefcdab89;
    this.state[2] = 0x98badcfe;
    this.state[3] = 0x10325476;
    this.restart(0);
    return this;
  }

  protected override compress(bytes: Uint8Array, at: number): void {
    const state = this.state;
    const a = state[0];
    const b = state[1];
    const c = state[2];
    const d = state[3];
    for (let i = 0, from = at; i < 16; i++, from += 4) {
      words[i] = bytes[from] | (bytes[from + 1] << 8) | (bytes[from + 2] << 16) | (bytes[from + 3] << 24);
    }
    roundF(state);
    roundG(state);
    roundH(state);
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
  }
}

function roundF(state: Int32Array): void {
  let [a, b, c, d] = [state[0], state[1], state[2], state[3]];
  for (let i = 0; i < 16; i += 4) {
    a = rotate((a + ((b & c) | (~b & d)) + words[i]) | 0, 3);
    d = rotate((d + ((a & b) | (~a & c)) + words[i + 1]) | 0, 7);
    c = rotate((c + ((d & a) | (~d & b)) + words[i + 2]) | 0, 11);
    b = rotate((b + ((c & d) | (~c & a)) + words[i + 3]) | 0, 19);
  }
  store(state, a, b, c, d);
}

function roundG(state: Int32Array): void {
  let [a, b, c, d] = [state[0], state[1], state[2], state[3]];
  for (let i = 0; i < 4; i++) {
    a = rotate((a + majority(b, c, d) + words[i] + 0x5a827999) | 0, 3);
    d = rotate((d + majority(a, b, c) + words[i + 4] + 0x5a827999) | 0, 5);
    c = rotate((c + majority(d, a, b) + words[i + 8] + 0x5a827999) | 0, 9);
    b = rotate((b + majority(c, d, a) + words[i + 12] + 0x5a827999) | 0, 13);
  }
  store(state, a, b, c, d);
}

function roundH(state: Int32Array): void {
  let [a, b, c, d] = [state[0], state[1], state[2], state[3]];
  for (let i = 0; i < 4; i++) {
    const first = ROUND_3_ORDER[i];
    a = rotate((a + (b ^ c ^ d) + words[first] + 0x6ed9eba1) | 0, 3);
    d = rotate((d + (a ^ b ^ c) + words[first + 8] + 0x6ed9eba1) | 0, 9);
    c = rotate((c + (d ^ a ^ b) + words[first + 4] + 0x6ed9eba1) | 0, 11);
    b = rotate((b + (c ^ d ^ a) + words[first + 12] + 0x6ed9eba1) | 0, 15);
  }
  store(state, a, b, c, d);
}

function majority(x: number, y: number, z: number): number {
  return (x & y) | (x & z) | (y & z);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function store(state: Int32Array, a: number, b: number, c: number, d: number): void {
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = d;
}
