import { createSocket, type Socket } from 'node:dgram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LoadRun } from '../../src/bench/load/load-run.ts';
import type { RunOrder, RunResult } from '../../src/bench/load/messages.ts';
import { MsChapAnswers } from '../../src/bench/load/ms-chap-answers.ts';
import { planOf } from '../../src/bench/load/population.ts';
import { ReplyCheck } from '../../src/bench/load/reply-check.ts';
import { RequestBuilder } from '../../src/bench/load/request-builder.ts';
import { ledgerEntries, SessionBook } from '../../src/bench/load/session-book.ts';
import { CODE } from '../../src/radius/protocol/code.ts';
import { PacketView } from '../../src/radius/protocol/packet-view.ts';
import { ReplyWriter } from '../../src/radius/protocol/reply-writer.ts';
import { SharedSecret } from '../../src/radius/protocol/secret.ts';
import { SLOT, VENDOR } from '../../src/radius/protocol/slots.ts';

const USERS = 40;
const MIKROTIK_RATE_LIMIT = 8;
const secret = new SharedSecret('spoilt');
const classValue = Buffer.from('class of the login');

/** What the server does to an answer; nothing at all when it says `drop`. */
type Spoil = (reply: { code: number; isSigned: boolean; rate: string; times: number }) => void;

let sockets: Socket[] = [];
let book: SessionBook;
let classesSeen = 0;

