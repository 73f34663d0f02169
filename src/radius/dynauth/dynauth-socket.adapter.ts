import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';

/** A request on the wire, as its socket sees it. */
export interface Outstanding {
  /** Judges a datagram with this request's id; false when it is not a genuine answer. */
  accept(datagram: Buffer): boolean;
  /** The host refused the datagrams, or the socket broke. */
  fail(words: string): void;
}

/** Where a socket is connected to, and from which local address. */
export interface SocketTarget {
  readonly address: string;
  readonly port: number;
  readonly bindAddress: string | undefined;
}

const ID_COUNT = 256;

/**
 * One UDP socket connected to one NAS: the kernel lets only that NAS answer and reports its ICMP refusals. It has
 * 256 ids, handed out least recently used first, so that a late answer seldom meets a new request with its id.
 */
export class DynauthSocket {
  readonly target: SocketTarget;
  /** True once it broke or was closed; it takes no more requests. */
  isClosed = false;
  /** Answers to no outstanding request, and answers that were not genuine. */
  ignored = 0;
  readonly #socket: Socket;
  readonly #freeIds = Array.from({ length: ID_COUNT }, (_, id) => id);
  readonly #outstanding = new Map<number, Outstanding>();
  readonly #ready: Promise<void>;

  constructor(target: SocketTarget) {
    this.target = target;
    this.#socket = createSocket(isIPv6(target.address) ? 'udp6' : 'udp4');
    this.#ready = new Promise((resolve) => {
      this.#socket.once('connect', resolve);
      this.#socket.once('close', resolve);
    });
    this.#socket.on('message', (datagram) => this.#receive(datagram));
    this.#socket.on('error', (error) => this.#broke(error));
    const connect = (): void => this.#socket.connect(target.port, target.address);
    if (target.bindAddress === undefined) connect();
    else this.#socket.bind({ address: target.bindAddress, port: 0 }, connect);
  }

  get freeIds(): number {
    return this.isClosed ? 0 : this.#freeIds.length;
  }

  get isIdle(): boolean {
    return this.#outstanding.size === 0;
  }

  /** Takes an id for a request; undefined when all are in use. */
  register(request: Outstanding): number | undefined {
    const id = this.isClosed ? undefined : this.#freeIds.shift();
    if (id !== undefined) this.#outstanding.set(id, request);
    return id;
  }

  /** Gives an id back; it is the last to be used again. */
  release(id: number): void {
    if (this.#outstanding.delete(id)) this.#freeIds.push(id);
  }

  /** Sends when the socket is connected; failures come to the request through `fail`. */
  async send(datagram: Buffer): Promise<void> {
    await this.#ready;
    if (!this.isClosed) {
      this.#socket.send(datagram, (error) => {
        if (error) this.#broke(error);
      });
    }
  }

  close(words: string): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#failAll(words);
    this.#socket.close();
  }

  #receive(datagram: Buffer): void {
    const request = datagram.length > 1 ? this.#outstanding.get(datagram[1]) : undefined;
    if (request === undefined || !request.accept(datagram)) this.ignored += 1;
  }

  #broke(error: Error): void {
    const code = 'code' in error ? error.code : undefined;
    if (code === 'ECONNREFUSED') {
      this.#failAll(`Nothing listens on UDP port ${this.target.port} of ${this.target.address}.`);
      return;
    }
    this.close(`${this.target.address} cannot be reached: ${error.message}.`);
  }

  #failAll(words: string): void {
    for (const request of [...this.#outstanding.values()]) request.fail(words);
  }
}
