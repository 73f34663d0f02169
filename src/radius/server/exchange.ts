import type { PacketView } from '../protocol/packet-view.ts';
import type { ReplyWriter } from '../protocol/reply-writer.ts';
import type { SharedSecret } from '../protocol/secret.ts';
import type { DropReason } from './counters.ts';
import type { NasClient, Source } from './nas-directory.ts';
import type { ReplyCache } from './reply-cache.ts';
import type { UdpSocket } from './udp-server.ts';

/** What one request needs to be answered, now or later. */
export class Exchange {
  readonly datagram: Buffer;
  readonly source: Source;
  readonly nas: NasClient;
  readonly secret: SharedSecret;
  readonly isSigned: boolean;
  readonly port: number;
  /** When it arrived: by the wall clock and by the monotonic one, milliseconds. */
  readonly arrivedAtMs: number;
  readonly arrivedTick: number;
  readonly #socket: UdpSocket;
  readonly #cache: ReplyCache;
  readonly #slot: number;

  constructor(parts: {
    datagram: Buffer;
    source: Source;
    nas: NasClient;
    secret: SharedSecret;
    isSigned: boolean;
    port: number;
    arrivedAtMs: number;
    arrivedTick: number;
    socket: UdpSocket;
    cache: ReplyCache;
  }) {
    this.datagram = parts.datagram;
    this.source = parts.source;
    this.nas = parts.nas;
    this.secret = parts.secret;
    this.isSigned = parts.isSigned;
    this.port = parts.port;
    this.arrivedAtMs = parts.arrivedAtMs;
    this.arrivedTick = parts.arrivedTick;
    this.#socket = parts.socket;
    this.#cache = parts.cache;
    this.#slot = parts.cache.slot;
  }

  /** Seals what the writer holds for this request; `view` must show its datagram. Sends it and remembers it. */
  send(writer: ReplyWriter, view: PacketView): void {
    const size = writer.finish(view, this.secret);
    this.sendBytes(writer.buffer, size);
  }

  /** Sends finished octets and remembers them for retransmissions. They are copied at once. */
  sendBytes(bytes: Buffer, size: number): void {
    const cache = this.#cache;
    if (!cache.isStill(this.#slot, this.source.index, this.port, this.datagram)) {
      this.#socket.send(Buffer.from(bytes.subarray(0, size)), 0, size, this.port, this.source.address);
      return;
    }
    const start = cache.store(this.#slot, bytes, size);
    this.#socket.send(cache.bytes, start, size, this.port, this.source.address);
  }

  /** Gives the request up: a retransmission of it is new work. */
  abandon(): void {
    if (this.#cache.isStill(this.#slot, this.source.index, this.port, this.datagram))
      this.#cache.forget(this.#slot);
  }
}

/** Handles one verified request; a reason means that it gets no answer. */
export type RequestHandler = (exchange: Exchange, view: PacketView) => DropReason | null;