/** A server that answers everything, after `spoil` has had its way; `flip` turns over the octet at that place. */
async function serve(spoil: Spoil, flip?: number): Promise<number> {
  const socket = createSocket('udp4');
  const view = new PacketView();
  const writer = new ReplyWriter();
  socket.on('message', (request, { port, address }) => {
    view.read(request);
    const isLogin = view.code === CODE.accessRequest;
    if (!isLogin && view.slice(SLOT.class)?.equals(classValue)) classesSeen += 1;
    const user = Number(view.text(SLOT.userName)?.slice(4));
    const reply = {
      code: isLogin ? CODE.accessAccept : CODE.accountingResponse,
      isSigned: isLogin,
      rate: planOf(user).rateLimit,
      times: 1,
    };
    spoil(reply);
    writer.begin(reply.code, reply.isSigned);
    if (isLogin) {
      writer.vendor(VENDOR.mikrotik, MIKROTIK_RATE_LIMIT, Buffer.from(reply.rate));
      writer.bytesAttribute(SLOT.class, classValue);
    }
    const bytes = Buffer.from(writer.buffer.subarray(0, writer.finish(view, secret)));
    if (flip !== undefined) bytes[flip] ^= 1;
    for (let time = 0; time < reply.times; time += 1) socket.send(bytes, port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  sockets.push(socket);
  return socket.address().port;
}

async function runAgainst(
  port: number,
  order: Partial<RunOrder> & Pick<RunOrder, 'workload'>,
): Promise<RunResult> {
  const answers = new MsChapAnswers(USERS);
  const defaults: Omit<RunOrder, 'workload'> = {
    method: 'pap',
    window: 4,
    limit: 20,
    steps: [],
    timeoutMs: 400,
    tries: 2,
    normalMs: 100,
  };
  const { result } = await LoadRun.run(
    { ...defaults, ...order },
    {
      book,
      builder: new RequestBuilder(secret, () => answers),
      check: new ReplyCheck(secret, () => answers),
      authPort: port,
      acctPort: port,
      from: 0,
    },
  );
  return result;
}

beforeEach(() => {
  book = new SessionBook(USERS);
  classesSeen = 0;
});

afterEach(() => {
  for (const socket of sockets) socket.close();
  sockets = [];
});

describe('the load generator', () => {
  it('finds nothing wrong with a good server', async () => {
    const port = await serve(() => undefined);
    const result = await runAgainst(port, { workload: 'login' });
    expect(result).toMatchObject({ answers: 20, bad: {}, unanswered: 0, retransmissions: 0 });
    expect(result.login.count).toBe(20);
    expect(result.ratePerS).toBeGreaterThan(0);
  });

  it.each<{ title: string; spoil: Spoil; flip?: number; method?: 'mschapv2'; reason: string }>([
    {
      title: 'a right password that is rejected',
      spoil: (reply) => {
        reply.code = CODE.accessReject;
      },
      reason: 'rejected',
    },
    {
      title: 'the rate limit of another plan',
      spoil: (reply) => {
        reply.rate = '1M/1M';
      },
      reason: 'wrong_rate_limit',
    },
    {
      title: 'an answer to a login without Message-Authenticator',
      spoil: (reply) => {
        reply.isSigned = false;
      },
      reason: 'no_message_authenticator',
    },
    { title: 'an altered Response Authenticator', spoil: () => undefined, flip: 6, reason: 'not_genuine' },
    { title: 'an altered attribute', spoil: () => undefined, flip: 44, reason: 'not_genuine' },
    {
      title: 'a code that answers something else',
      spoil: (reply) => {
        reply.code = CODE.accessChallenge;
      },
      reason: 'wrong_code',
    },
    {
      title: 'MS-CHAPv2 without the proof of the server',
      spoil: () => undefined,
      method: 'mschapv2',
      reason: 'no_ms_chap2_success',
    },
  ])('sees $title', async ({ spoil, flip, method, reason }) => {
    const port = await serve(spoil, flip);
    const { bad, answers } = await runAgainst(port, {
      workload: 'login',
      method: method ?? 'pap',
      limit: 5,
      tries: 1,
    });
    expect(answers).toBe(0);
    expect(bad).toEqual({ [reason]: 5 });
  });

  it('sends again what is not answered, and takes the late answer', async () => {
    let seen = 0;
    const port = await serve((reply) => {
      seen += 1;
      if (seen <= 4) reply.times = 0;
    });
    const result = await runAgainst(port, { workload: 'login', limit: 4 });
    expect(result).toMatchObject({ answers: 4, retransmissions: 4, unanswered: 0, bad: {} });
    expect(result.login.p50Ms).toBeGreaterThanOrEqual(400);
  });

  it('gives up after the last try', async () => {
    const port = await serve((reply) => {
      reply.times = 0;
    });
    const result = await runAgainst(port, { workload: 'login', limit: 3 });
    expect(result).toMatchObject({ answers: 0, unanswered: 3, retransmissions: 3, bad: {} });
  });

  it('takes a second answer to the same request for a duplicate, not for a fault', async () => {
    const port = await serve((reply) => {
      reply.times = 2;
    });
    const { answers, duplicates, bad } = await runAgainst(port, { workload: 'login' });
    expect({ answers, bad }).toEqual({ answers: 20, bad: {} });
    expect(duplicates).toBeGreaterThan(0);
  });

  it('keeps a ledger of what was acknowledged, and of nothing else', async () => {
    const port = await serve(() => undefined);
    await runAgainst(port, { workload: 'start', limit: 10 });
    await runAgainst(port, { workload: 'interim', limit: 20 });
    for (const socket of sockets.splice(0)) socket.close();
    const silent = await serve((reply) => {
      reply.times = 0;
    });
    await runAgainst(silent, { workload: 'interim', limit: 10, tries: 1 });
    const entries = [...ledgerEntries(book.takeLedger())];
    expect(entries).toHaveLength(10);
    for (const one of entries) {
      expect(one.isStartAcknowledged).toBe(true);
      expect(one.sentUploadOctets).toBe((one.acknowledgedUploadOctets / 2) * 3);
    }
  });

  it('offers logins by the clock and follows each with its Start, which echoes the Class', async () => {
    const port = await serve(() => undefined);
    const steps = [{ ratePerS: 100, seconds: 0.3 }];
    const result = await runAgainst(port, { workload: 'storm', window: undefined, limit: undefined, steps });
    expect(result).toMatchObject({ answers: 60, unanswered: 0, bad: {}, openSessions: 30 });
    expect(result.loginAndStart.count).toBe(30);
    expect(classesSeen).toBe(30);
    expect(result.timeline.reduce((sum, { due }) => sum + due, 0)).toBe(30);
    expect(result.timeline.reduce((sum, { answered }) => sum + answered, 0)).toBe(30);
  });

  it('counts latency from when a login was due, also when the server was deaf then', async () => {
    // Five logins, each sent every 20 ms: 30 datagrams are not there before 120 ms.
    let heard = 0;
    const port = await serve((reply) => {
      heard += 1;
      if (heard < 30) reply.times = 0;
    });
    const steps = [{ ratePerS: 50, seconds: 0.1 }];
    const open = { workload: 'storm', window: undefined, limit: undefined, steps, tries: 20 } as const;
    const result = await runAgainst(port, { ...open, timeoutMs: 20, normalMs: 30 });
    expect(result.unanswered).toBe(0);
    expect(result.loginAndStart.maxMs).toBeGreaterThan(100);
    expect(result.timeline[0]?.slow).toBe(5);
  });
});
