import { Buffer } from 'node:buffer';
import { HmacMd5Key } from './hmac-md5.ts';

/** The shared secret of one NAS with its HMAC key prepared; make it once per NAS, not per packet. */
export class SharedSecret {
  readonly bytes: Buffer;
  readonly hmac: HmacMd5Key;

  /** Text is taken as UTF-8; the octets are copied. */
  constructor(secret: string | Uint8Array) {
    this.bytes = typeof secret === 'string' ? Buffer.from(secret, 'utf8') : Buffer.from(secret);
    this.hmac = new HmacMd5Key(this.bytes);
  }
}
