import { createSocket, type Socket } from 'node:dgram';
import { AppError } from '../../kernel/errors.ts';

/** Takes a datagram; must not throw. `bytes` belongs to the receiver. */
export type DatagramHandler = (bytes: Buffer, address: string, port: number, socket: UdpSocket) => void;

const SEND_BUFFER_OCTETS = 8 * 1024 * 1024;

/** A bound socket that can answer. */
export interface UdpSocket {
  /** Sends `size` octets from `start`; the octets must stay as they are for a moment. Errors are counted, not thrown. */
  send(bytes: Buffer, start: number, size: number, port: number, address: string): void;
}

/** The sockets of one RADIUS port. */
export interface UdpServer {
  readonly addresses: readonly string[];
  /** Stops receiving and closes; answers already handed to `send` still leave. */
  close(): Promise<void>;
}

/**
 * Binds one socket per host address (v4 and v6 apart). A taken port rejects with `port_busy`, naming port and
 * variable. An address family the machine lacks is left out as long as one address could be bound.
 */
export async function openUdpServer(options: {
  readonly hosts: readonly string[];
  readonly port: number;
  readonly variable: string;
  /**
   * How much the system keeps of what has not been read (it counts about 768 octets and more for a small packet, and grants
   * twice this number). In an overload this queue is always full and bounds how old a request is when its turn comes: it
   * must be younger than the patience of routers, 300 ms, or every answer comes too late (docs/decisions/0015).
   */
  readonly receiveBufferOctets: number;
  readonly onDatagram: DatagramHandler;
  readonly onError: (error: unknown) => void;
}): Promise<UdpServer> {
  const sockets: Socket[] = [];
  const addresses: string[] = [];
  const missing: unknown[] = [];
  try {
    for (const host of options.hosts) {
      try {
        const socket = await bind(host, options);
        sockets.push(socket);
        const { address, port } = socket.address();
        addresses.push(address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`);
      } catch (error) {
        if (options.hosts.length === 1 || !isFamilyMissing(error)) throw error;
        missing.push(error);
      }
    }
    if (sockets.length === 0) throw missing[0];
  } catch (error) {
    await Promise.all(sockets.map(closeSocket));
    throw describe(error, options);
  }
  return {
    addresses,
    close: async () => {
      await Promise.all(sockets.map(closeSocket));
    },
  };
}

function bind(
  host: string,
  options: {
    port: number;
    receiveBufferOctets: number;
    onDatagram: DatagramHandler;
    onError: (error: unknown) => void;
  },
): Promise<Socket> {
  const isV6 = host.includes(':');
  const socket = createSocket({
    type: isV6 ? 'udp6' : 'udp4',
    ipv6Only: isV6,
    recvBufferSize: options.receiveBufferOctets,
    sendBufferSize: SEND_BUFFER_OCTETS,
    // Answers go to addresses, never to names: this spares a tick of the event loop per reply.
    lookup: (address, _options, done) => done(null, address, isV6 ? 6 : 4),
  });
  const wrapped: UdpSocket = {
    send: (bytes, start, size, port, address) => {
      socket.send(bytes, start, size, port, address);
    },
  };
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(options.port, host, () => {
      socket.removeListener('error', reject);
      socket.on('error', options.onError);
      socket.on('message', (bytes, info) => {
        // Port 0 cannot be answered: only a forged datagram has it, and sending to it throws.
        if (info.port !== 0) options.onDatagram(bytes, info.address, info.port, wrapped);
      });
      resolve(socket);
    });
  });
}

function closeSocket(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}

function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

function isFamilyMissing(error: unknown): boolean {
  return ['EAFNOSUPPORT', 'EADDRNOTAVAIL'].includes(errorCode(error));
}

function describe(error: unknown, options: { port: number; variable: string }): unknown {
  if (errorCode(error) !== 'EADDRINUSE') return error;
  return new AppError(
    'unavailable',
    'port_busy',
    `UDP port ${options.port} is taken by another program: stop it or set ${options.variable}.`,
    { cause: error },
  );
}
