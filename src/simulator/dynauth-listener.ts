import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { CODE } from '../radius/protocol/code.ts';
import { buildReply, type DecodedAttribute, decodeAttributes } from '../radius/protocol/codec.ts';
import { PacketView } from '../radius/protocol/packet-view.ts';
import { checkMessageAuthenticator, hasValidRequestAuthenticator } from '../radius/protocol/request-check.ts';
import type { SharedSecret } from '../radius/protocol/secret.ts';
import { SLOT } from '../radius/protocol/slots.ts';
import type { Statistics } from './statistics.ts';

/** How the listener misbehaves; change it while it runs. */
export interface DynauthFaults {
  /** Takes requests and says nothing, as with `/radius incoming` switched off. */
  isSilent: boolean;
  /** Answers every genuine request with a NAK of this Error-Cause and does nothing. */
  nakWith: number | undefined;
  /** Drops requests without Message-Authenticator or Event-Timestamp, as a strict NAS does (RFC 5176 section 6.3). */
  demandsSignature: boolean;
  /** Wait before each answer. */
  answerDelayMs: number;
  /** How often each answer is sent. */
  answerCopies: number;
}

/** A genuine request as it arrived, retransmissions included. */
export interface ReceivedRequest {
  readonly kind: 'coa' | 'disconnect';
  readonly datagram: Buffer;
  readonly attributes: readonly DecodedAttribute[];
  readonly atMs: number;
}

/** What the router does with a genuine request: undefined = ACK, a number = NAK with that Error-Cause. */
export type DynauthAction = (
  kind: 'coa' | 'disconnect',
  attributes: readonly DecodedAttribute[],
) => number | undefined;

const receivedMax = 5_000;
const answersKeptMax = 4_096;
/** A wave of requests for all sessions of a router arrives within milliseconds. */
const receiveBufferOctets = 4 * 1024 * 1024;
const view = new PacketView();

/** The `/radius incoming` of a simulated router: CoA- and Disconnect-Requests on UDP (RFC 5176). */
export class DynauthListener {
  readonly faults: DynauthFaults = {
    isSilent: false,
    nakWith: undefined,
    demandsSignature: false,
    answerDelayMs: 0,
    answerCopies: 1,
  };
  /** The newest genuine requests, retransmissions included. */
  readonly received: ReceivedRequest[] = [];
  /** Without power nothing is heard. */
  isOff = false;
  /** Replaced to give the router another secret than the server believes. */
  secret: SharedSecret;
  readonly #identity: string;
  readonly #act: DynauthAction;
  readonly #statistics: Statistics;
  /** Answers by source, id and authenticator: a retransmission gets the same answer and does nothing again. */
  readonly #answers = new Map<string, Buffer>();
  #socket: Socket | undefined;

  constructor(given: {
    readonly secret: SharedSecret;
    readonly identity: string;
    readonly act: DynauthAction;
    readonly statistics: Statistics;
  }) {
    this.secret = given.secret;
    this.#identity = given.identity;
    this.#act = given.act;
    this.#statistics = given.statistics;
  }

  /** Binds the socket (port 0 = any); resolves with the port, rejects when the address or port is not to be had. */
  open(address: string, port: number): Promise<number> {
    const type = isIPv6(address) ? 'udp6' : 'udp4';
    const socket = createSocket({ type, recvBufferSize: receiveBufferOctets });
    this.#socket = socket;
    socket.on('message', (datagram, from) => this.#receive(datagram, from));
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.bind({ address, port }, () => {
        socket.off('error', reject);
        socket.on('error', () => {});
        resolve(socket.address().port);
      });
    });
  }

  /** Forgets answers given, as a reboot does. */
  forget(): void {
    this.#answers.clear();
  }

  close(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }

  #receive(datagram: Buffer, from: RemoteInfo): void {
    if (this.isOff || view.read(datagram) !== null) return;
    if (view.code !== CODE.coaRequest && view.code !== CODE.disconnectRequest) return;
    const kind = view.code === CODE.coaRequest ? 'coa' : 'disconnect';
    const isGenuine =
      hasValidRequestAuthenticator(view, this.secret) &&
      checkMessageAuthenticator(view, this.secret) !== 'invalid';
    if (!isGenuine) {
      this.#statistics.badDynauthRequests += 1;
      return;
    }
    if (kind === 'coa') this.#statistics.coaRequests += 1;
    else this.#statistics.disconnectRequests += 1;
    const attributes = decodeAttributes(datagram);
    this.received.push({ kind, datagram, attributes, atMs: performance.now() });
    if (this.received.length > receivedMax) this.received.shift();
    const isBare = !view.has(SLOT.messageAuthenticator) || !view.has(SLOT.eventTimestamp);
    if (this.faults.isSilent || (isBare && this.faults.demandsSignature)) return;
    const key = `${from.address} ${from.port} ${datagram.toString('latin1', 1, 2)}${datagram.toString('latin1', 4, 20)}`;
    const answer = this.#answers.get(key) ?? this.#answer(kind, datagram, attributes);
    if (answer === undefined) return;
    if (this.#answers.size >= answersKeptMax) this.#answers.clear();
    this.#answers.set(key, answer);
    this.#reply(answer, from);
  }

  #answer(
    kind: 'coa' | 'disconnect',
    request: Buffer,
    attributes: readonly DecodedAttribute[],
  ): Buffer | undefined {
    const errorCause = this.faults.nakWith ?? this.#act(kind, attributes);
    const [ack, nak] = kind === 'coa' ? [CODE.coaAck, CODE.coaNak] : [CODE.disconnectAck, CODE.disconnectNak];
    const built = buildReply({
      code: errorCause === undefined ? ack : nak,
      request,
      secret: this.secret,
      attributes: [
        { name: 'NAS-Identifier', value: this.#identity },
        ...(errorCause === undefined ? [] : [{ name: 'Error-Cause', value: errorCause }]),
      ],
    });
    return built.ok ? built.value : undefined;
  }

  #reply(answer: Buffer, to: RemoteInfo): void {
    const { answerDelayMs, answerCopies } = this.faults;
    const send = (): void => {
      for (let copy = 0; copy < answerCopies; copy += 1) this.#socket?.send(answer, to.port, to.address);
    };
    if (answerDelayMs > 0) setTimeout(send, answerDelayMs);
    else send();
  }
}
