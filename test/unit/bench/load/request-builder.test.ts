import { describe, expect, it } from 'vitest';
import { MsChapAnswers } from '../../../../src/bench/load/ms-chap-answers.ts';
import { macOf, passwordOf, userName } from '../../../../src/bench/load/population.ts';
import { REQUEST_SIZE_MAX, RequestBuilder } from '../../../../src/bench/load/request-builder.ts';
import { chapMatches } from '../../../../src/radius/protocol/chap.ts';
import { decodePacket } from '../../../../src/radius/protocol/codec.ts';
import {
  MsChapProof,
  msChap2Matches,
  ntHash,
  writeMsChap2Success,
} from '../../../../src/radius/protocol/mschap.ts';
import { PacketView } from '../../../../src/radius/protocol/packet-view.ts';
import { ReplyWriter } from '../../../../src/radius/protocol/reply-writer.ts';
import {
  checkMessageAuthenticator,
  hasValidRequestAuthenticator,
} from '../../../../src/radius/protocol/request-check.ts';
import { SharedSecret } from '../../../../src/radius/protocol/secret.ts';
import { SLOT } from '../../../../src/radius/protocol/slots.ts';
import { papMatches } from '../../../../src/radius/protocol/user-password.ts';

const secret = new SharedSecret('a secret of the bench');
const user = 37;
const answers = new MsChapAnswers(user + 1);
const builder = new RequestBuilder(secret, () => answers);
const room = Buffer.alloc(REQUEST_SIZE_MAX);
const view = new PacketView();

/** Reads what was written, as the server would. */
function written(length: number): ReadonlyMap<string, string> {
  const packet = Buffer.from(room.subarray(0, length));
  expect(view.read(packet)).toBeNull();
  expect(checkMessageAuthenticator(view, secret)).toBe('valid');
  const decoded = decodePacket(packet);
  if (!decoded.ok) throw new Error(decoded.error);
  return new Map(decoded.value.attributes.map(({ name, value }) => [name, value]));
}

describe('a login', () => {
  it.each(['pap', 'chap', 'mschapv2'] as const)('by %s is signed and proves the password', (method) => {
    const attributes = written(builder.access(room, 200, { method, user, session: 0xab }));
    expect(view.id).toBe(200);
    expect(attributes.get('User-Name')).toBe(userName(user));
    expect(attributes.get('Calling-Station-Id')).toBe(macOf(user));
    expect(attributes.get('Acct-Session-Id')).toBe('000000ab');
    const password = Buffer.from(passwordOf(user));
    const name = Buffer.from(userName(user));
    const isProven =
      method === 'pap'
        ? papMatches(view, secret, password)
        : method === 'chap'
          ? chapMatches(view, password)
          : msChap2Matches(view, ntHash(passwordOf(user)), name, new MsChapProof());
    expect(isProven).toBe(true);
  });

  it('has another authenticator every time, so that the server takes it for no duplicate', () => {
    const login = { method: 'pap', user, session: 1 } as const;
    const seen = Array.from({ length: 20 }, () => {
      builder.access(room, 1, login);
      return room.toString('hex', 4, 20);
    });
    expect(new Set(seen).size).toBe(20);
  });

  it('by MS-CHAPv2 knows the success the server must answer, and takes no other', () => {
    const proof = new MsChapProof();
    written(builder.access(room, 1, { method: 'mschapv2', user, session: 1 }));
    msChap2Matches(view, ntHash(passwordOf(user)), Buffer.from(userName(user)), proof);
    const writer = new ReplyWriter().begin(2);
    writeMsChap2Success(writer, proof);
    writer.finish(view, secret);
    const reply = new PacketView();
    reply.read(Buffer.from(writer.buffer.subarray(0, writer.length)));
    const start = reply.start(SLOT.msChap2Success);
    const size = reply.size(SLOT.msChap2Success);
    expect(answers.isSuccess(user, reply.bytes, start, size)).toBe(true);
    expect(answers.isSuccess(user - 1, reply.bytes, start, size)).toBe(false);
    reply.bytes[start + 10] ^= 1;
    expect(answers.isSuccess(user, reply.bytes, start, size)).toBe(false);
  });
});

describe('an accounting packet', () => {
  const facts = {
    user,
    session: 9,
    step: 2,
    uploadOctets: 1_400_000_074,
    downloadOctets: 6_600_000_074,
    classValue: Buffer.alloc(0),
  };

  it('is genuine and carries both halves of counters beyond 2^32', () => {
    const attributes = written(builder.accounting(room, 3, 'interim', facts, 1_700_000_000));
    expect(hasValidRequestAuthenticator(view, secret)).toBe(true);
    expect(attributes.get('Acct-Input-Octets')).toBe('1400000074');
    expect(attributes.get('Acct-Input-Gigawords')).toBe('0');
    expect(attributes.get('Acct-Output-Octets')).toBe(String(6_600_000_074 - 2 ** 32));
    expect(attributes.get('Acct-Output-Gigawords')).toBe('1');
    expect(attributes.get('Acct-Session-Time')).toBe('600');
    expect(view.uint32(SLOT.eventTimestamp, 0)).toBe(1_700_000_000);
  });

  it('echoes the Class of the login', () => {
    const classValue = Buffer.from('0102030405', 'hex');
    written(builder.accounting(room, 3, 'start', { ...facts, classValue }, 0));
    expect(hasValidRequestAuthenticator(view, secret)).toBe(true);
    expect(view.slice(SLOT.class)).toEqual(classValue);
    expect(view.has(SLOT.acctInputOctets)).toBe(false);
  });

  it('that ends a session says why', () => {
    const attributes = written(builder.accounting(room, 3, 'stop', facts, 0));
    expect(view.uint32(SLOT.acctStatusType, 0)).toBe(2);
    expect(attributes.has('Acct-Terminate-Cause')).toBe(true);
  });
});
