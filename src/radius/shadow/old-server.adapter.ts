import { DynauthSocket } from '../dynauth/dynauth-socket.adapter.ts';
import { verifyReply } from '../protocol/codec.ts';
import type { ForwardOrder, OldServerPort } from '../server/old-server.port.ts';

/** Of 256 requests each; beyond them the old server is overloaded anyway. */
const socketsMax = 16;
/** Before the router itself would repeat, whose `timeout` is 3 s here. */
const triesMax = 3;

/** Forwards to old servers: same octets again while there is no answer, and only genuine answers count. */
export function openOldServers(): OldServerPort {
  const pools = new Map<string, DynauthSocket[]>();

  const socketFor = ({ server, kind }: ForwardOrder): DynauthSocket | undefined => {
    const port = kind === 'auth' ? server.authPort : server.acctPort;
    const key = `${server.address} ${port}`;
    const usable = (pools.get(key) ?? []).filter((socket) => !socket.isClosed);
    let socket = usable.find((one) => one.freeIds > 0);
    if (socket === undefined && usable.length < socketsMax) {
      socket = new DynauthSocket({ address: server.address, port, bindAddress: undefined });
      usable.push(socket);
    }
    pools.set(key, usable);
    return socket;
  };

  return {
    forward(order) {
      const socket = socketFor(order);
      return socket !== undefined && exchange(socket, order);
    },
    close() {
      for (const socket of [...pools.values()].flat()) socket.close('The server stops.');
    },
  };
}

/** One request from its first datagram to its end; false when no id is free. */
function exchange(socket: DynauthSocket, { server, build, onEnd }: ForwardOrder): boolean {
  let timer: NodeJS.Timeout | undefined;
  let sent = 0;
  let packet: Buffer | undefined;
  let hasEnded = false;
  const end = (reply: Buffer | undefined): void => {
    if (hasEnded) return;
    hasEnded = true;
    clearTimeout(timer);
    if (id !== undefined) socket.release(id);
    onEnd(reply);
  };
  const id = socket.register({
    accept: (datagram) => {
      if (packet === undefined || verifyReply(datagram, packet, server.secret) !== null) return false;
      end(Buffer.from(datagram));
      return true;
    },
    fail: () => end(undefined),
  });
  if (id === undefined) return false;
  packet = build(id);
  const octets = packet;
  const step = (): void => {
    if (sent >= triesMax) {
      end(undefined);
      return;
    }
    sent += 1;
    void socket.send(octets);
    timer = setTimeout(step, server.timeoutMs / triesMax);
  };
  step();
  return true;
}
