/** Raw packets for tests, put together without the code under test. */

const AUTHENTICATOR = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');

/** One attribute with its header. */
export function attribute(type: number, value: string | readonly number[] | Uint8Array): Buffer {
  const octets = typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value);
  return Buffer.concat([Buffer.of(type, octets.length + 2), octets]);
}

/** One Vendor-Specific attribute holding these sub-attributes. */
export function vendorAttribute(
  vendor: number,
  ...subs: [number, string | readonly number[] | Uint8Array][]
): Buffer {
  const id = Buffer.alloc(4);
  id.writeUInt32BE(vendor);
  return attribute(26, Buffer.concat([id, ...subs.map(([type, value]) => attribute(type, value))]));
}

/** A packet with the authenticator 00 01 .. 0f. */
export function packet(code: number, id: number, ...attributes: Buffer[]): Buffer {
  const body = Buffer.concat(attributes);
  const header = Buffer.of(code, id, 0, 0);
  header.writeUInt16BE(20 + body.length, 2);
  return Buffer.concat([header, AUTHENTICATOR, body]);
}

/** An unsigned Access-Request with id 1. */
export function accessRequest(...attributes: Buffer[]): Buffer {
  return packet(1, 1, ...attributes);
}
