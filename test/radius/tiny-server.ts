import { createSocket, type Socket } from 'node:dgram';
import { chapMatches } from '../../src/radius/protocol/chap.ts';
import { CODE } from '../../src/radius/protocol/code.ts';
import {
  type AttributeInput,
  type DecodedAttribute,
  decodeAttributes,
  encodeAttributes,
} from '../../src/radius/protocol/codec.ts';
import {
  MsChapProof,
  msChap1Matches,
  msChap2Matches,
  ntHash,
  writeMsChap2Success,
} from '../../src/radius/protocol/mschap.ts';
import { PacketView } from '../../src/radius/protocol/packet-view.ts';
import { ReplyWriter } from '../../src/radius/protocol/reply-writer.ts';
import {
  checkMessageAuthenticator,
  hasValidRequestAuthenticator,
} from '../../src/radius/protocol/request-check.ts';
import { SharedSecret } from '../../src/radius/protocol/secret.ts';
import { SLOT } from '../../src/radius/protocol/slots.ts';
import { papMatches } from '../../src/radius/protocol/user-password.ts';

/** One datagram as the server got it. */
export interface Seen {
  readonly code: number;
  readonly datagram: Buffer;
  readonly sourcePort: number;
  readonly attributes: readonly DecodedAttribute[];
  /** Value by name, of the first of each name. */
  readonly values: Readonly<Record<string, string>>;
}

/** The smallest RADIUS server that can judge a router: one password for all, fixed Accept attributes, a log. */
export class TinyServer {
  readonly seen: Seen[] = [];
  readonly secret: SharedSecret;
  password = 'secret';
  accept: AttributeInput[] = [];
  /** Answers no accounting while false. */
  answersAccounting = true;
  answersAccess = true;
  #sockets: Socket[] = [];
  readonly #view = new PacketView();
  readonly #writer = new ReplyWriter();
  authPort = 0;
  acctPort = 0;

  constructor(secret: string) {
    this.secret = new SharedSecret(secret);
  }

  async open(): Promise<this> {
    this.authPort = await this.#bind();
    this.acctPort = await this.#bind();
    return this;
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }

  /** Accounting records of a status (1 Start, 2 Stop, 3 Interim), retransmissions included. */
  accounting(status: 'Start' | 'Stop' | 'Interim-Update'): Seen[] {
    return this.seen.filter((seen) => seen.code === 4 && seen.values['Acct-Status-Type'] === status);
  }

  #bind(): Promise<number> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
    this.#sockets.push(socket);
    socket.on('message', (datagram, from) => {
      const reply = this.#handle(datagram, from.port);
      if (reply !== undefined) socket.send(reply, from.port, from.address);
    });
    return new Promise((resolve) => {
      socket.bind(0, '127.0.0.1', () => resolve(socket.address().port));
    });
  }

  #handle(datagram: Buffer, sourcePort: number): Buffer | undefined {
    if (this.#view.read(datagram) !== null) return undefined;
    const attributes = decodeAttributes(datagram);
    const values = Object.fromEntries([...attributes].reverse().map(({ name, value }) => [name, value]));
    this.seen.push({ code: this.#view.code, datagram, sourcePort, attributes, values });
    if (this.#view.code === CODE.accountingRequest) {
      if (!this.answersAccounting || !hasValidRequestAuthenticator(this.#view, this.secret)) return undefined;
      return this.#finish(this.#writer.begin(CODE.accountingResponse));
    }
    if (!this.answersAccess || checkMessageAuthenticator(this.#view, this.secret) === 'invalid')
      return undefined;
    return this.#judge();
  }

  #judge(): Buffer {
    const proof = new MsChapProof();
    const name = Buffer.from(this.#view.text(SLOT.userName) ?? '');
    const isRight =
      papMatches(this.#view, this.secret, Buffer.from(this.password)) ||
      chapMatches(this.#view, Buffer.from(this.password)) ||
      msChap1Matches(this.#view, ntHash(this.password), proof) ||
      msChap2Matches(this.#view, ntHash(this.password), name, proof);
    if (!isRight) {
      return this.#finish(this.#writer.begin(CODE.accessReject).text(SLOT.replyMessage, 'wrong_password'));
    }
    const encoded = encodeAttributes(this.accept);
    if (!encoded.ok) throw new Error(encoded.error);
    this.#writer.begin(CODE.accessAccept).raw(encoded.value);
    if (this.#view.has(SLOT.msChap2Response)) writeMsChap2Success(this.#writer, proof);
    return this.#finish(this.#writer);
  }

  #finish(writer: ReplyWriter): Buffer {
    return Buffer.from(writer.buffer.subarray(0, writer.finish(this.#view, this.secret)));
  }
}
