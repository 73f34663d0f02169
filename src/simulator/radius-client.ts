import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { verifyReply } from '../radius/protocol/codec.ts';
import type { SharedSecret } from '../radius/protocol/secret.ts';
import { fateOf, type NetworkFaults } from './faults.ts';
import type { Statistics } from './statistics.ts';

/** How a router talks to its server. Waits are real time: networks do not speed up. */
export interface RadiusClientOptions {
  /** The router's own address; every socket is bound to it. */
  readonly address: string;
  readonly host: string;
  readonly secret: SharedSecret;
  /** Wait for an answer to each datagram. */
  readonly timeoutMs: number;
  /** Datagrams sent at most, all with the same octets. */
  readonly tries: number;
  readonly faults: NetworkFaults;
  readonly random: () => number;
  readonly statistics: Statistics;
}

/** A genuine answer. */
export interface Answer {
  readonly reply: Buffer;
  /** From the first datagram to the answer. */
  readonly elapsedMs: number;
}

/** A request that waits for its answer. */
interface Pending {
  readonly accept: (datagram: Buffer) => void;
  readonly abort: () => void;
}

const ID_COUNT = 256;
const socketsMax = 64;
const waitingMax = 100_000;
const receiveBufferOctets = 4 * 1024 * 1024;

/**
 * The RADIUS client of a simulated router: ids 0 to 255 over as many source ports as are needed, identical
 * retransmissions, and the network's faults on the way out and back.
 */
export class RadiusClient {
  readonly #options: RadiusClientOptions;
  readonly #ports: SourcePort[] = [];
  readonly #waiting: ((slot: Slot | undefined) => void)[] = [];
  #isClosed = false;

  constructor(options: RadiusClientOptions) {
    this.#options = options;
  }

  /**
   * Sends a request to a port of the server; undefined when no genuine answer came or the router lost its power.
   * RouterOS 7.15 demands a Message-Authenticator in the reply to a login.
   */
  async exchange(request: {
    readonly port: number;
    readonly build: (id: number) => Buffer;
    readonly requireMessageAuthenticator: boolean;
  }): Promise<Answer | undefined> {
    const slot = this.#freeSlot() ?? (await this.#nextFreeSlot());
    if (slot === undefined || this.#isClosed) return undefined;
    return new Promise((resolve) => {
      const { timeoutMs, tries, secret, statistics } = this.#options;
      const { source, id } = slot;
      const packet = request.build(id);
      const startedMs = performance.now();
      let sent = 0;
      let timer: NodeJS.Timeout | undefined;
      const end = (answer: Answer | undefined): void => {
        clearTimeout(timer);
        source.pending.delete(id);
        source.giveBack(id);
        this.#serveWaiting(source);
        resolve(answer);
      };
      source.pending.set(id, {
        abort: () => end(undefined),
        accept: (reply) => {
          const fault = verifyReply(reply, packet, secret, request);
          if (fault === null) end({ reply, elapsedMs: performance.now() - startedMs });
          else statistics.badReplies += 1;
        },
      });
      const step = (): void => {
        if (sent >= tries) {
          end(undefined);
          return;
        }
        if (sent > 0) statistics.retransmissions += 1;
        sent += 1;
        this.#transmit(source, packet, request.port);
        timer = setTimeout(step, timeoutMs);
      };
      step();
    });
  }

  /** Forgets every request under way, as a router without power does. */
  abortAll(): void {
    for (const port of this.#ports) {
      for (const pending of [...port.pending.values()]) pending.abort();
    }
  }

  /** Aborts what is under way and closes the sockets. */
  close(): void {
    this.#isClosed = true;
    this.abortAll();
    for (const port of this.#ports) port.socket.close();
    this.#ports.length = 0;
    for (const waiter of this.#waiting.splice(0)) waiter(undefined);
  }

  #transmit(source: SourcePort, packet: Buffer, port: number): void {
    const { faults, random, host } = this.#options;
    for (const delayMs of fateOf(faults, random)) {
      const send = (): void => {
        if (!this.#isClosed) source.socket.send(packet, port, host);
      };
      if (delayMs === 0) send();
      else setTimeout(send, delayMs);
    }
  }

  #freeSlot(): Slot | undefined {
    for (const source of this.#ports) {
      const id = source.takeId();
      if (id !== undefined) return { source, id };
    }
    if (this.#ports.length >= socketsMax || this.#isClosed) return undefined;
    const source = this.#openPort();
    const id = source.takeId();
    return id === undefined ? undefined : { source, id };
  }

  #nextFreeSlot(): Promise<Slot | undefined> {
    if (this.#isClosed || this.#waiting.length >= waitingMax) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** The id goes to the waiter in the same step that finds it free. */
  #serveWaiting(source: SourcePort): void {
    const waiter = this.#waiting[0];
    if (waiter === undefined) return;
    const id = source.takeId();
    if (id === undefined) return;
    this.#waiting.shift();
    waiter({ source, id });
  }

  #openPort(): SourcePort {
    const { address, faults, random } = this.#options;
    const socket = createSocket({
      type: isIPv6(address) ? 'udp6' : 'udp4',
      recvBufferSize: receiveBufferOctets,
    });
    const port = new SourcePort(socket);
    socket.on('message', (datagram) => {
      for (const delayMs of fateOf(faults, random)) {
        if (delayMs === 0) port.receive(datagram);
        else setTimeout(() => port.receive(datagram), delayMs);
      }
    });
    // An unreachable server is silence to a router: the retransmissions end it.
    socket.on('error', () => {});
    socket.bind({ address, port: 0 });
    this.#ports.push(port);
    return port;
  }
}

/** An id of a source port, taken. */
interface Slot {
  readonly source: SourcePort;
  readonly id: number;
}

/** One UDP source port with its 256 ids, used in turn. */
class SourcePort {
  readonly socket: Socket;
  readonly pending = new Map<number, Pending>();
  readonly #freeIds = Array.from({ length: ID_COUNT }, (_, id) => id);

  constructor(socket: Socket) {
    this.socket = socket;
  }

  takeId(): number | undefined {
    return this.#freeIds.shift();
  }

  giveBack(id: number): void {
    this.#freeIds.push(id);
  }

  receive(datagram: Buffer): void {
    if (datagram.length > 1) this.pending.get(datagram[1])?.accept(datagram);
  }
}
