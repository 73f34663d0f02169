import { createSocket, type Socket } from 'node:dgram';
import { InFlight } from './in-flight.ts';
import { REQUEST_SIZE_MAX } from './request-builder.ts';

const IDS = 256;
const BUFFER_OCTETS = 4 * 1024 * 1024;
const AUTHENTICATOR_END = 20;

/** What happened to an earlier request of a slot. */
export const PAST = { none: 0, unanswered: 1, answered: 2 } as const;
/** So many earlier requests of a slot are remembered: in an overload an answer may be late by several. */
const PAST_KEPT = 4;

/**
 * UDP sockets connected to one port of the server. A slot is one identifier of one source port, with the packet last
 * sent under it; all its state lies in arrays made beforehand.
 */
export class SourcePorts {
  readonly #sockets: Socket[] = [];
  readonly #lengths: Uint16Array;
  readonly inFlight: InFlight;
  /** Per slot: the whole room of its packet. */
  readonly packets: readonly Buffer[];
  readonly isWaiting: Uint8Array;
  readonly user: Int32Array;
  readonly kind: Uint8Array;
  readonly tries: Uint8Array;
  /** When the request was due, and (for the Start of a login) when that login was. */
  readonly dueMs: Float64Array;
  readonly loginDueMs: Float64Array;
  readonly sentMs: Float64Array;
  /** Per slot `PAST_KEPT` times the first 20 octets of an earlier request, what became of it, and which is the oldest. */
  readonly #pastHeaders: readonly Buffer[];
  readonly #past: Uint8Array;
  readonly #oldestPast: Uint8Array;
  /** Errors of the network, such as a server that is not there. */
  refused = 0;

  private constructor(count: number) {
    const slots = count * IDS;
    const room = Buffer.alloc(slots * REQUEST_SIZE_MAX);
    const headers = Buffer.alloc(slots * PAST_KEPT * AUTHENTICATOR_END);
    const part = (from: Buffer, size: number) => (_: unknown, slot: number) =>
      from.subarray(slot * size, (slot + 1) * size);
    this.packets = Array.from({ length: slots }, part(room, REQUEST_SIZE_MAX));
    this.#pastHeaders = Array.from({ length: slots * PAST_KEPT }, part(headers, AUTHENTICATOR_END));
    this.#past = new Uint8Array(slots * PAST_KEPT);
    this.#oldestPast = new Uint8Array(slots);
    this.#lengths = new Uint16Array(slots);
    this.inFlight = new InFlight(slots);
    this.isWaiting = new Uint8Array(slots);
    this.user = new Int32Array(slots);
    this.kind = new Uint8Array(slots);
    this.tries = new Uint8Array(slots);
    this.dueMs = new Float64Array(slots);
    this.loginDueMs = new Float64Array(slots);
    this.sentMs = new Float64Array(slots);
  }

  /** Opens `count` source ports; `onReply` gets the slot that a datagram's identifier names. */
  static async open(options: {
    readonly count: number;
    readonly port: number;
    readonly onReply: (ports: SourcePorts, slot: number, reply: Buffer) => void;
  }): Promise<SourcePorts> {
    const ports = new SourcePorts(options.count);
    for (let index = 0; index < options.count; index += 1) {
      const socket = createSocket({
        type: 'udp4',
        recvBufferSize: BUFFER_OCTETS,
        sendBufferSize: BUFFER_OCTETS,
      });
      socket.on('error', () => {
        ports.refused += 1;
      });
      socket.on('message', (reply) => options.onReply(ports, index * IDS + (reply[1] ?? 0), reply));
      await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
      await new Promise<void>((resolve) => socket.connect(options.port, '127.0.0.1', () => resolve()));
      ports.#sockets.push(socket);
    }
    return ports;
  }

  /** Takes a free slot; -1 when every identifier of every source port waits for an answer. */
  take(): number {
    const slot = this.inFlight.take();
    if (slot < 0) return slot;
    this.isWaiting[slot] = 1;
    this.tries[slot] = 0;
    return slot;
  }

  /** Sends the packet written into a slot. */
  send(slot: number, length: number, nowMs: number): void {
    this.#lengths[slot] = length;
    this.#transmit(slot, nowMs);
  }

  /** Sends the same octets again, as a router does. */
  sendAgain(slot: number, nowMs: number): void {
    this.inFlight.renew(slot);
    this.#transmit(slot, nowMs);
  }

  /** Ends a request; what it was is remembered, so that a second answer to it can be told from a wrong one. */
  release(slot: number, wasAnswered: boolean): void {
    const past = slot * PAST_KEPT + this.#oldestPast[slot];
    this.#oldestPast[slot] = (this.#oldestPast[slot] + 1) % PAST_KEPT;
    this.packets[slot].copy(this.#pastHeaders[past], 0, 0, AUTHENTICATOR_END);
    this.#past[past] = wasAnswered ? PAST.answered : PAST.unanswered;
    this.isWaiting[slot] = 0;
    this.inFlight.release(slot);
  }

  /** What became of the earlier request of this slot for which `isFor` says yes to its header; `none` if there is no such. */
  pastOf(slot: number, isFor: (header: Buffer) => boolean): number {
    for (let past = slot * PAST_KEPT; past < (slot + 1) * PAST_KEPT; past += 1) {
      if (this.#past[past] !== PAST.none && isFor(this.#pastHeaders[past])) return this.#past[past];
    }
    return PAST.none;
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }

  #transmit(slot: number, nowMs: number): void {
    this.tries[slot] += 1;
    this.sentMs[slot] = nowMs;
    this.#sockets[Math.floor(slot / IDS)].send(this.packets[slot], 0, this.#lengths[slot]);
  }
}
