import { type Clock, systemClock } from '../../kernel/clock.ts';
import { randomFraction } from '../../kernel/ids.ts';
import type { Dynauth, DynauthRequest, DynauthResult } from '../../network/dynauth.port.ts';
import { CODE, codeName } from '../protocol/code.ts';
import { buildRequest, verifyReply } from '../protocol/codec.ts';
import { PacketView } from '../protocol/packet-view.ts';
import { SharedSecret } from '../protocol/secret.ts';
import { SLOT } from '../protocol/slots.ts';
import { DynauthSocket, type Outstanding } from './dynauth-socket.adapter.ts';
import { explainErrorCause } from './error-cause.ts';
import { retransmissionDelayMs } from './retransmission.ts';
import { sessionAttributes } from './session-attributes.ts';

/** What a client can be given for tests; the defaults are the machine's. */
export interface DynauthOptions {
  readonly clock?: Clock;
  /** A fraction in [0, 1) for the jitter of retransmissions. */
  readonly random?: () => number;
}

/** The RADIUS client for CoA and Disconnect, with what it counts. */
export interface DynauthClient extends Dynauth {
  /** Answers that were late, repeated or not genuine; they change nothing. */
  ignoredReplies(): number;
}

const outstandingMax = 8_192;
const idleCloseMs = 10_000;
const view = new PacketView();

/**
 * A client for CoA-Request and Disconnect-Request (RFC 5176): retransmits the same octets (RFC 5080 section 2.2.1),
 * believes only answers that verify, and opens a further socket when a NAS has 256 requests outstanding.
 */
export function openDynauth(options: DynauthOptions = {}): DynauthClient {
  const clock = options.clock ?? systemClock;
  const random = options.random ?? randomFraction;
  const sockets = new Map<string, DynauthSocket[]>();
  let outstanding = 0;
  let ignoredByClosed = 0;
  let isClosed = false;

  const socketFor = (request: DynauthRequest): DynauthSocket => {
    const { address, port, bindAddress } = request;
    const key = `${address} ${port} ${bindAddress ?? ''}`;
    const known = sockets.get(key) ?? [];
    for (const broken of known.filter((socket) => socket.isClosed)) ignoredByClosed += broken.ignored;
    const usable = known.filter((socket) => !socket.isClosed);
    let socket = usable.find((one) => one.freeIds > 0);
    if (socket === undefined) {
      socket = new DynauthSocket({ address, port, bindAddress });
      usable.push(socket);
    }
    sockets.set(key, usable);
    return socket;
  };

  const sweep = setInterval(() => {
    for (const [key, list] of sockets) {
      for (const socket of list) {
        if (socket.isIdle) socket.close('Idle.');
      }
      for (const closed of list.filter((socket) => socket.isClosed)) ignoredByClosed += closed.ignored;
      const open = list.filter((socket) => !socket.isClosed);
      if (open.length === 0) sockets.delete(key);
      else sockets.set(key, open);
    }
  }, idleCloseMs);
  sweep.unref();

  return {
    async send(request) {
      if (isClosed) return failure('The CoA client is closed.');
      if (outstanding >= outstandingMax)
        return failure(`More than ${outstandingMax} requests are under way.`);
      outstanding += 1;
      try {
        return await exchange(request, socketFor(request), clock, random);
      } finally {
        outstanding -= 1;
      }
    },
    async close() {
      isClosed = true;
      clearInterval(sweep);
      for (const socket of [...sockets.values()].flat()) socket.close('The CoA client was closed.');
    },
    ignoredReplies: () =>
      [...sockets.values()].flat().reduce((sum, socket) => sum + socket.ignored, ignoredByClosed),
  };
}

/** One request from its first datagram to its end. */
function exchange(
  request: DynauthRequest,
  socket: DynauthSocket,
  clock: Clock,
  random: () => number,
): Promise<DynauthResult> {
  return new Promise((resolve) => {
    const secret = new SharedSecret(request.secret);
    const { timeoutMs = 300, tries = 3 } = request;
    const startedMs = clock.monotonicMs();
    let sent = 0;
    let timer: NodeJS.Timeout | undefined;
    let packet: Buffer | undefined;

    const end = (result: Omit<DynauthResult, 'roundTripUs' | 'triesUsed'>): void => {
      clearTimeout(timer);
      if (id !== undefined) socket.release(id);
      const roundTripUs = Math.round((clock.monotonicMs() - startedMs) * 1000);
      resolve({ ...result, roundTripUs, triesUsed: sent });
    };
    const self: Outstanding = {
      accept: (datagram) => {
        if (packet === undefined || verifyReply(datagram, packet, secret) !== null) return false;
        const answer = answerOf(datagram, request.kind);
        if (answer !== undefined) end(answer);
        return answer !== undefined;
      },
      fail: (words) => end({ outcome: 'error', words }),
    };
    const id = socket.register(self);
    const built = build(request, id, secret, clock);
    if (typeof built === 'string') {
      end({ outcome: 'error', words: built });
      return;
    }
    packet = built;
    const step = (): void => {
      if (sent >= tries) {
        const waitedMs = Math.round(clock.monotonicMs() - startedMs);
        end({ outcome: 'timeout', words: silenceWords(request, sent, waitedMs) });
        return;
      }
      sent += 1;
      void socket.send(built);
      timer = setTimeout(step, retransmissionDelayMs(sent, timeoutMs, random()));
    };
    step();
  });
}

/** The packet, or the sentence why there is none. */
function build(
  request: DynauthRequest,
  id: number | undefined,
  secret: SharedSecret,
  clock: Clock,
): Buffer | string {
  if (id === undefined) return 'No RADIUS id is free for this router.';
  const { isSigned = false } = request;
  const built = buildRequest({
    code: request.kind === 'coa' ? CODE.coaRequest : CODE.disconnectRequest,
    id,
    attributes: [
      ...sessionAttributes(request.session),
      ...request.attributes,
      ...(isSigned ? [{ name: 'Event-Timestamp', value: Math.floor(clock.nowMs() / 1000) }] : []),
    ],
    secret,
    messageAuthenticator: isSigned,
  });
  return built.ok ? built.value : built.error;
}

/** What a genuine answer says; undefined when its code does not belong to the request. */
function answerOf(
  datagram: Buffer,
  kind: 'coa' | 'disconnect',
): Pick<DynauthResult, 'outcome' | 'words' | 'errorCause' | 'nak'> | undefined {
  if (view.read(datagram) !== null) return undefined;
  const [ack, nak] = kind === 'coa' ? [CODE.coaAck, CODE.coaNak] : [CODE.disconnectAck, CODE.disconnectNak];
  if (view.code === ack) return { outcome: 'ack', words: `${codeName(ack)}.` };
  if (view.code !== nak) return undefined;
  const code = view.has(SLOT.errorCause) ? view.uint32(SLOT.errorCause, 0) : undefined;
  const cause = explainErrorCause(code);
  return {
    outcome: 'nak',
    ...(code === undefined ? {} : { errorCause: code }),
    nak: cause.kind,
    words: `${codeName(nak)}${code === undefined ? '' : ` ${code}`}: ${cause.meaning} ${cause.advice}`,
  };
}

function silenceWords(request: DynauthRequest, sent: number, waitedMs: number): string {
  return (
    `No answer from ${request.address}:${request.port} to ${sent} datagrams in ${waitedMs} ms: ` +
    'the router is out of reach, has another secret, or has /radius incoming switched off.'
  );
}

function failure(words: string): DynauthResult {
  return { outcome: 'error', words, roundTripUs: 0, triesUsed: 0 };
}
