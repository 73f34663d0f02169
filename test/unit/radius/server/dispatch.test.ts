import { beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../src/kernel/clock.ts';
import { CODE } from '../../../../src/radius/protocol/code.ts';
import { ReplyWriter } from '../../../../src/radius/protocol/reply-writer.ts';
import { RadiusCounters } from '../../../../src/radius/server/counters.ts';
import { openDispatcher } from '../../../../src/radius/server/dispatch.ts';
import { DropNotes } from '../../../../src/radius/server/drop-notes.ts';
import type { RequestHandler } from '../../../../src/radius/server/exchange.ts';
import { NasDirectory } from '../../../../src/radius/server/nas-directory.ts';
import { ReplyCache } from '../../../../src/radius/server/reply-cache.ts';
import type { DatagramHandler, UdpSocket } from '../../../../src/radius/server/udp-server.ts';
import { rememberingLogger } from '../../../support/silent-logger.ts';
import { nas, packet } from './factories.ts';

const logger = rememberingLogger();
const writer = new ReplyWriter();
let counters: RadiusCounters;
let notes: DropNotes;
let sent: Buffer[];
let handled: number;
let receive: DatagramHandler;
let handler: RequestHandler;

const accept: RequestHandler = (exchange, view) => {
  exchange.send(writer.begin(CODE.accessAccept), view);
  return null;
};
const socket: UdpSocket = {
  send: (bytes, start, size) => void sent.push(Buffer.from(bytes.subarray(start, start + size))),
};

beforeEach(() => {
  logger.lines.length = 0;
  counters = new RadiusCounters();
  notes = new DropNotes(logger);
  sent = [];
  handled = 0;
  handler = accept;
  const nasDirectory = new NasDirectory();
  nasDirectory.replace([nas()]);
  receive = openDispatcher({
    clock: systemClock,
    nasDirectory,
    cache: new ReplyCache({ entriesMax: 64, bytesMax: 8_192, ttlMs: 1_000 }),
    counters,
    dropNotes: notes,
    handlers: new Map([
      [
        CODE.accessRequest,
        (exchange, view) => {
          handled += 1;
          return handler(exchange, view);
        },
      ],
    ]),
  });
});

const arrive = (datagram: Buffer, address = '192.0.2.1'): void => receive(datagram, address, 5_000, socket);

describe('a datagram', () => {
  it('is handled once, and its retransmission gets the same octets', () => {
    const { bytes } = packet({});
    arrive(bytes);
    arrive(bytes);
    expect(handled).toBe(1);
    expect(sent).toHaveLength(2);
    expect(sent[1]).toEqual(sent[0]);
    expect(counters.duplicatesAnswered).toBe(1);
  });

  it('whose handler throws is dropped and counted, its stack logged once, and tried anew when it comes again', () => {
    handler = () => {
      throw new Error('a bug');
    };
    const { bytes } = packet({});
    expect(() => arrive(bytes)).not.toThrow();
    arrive(bytes);
    expect(handled).toBe(2);
    expect(counters.drops).toEqual({ fault: 2 });
    expect(logger.lines.filter(({ event }) => event === 'radius.request_failed')).toHaveLength(1);
    handler = accept;
    arrive(bytes);
    expect(sent).toHaveLength(1);
  });

  it('that a handler refuses is worked on again when it comes again', () => {
    handler = () => 'overload';
    const { bytes } = packet({});
    arrive(bytes);
    handler = accept;
    arrive(bytes);
    expect(sent).toHaveLength(1);
    expect(counters.drops).toEqual({ overload: 1 });
  });

  it('with a wrong signature does not touch the answer kept under its id', () => {
    const { bytes } = packet({});
    arrive(bytes);
    const forged = Buffer.from(bytes);
    forged[30] ^= 1;
    arrive(forged);
    arrive(bytes);
    expect(handled).toBe(1);
    expect(sent).toHaveLength(2);
    expect(counters.drops).toEqual({ bad_authenticator: 1 });
  });

  it('from a link-local address is known without its zone', () => {
    arrive(packet({}).bytes, '192.0.2.1%eth0');
    expect(sent).toHaveLength(1);
  });
});

describe('what was dropped', () => {
  it('is noted by cause and source, with the NAS only where it is known', () => {
    arrive(packet({}).bytes);
    arrive(packet({}).bytes, '198.51.100.7');
    arrive(packet({}).bytes, '198.51.100.7');
    arrive(packet({ secret: 'another-secret-than-ours' }).bytes);
    arrive(Buffer.alloc(3));
    expect(notes.flush()).toEqual([
      { reason: 'unknown_nas', source: '198.51.100.7', nasId: null, count: 2 },
      { reason: 'bad_authenticator', source: '192.0.2.1', nasId: '1', count: 1 },
      { reason: 'short', source: '192.0.2.1', nasId: null, count: 1 },
    ]);
    expect(notes.flush()).toEqual([]);
    expect(logger.lines.filter(({ event }) => event === 'radius.dropped')).toHaveLength(3);
  });

  it('is noted for a bounded number of sources', () => {
    for (let n = 0; n < 1_500; n += 1) notes.add('unknown_nas', `source-${n}`, null);
    expect(notes.flush()).toHaveLength(1_000);
  });
});
