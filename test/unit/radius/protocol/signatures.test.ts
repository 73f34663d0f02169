import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CODE } from '../../../../src/radius/protocol/code.ts';
import {
  type AttributeInput,
  buildReply,
  buildRequest,
  verifyReply,
} from '../../../../src/radius/protocol/codec.ts';
import { PacketView } from '../../../../src/radius/protocol/packet-view.ts';
import {
  checkMessageAuthenticator,
  hasValidRequestAuthenticator,
} from '../../../../src/radius/protocol/request-check.ts';
import { SharedSecret } from '../../../../src/radius/protocol/secret.ts';
import { packet } from './packets.ts';

const secret = new SharedSecret('testing123');
const view = new PacketView();
const attributes: AttributeInput[] = [
  { name: 'User-Name', value: 'alice' },
  { name: 'Acct-Session-Id', value: '81000001' },
  { name: 'Mikrotik-Rate-Limit', value: '5M/20M' },
];

function request(code: number, messageAuthenticator: boolean, id = 9): Buffer {
  const built = buildRequest({ code, id, attributes, secret, messageAuthenticator });
  if (!built.ok) throw new Error(built.error);
  return built.value;
}

function reply(code: number, to: Buffer): Buffer {
  const built = buildReply({ code, request: to, attributes, secret, messageAuthenticator: true });
  if (!built.ok) throw new Error(built.error);
  return built.value;
}

/** A request passes when it reads, and all the authenticators it can have are right and present. */
function isAccepted(datagram: Buffer): boolean {
  if (view.read(datagram) !== null) return false;
  const isKeyed = [CODE.accountingRequest, CODE.coaRequest, CODE.disconnectRequest].some(
    (code) => code === view.code,
  );
  if (isKeyed && !hasValidRequestAuthenticator(view, secret)) return false;
  return checkMessageAuthenticator(view, secret) === 'valid';
}

function flipped(bytes: Buffer, bit: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[bit >> 3] ^= 1 << (bit & 7);
  return changed;
}

describe('requests', () => {
  it.each([
    ['Access-Request', CODE.accessRequest],
    ['Status-Server', CODE.statusServer],
    ['Accounting-Request', CODE.accountingRequest],
    ['CoA-Request', CODE.coaRequest],
    ['Disconnect-Request', CODE.disconnectRequest],
  ])('a signed %s is accepted, and refused after a change of any single bit', (_, code) => {
    const signed = request(code, true);
    expect(isAccepted(signed)).toBe(true);
    for (let bit = 0; bit < signed.length * 8; bit++) {
      expect(isAccepted(flipped(signed, bit)), `bit ${bit}`).toBe(false);
    }
  });

  it('an unsigned Accounting-Request is refused after a change of any single bit', () => {
    const unsigned = request(CODE.accountingRequest, false);
    view.read(unsigned);
    expect(hasValidRequestAuthenticator(view, secret)).toBe(true);
    expect(checkMessageAuthenticator(view, secret)).toBe('absent');
    for (let bit = 0; bit < unsigned.length * 8; bit++) {
      const isSound = view.read(flipped(unsigned, bit)) === null;
      expect(isSound && hasValidRequestAuthenticator(view, secret), `bit ${bit}`).toBe(false);
    }
  });

  it('another secret is refused', () => {
    const other = new SharedSecret('testing124');
    view.read(request(CODE.accountingRequest, true));
    expect(hasValidRequestAuthenticator(view, other)).toBe(false);
    expect(checkMessageAuthenticator(view, other)).toBe('invalid');
  });

  it('padding is no part of what is signed', () => {
    expect(isAccepted(Buffer.concat([request(CODE.coaRequest, true), Buffer.alloc(7, 0xff)]))).toBe(true);
  });

  it('a reply, or a code we do not know, is never a genuine request', () => {
    for (const code of [2, 5, 41, 99]) {
      const datagram = packet(code, 1, request(CODE.accessRequest, true).subarray(20));
      view.read(datagram);
      expect(checkMessageAuthenticator(view, secret)).toBe('invalid');
      expect(hasValidRequestAuthenticator(view, secret)).toBe(false);
    }
  });
});

describe('replies', () => {
  it.each([
    ['Access-Accept', CODE.accessAccept, CODE.accessRequest],
    ['Accounting-Response', CODE.accountingResponse, CODE.accountingRequest],
    ['CoA-ACK', CODE.coaAck, CODE.coaRequest],
  ])('an %s is genuine, and refused after a change of any single bit', (_, code, to) => {
    const asked = request(to, true);
    const answer = reply(code, asked);
    expect(verifyReply(answer, asked, secret, { requireMessageAuthenticator: true })).toBeNull();
    for (let bit = 0; bit < answer.length * 8; bit++) {
      expect(verifyReply(flipped(answer, bit), asked, secret), `bit ${bit}`).not.toBeNull();
    }
  });

  it('a reply with a right Response Authenticator and a wrong signature is named as such', () => {
    const asked = request(CODE.accessRequest, true);
    const unsigned = buildReply({ code: 2, request: asked, attributes, secret, messageAuthenticator: false });
    const forged = buildReply({
      code: 2,
      request: asked,
      attributes: [{ name: 'Message-Authenticator', value: Buffer.alloc(16) }],
      secret,
      messageAuthenticator: false,
    });
    const required = { requireMessageAuthenticator: true };
    expect(unsigned.ok && verifyReply(unsigned.value, asked, secret, required)).toBe(
      'message_authenticator_missing',
    );
    expect(forged.ok && verifyReply(forged.value, asked, secret)).toBe('message_authenticator_wrong');
  });

  it('a reply to another request or with another id is refused', () => {
    const asked = request(CODE.accessRequest, true, 9);
    const answer = reply(CODE.accessAccept, asked);
    expect(verifyReply(answer, request(CODE.accessRequest, true, 9), secret)).toBe('response_authenticator');
    expect(verifyReply(answer, request(CODE.accessRequest, true, 10), secret)).toBe('id');
    expect(verifyReply(Buffer.alloc(3), asked, secret)).toBe('short');
  });
});

describe('any secret', () => {
  it('signs what it then accepts', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 130 }), (octets) => {
        const own = new SharedSecret(octets);
        const built = buildRequest({ code: 43, id: 1, attributes, secret: own, messageAuthenticator: true });
        expect(built.ok && view.read(built.value)).toBeNull();
        expect(hasValidRequestAuthenticator(view, own)).toBe(true);
        expect(checkMessageAuthenticator(view, own)).toBe('valid');
      }),
    );
  });
});
