import { describe, expect, it } from 'vitest';
import { CODE } from '../../../../src/radius/protocol/code.ts';
import { buildRequest, decodeAttributes, verifyReply } from '../../../../src/radius/protocol/codec.ts';
import { forwardedRequest, relayReply } from '../../../../src/radius/protocol/forwarding.ts';
import { saltKey } from '../../../../src/radius/protocol/mppe.ts';
import { PacketView } from '../../../../src/radius/protocol/packet-view.ts';
import { ReplyWriter } from '../../../../src/radius/protocol/reply-writer.ts';
import {
  checkMessageAuthenticator,
  hasValidRequestAuthenticator,
} from '../../../../src/radius/protocol/request-check.ts';
import { SharedSecret } from '../../../../src/radius/protocol/secret.ts';
import { VENDOR } from '../../../../src/radius/protocol/slots.ts';
import { revealPassword } from '../../../../src/radius/protocol/user-password.ts';

const router = new SharedSecret('secret-of-the-router');
const old = new SharedSecret('secret-of-the-old-server');
const there = { from: router, to: old };
const back = { from: old, to: router };

function viewOf(bytes: Buffer): PacketView {
  const view = new PacketView();
  expect(view.read(bytes)).toBeNull();
  return view;
}

function requestOf(parts: Partial<Parameters<typeof buildRequest>[0]>): PacketView {
  const built = buildRequest({
    code: CODE.accessRequest,
    id: 9,
    attributes: [{ name: 'User-Name', value: 'ann' }],
    secret: router,
    messageAuthenticator: true,
    ...parts,
  });
  if (!built.ok) throw new Error(built.error);
  return viewOf(built.value);
}

describe('a login that is forwarded', () => {
  it.each(['', 'short', 'exactly-16-chars', 'a password of more than one block of sixteen octets'])(
    'has its PAP password %j hidden for the other server',
    (password) => {
      const request = requestOf({ userPassword: password });
      const forwarded = viewOf(forwardedRequest(request, there, 77));
      expect(revealPassword(forwarded, old)?.toString()).toBe(password);
      expect(forwarded.id).toBe(77);
      expect(checkMessageAuthenticator(forwarded, old)).toBe('valid');
    },
  );

  it('keeps its authenticator, which may be the challenge of CHAP, and is signed even if it was not', () => {
    const request = requestOf({ messageAuthenticator: false });
    const forwarded = viewOf(forwardedRequest(request, there, 1));
    expect(forwarded.bytes.subarray(4, 20)).toEqual(request.bytes.subarray(4, 20));
    expect(checkMessageAuthenticator(forwarded, old)).toBe('valid');
  });
});

it('accounting that is forwarded is signed for the other server, its attributes as they were', () => {
  const attributes = [
    { name: 'Acct-Status-Type', value: 'Stop' },
    { name: 'Acct-Input-Octets', value: 7 },
  ];
  const request = requestOf({ code: CODE.accountingRequest, attributes, messageAuthenticator: false });
  const forwarded = viewOf(forwardedRequest(request, there, 3));
  expect(hasValidRequestAuthenticator(forwarded, old)).toBe(true);
  expect(decodeAttributes(forwarded.bytes)).toEqual(decodeAttributes(request.bytes));
});

describe('an answer that is relayed', () => {
  const key = Buffer.from('00112233445566778899aabbccddeeff', 'hex');

  it('is signed for the router, its MPPE keys hidden for it', () => {
    const request = requestOf({});
    const forwarded = viewOf(forwardedRequest(request, there, 200));
    const salted = Buffer.alloc(34);
    saltKey(salted, key, 5, forwarded, old);
    const theirs = new ReplyWriter();
    theirs.begin(CODE.accessAccept).text(18, 'hello').vendor(VENDOR.microsoft, 16, salted);
    const reply = Buffer.from(theirs.buffer.subarray(0, theirs.finish(forwarded, old)));
    expect(verifyReply(reply, forwarded.bytes, old)).toBeNull();

    const ours = relayReply(new ReplyWriter(), viewOf(reply), request, back);
    const relayed = Buffer.from(ours.buffer.subarray(0, ours.finish(request, router)));
    expect(verifyReply(relayed, request.bytes, router, { requireMessageAuthenticator: true })).toBeNull();
    const expected = Buffer.alloc(34);
    saltKey(expected, key, 5, request, router);
    const [, sent] = decodeAttributes(relayed).filter(({ name }) => name !== 'Message-Authenticator');
    expect(sent?.name).toBe('MS-MPPE-Send-Key');
    expect(sent?.octets).toEqual(expected);
  });

  it('of a reject stays a reject with its words', () => {
    const request = requestOf({});
    const forwarded = viewOf(forwardedRequest(request, there, 2));
    const theirs = new ReplyWriter();
    theirs.begin(CODE.accessReject).text(18, 'no');
    const reply = viewOf(Buffer.from(theirs.buffer.subarray(0, theirs.finish(forwarded, old))));
    const ours = relayReply(new ReplyWriter(), reply, request, back);
    const relayed = Buffer.from(ours.buffer.subarray(0, ours.finish(request, router)));
    expect(relayed[0]).toBe(CODE.accessReject);
    expect(decodeAttributes(relayed).find(({ name }) => name === 'Reply-Message')?.value).toBe('no');
  });
});
