import { randomBytes } from 'node:crypto';
import { CODE } from '../radius/protocol/code.ts';
import { Md5 } from '../radius/protocol/md5.ts';
import { ReplyWriter } from '../radius/protocol/reply-writer.ts';
import type { SharedSecret } from '../radius/protocol/secret.ts';
import { SLOT } from '../radius/protocol/slots.ts';

const HEADER_SIZE = 20;
const SIGNATURE_SIZE = 18;
const ZEROS = Buffer.alloc(16);
const md5 = new Md5();

/** Where a builder puts its attributes, in the order RouterOS sends them. */
export type AttributeSink = Pick<
  ReplyWriter,
  'uint32' | 'text' | 'bytesAttribute' | 'vendor' | 'vendorUint32'
>;

/** A request but for its id: attributes are gathered once, and `finish` gives the datagram for an id. */
export class RequestWriter {
  readonly #writer = new ReplyWriter();

  /** Gathers an Access-Request; `write` is given the Request Authenticator that hides passwords. */
  access(
    secret: SharedSecret,
    isSigned: boolean,
    write: (sink: AttributeSink, authenticator: Buffer) => void,
  ): (id: number) => Buffer {
    const authenticator = randomBytes(16);
    this.#writer.begin(CODE.accessRequest, false);
    write(this.#writer, authenticator);
    const attributes = this.#attributes();
    return (id) => accessRequest(id, authenticator, attributes, isSigned ? secret : undefined);
  }

  /** Gathers an Accounting-Request. */
  accounting(secret: SharedSecret, write: (sink: AttributeSink) => void): (id: number) => Buffer {
    this.#writer.begin(CODE.accountingRequest, false);
    write(this.#writer);
    const attributes = this.#attributes();
    return (id) => {
      const packet = Buffer.concat([
        header(CODE.accountingRequest, id, ZEROS, attributes.length),
        attributes,
      ]);
      md5.reset().update(packet).update(secret.bytes).digestInto(packet, 4);
      return packet;
    };
  }

  #attributes(): Buffer {
    return Buffer.from(this.#writer.buffer.subarray(HEADER_SIZE, this.#writer.length));
  }
}

/** RouterOS puts Message-Authenticator last in an Access-Request (mikrotik-radius section 1, number 8). */
function accessRequest(
  id: number,
  authenticator: Buffer,
  attributes: Buffer,
  signWith: SharedSecret | undefined,
): Buffer {
  if (signWith === undefined) {
    return Buffer.concat([header(CODE.accessRequest, id, authenticator, attributes.length), attributes]);
  }
  const signature = Buffer.alloc(SIGNATURE_SIZE);
  signature.set([SLOT.messageAuthenticator, SIGNATURE_SIZE]);
  const size = attributes.length + SIGNATURE_SIZE;
  const packet = Buffer.concat([header(CODE.accessRequest, id, authenticator, size), attributes, signature]);
  signWith.hmac.signInto(packet, 0, packet.length, packet, packet.length - 16);
  return packet;
}

function header(code: number, id: number, authenticator: Uint8Array, attributesSize: number): Buffer {
  const size = HEADER_SIZE + attributesSize;
  return Buffer.concat([Buffer.of(code, id, size >>> 8, size & 255), authenticator]);
}
