import type { Clock } from '../../kernel/clock.ts';
import { CODE } from '../protocol/code.ts';
import { verifyReply } from '../protocol/codec.ts';
import { PacketView } from '../protocol/packet-view.ts';
import type { SharedSecret } from '../protocol/secret.ts';
import type { DropReason, RadiusCounters } from './counters.ts';
import type { DropNotes } from './drop-notes.ts';
import { Exchange, type RequestHandler } from './exchange.ts';
import type { NasDirectory } from './nas-directory.ts';
import { matchNas, NasMatch, refuseUnsigned } from './nas-match.ts';
import type { ReplyCache } from './reply-cache.ts';
import type { DatagramHandler, UdpSocket } from './udp-server.ts';

/** What a port's dispatcher works with. */
export interface DispatchContext {
  readonly clock: Clock;
  readonly nasDirectory: NasDirectory;
  readonly cache: ReplyCache;
  readonly counters: RadiusCounters;
  readonly dropNotes: DropNotes;
  /** By packet code; a code without a handler is dropped. */
  readonly handlers: ReadonlyMap<number, RequestHandler>;
  /** Called for a genuine Access-Request, before it is handled. */
  readonly onAccessRequest?: (exchange: Exchange) => void;
}

/**
 * The way of every datagram (architecture section 5): known source, well-formed, no duplicate, genuine, then its
 * handler. What fails is dropped silently and counted; nothing a sender puts in a datagram can throw past here,
 * for a process that died of one packet would die of its retransmission too.
 */
export function openDispatcher(context: DispatchContext): DatagramHandler {
  const { clock, nasDirectory, cache, counters, dropNotes, handlers } = context;
  const view = new PacketView();
  const match = new NasMatch();

  function handle(datagram: Buffer, address: string, port: number, socket: UdpSocket): DropReason | null {
    match.nas = undefined;
    const source = nasDirectory.source(address);
    if (source === undefined) return 'unknown_nas';
    const fault = view.read(datagram);
    if (fault !== null) return fault;
    const handler = handlers.get(view.code);
    if (handler === undefined) return 'unexpected_code';
    const arrivedTick = clock.monotonicMs();
    const refusal = matchNas(view, source, view.code === CODE.accountingRequest, match);
    const { nas, secret } = match;
    if (refusal !== null || nas === undefined || secret === undefined) return refusal ?? 'bad_authenticator';
    if (view.code === CODE.statusServer && !match.isSigned) return 'unsigned';
    if (view.code === CODE.accessRequest && !match.isSigned) {
      const unsigned = refuseUnsigned(view, nas);
      if (unsigned !== null) return unsigned;
    }
    const verdict = cache.look(source.index, port, datagram, arrivedTick);
    if (verdict === 'in_work') {
      counters.duplicatesIgnored += 1;
      return null;
    }
    const other = verdict === 'answered' ? otherSecret(view, match, cache) : undefined;
    if (other !== undefined) {
      cache.reopen();
    } else if (verdict === 'answered') {
      counters.duplicatesAnswered += 1;
      socket.send(cache.bytes, cache.replyStart, cache.replySize, port, source.address);
      return null;
    }
    const exchange = new Exchange({
      datagram,
      source,
      nas,
      secret: other ?? secret,
      isSigned: match.isSigned,
      port,
      arrivedAtMs: clock.nowMs(),
      arrivedTick,
      socket,
      cache,
    });
    if (view.code === CODE.accessRequest) context.onAccessRequest?.(exchange);
    return handled(handler, exchange, view);
  }

  return (bytes, rawAddress, port, socket) => {
    const address = plainAddress(rawAddress);
    let reason: DropReason | null = 'fault';
    try {
      reason = handle(bytes, address, port, socket);
    } catch (error) {
      dropNotes.fault(error);
    }
    if (reason === null) return;
    counters.drop(reason);
    if (reason !== 'overload' && reason !== 'not_ready') {
      dropNotes.add(reason, address, match.nas?.id ?? null);
    }
  };
}

/** What becomes of a request; one that gets no answer is given up, whether the handler says so or throws. */
function handled(handler: RequestHandler, exchange: Exchange, view: PacketView): DropReason | null {
  let reason: DropReason | null = 'fault';
  try {
    reason = handler(exchange, view);
  } finally {
    if (reason !== null) exchange.abandon();
  }
  return reason;
}

/**
 * Of an unsigned login nothing tells which of two secrets a router has while they are rotated. One that sends again what
 * has been answered may not have believed the answer: the next one is made under the secret that one was not.
 */
function otherSecret(view: PacketView, match: NasMatch, cache: ReplyCache): SharedSecret | undefined {
  const { nas, isSigned } = match;
  if (isSigned || view.code !== CODE.accessRequest || nas === undefined || nas.secrets.length < 2)
    return undefined;
  const answer = cache.bytes.subarray(cache.replyStart, cache.replyStart + cache.replySize);
  return nas.secrets.find((one) => verifyReply(answer, view.bytes, one) !== null);
}

/** A link-local source without its zone; the sender's address is what a NAS is configured by. */
function plainAddress(address: string): string {
  const zone = address.indexOf('%');
  return zone < 0 ? address : address.slice(0, zone);
}
