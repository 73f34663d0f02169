const DIGITS = Buffer.from('0123456789abcdef');
const CAPITALS = Buffer.from('0123456789ABCDEF');

/** Writes a number below 1,000,000 as six decimal digits. */
export function writeDecimal6(out: Buffer, at: number, value: number): void {
  let left = value;
  for (let place = at + 5; place >= at; place -= 1) {
    const next = Math.floor(left / 10);
    out[place] = 0x30 + (left - next * 10);
    left = next;
  }
}

/** Writes an unsigned number of 32 bits as eight hexadecimal digits. */
export function writeHex8(out: Buffer, at: number, value: number): void {
  for (let place = 0; place < 8; place += 1) out[at + place] = DIGITS[(value >>> (28 - 4 * place)) & 15];
}

/** Writes the four middle octets of a MAC address, `AA:BB:CC:DD`. */
export function writeMacMiddle(out: Buffer, at: number, value: number): void {
  for (let octet = 0; octet < 4; octet += 1) {
    const bits = value >>> (24 - 8 * octet);
    out[at + 3 * octet] = CAPITALS[(bits >>> 4) & 15];
    out[at + 3 * octet + 1] = CAPITALS[bits & 15];
  }
}

/** Writes an unsigned number of 32 bits, the highest octet first. */
export function writeUint32(out: Buffer, at: number, value: number): void {
  out[at] = value >>> 24;
  out[at + 1] = value >>> 16;
  out[at + 2] = value >>> 8;
  out[at + 3] = value;
}
