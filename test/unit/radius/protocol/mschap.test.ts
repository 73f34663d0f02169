import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isMsChap2Success,
  msChap1Response,
  msChap2Response,
} from '../../../../src/radius/protocol/client-credentials.ts';
import { MPPE_POLICY, writeMppeKeys } from '../../../../src/radius/protocol/mppe.ts';
import {
  challengeResponse,
  MsChapProof,
  msChap1Matches,
  msChap2Matches,
  msChapError,
  ntHash,
  writeMsChap2Success,
} from '../../../../src/radius/protocol/mschap.ts';
import { PacketView } from '../../../../src/radius/protocol/packet-view.ts';
import { ReplyWriter } from '../../../../src/radius/protocol/reply-writer.ts';
import { SharedSecret } from '../../../../src/radius/protocol/secret.ts';
import { SLOT, VENDOR } from '../../../../src/radius/protocol/slots.ts';
import { accessRequest, attribute, vendorAttribute } from './packets.ts';

const hex = (text: string) => Buffer.from(text, 'hex');
const secret = new SharedSecret('testing123');
const view = new PacketView();
const reply = new PacketView();
const writer = new ReplyWriter();
const proof = new MsChapProof();

// RFC 2759 section 9.2
const peer = {
  ident: 7,
  challenge: hex('5B5D7C7D7B3F2F3E3C2C602132262628'),
  peerChallenge: hex('21402324255E262A28295F2B3A337C7E'),
  userName: Buffer.from('User'),
  ntHash: ntHash('clientPass'),
};

function readV2(response: Uint8Array, challenge: Uint8Array = peer.challenge): void {
  const parts = [
    vendorAttribute(VENDOR.microsoft, [11, challenge]),
    vendorAttribute(VENDOR.microsoft, [25, response]),
  ];
  expect(view.read(accessRequest(attribute(1, 'User'), ...parts))).toBeNull();
}

function readV1(response: Uint8Array, challenge: Uint8Array): void {
  const parts = [
    vendorAttribute(VENDOR.microsoft, [11, challenge]),
    vendorAttribute(VENDOR.microsoft, [1, response]),
  ];
  expect(view.read(accessRequest(...parts))).toBeNull();
}

function finished(): PacketView {
  expect(reply.read(Buffer.from(writer.buffer.subarray(0, writer.finish(view, secret))))).toBeNull();
  return reply;
}

/** xors with MD5(secret + previous cipher block), the inverse written with node:crypto. */
function reveal(cipher: Buffer, first: Buffer): string {
  let previous = first;
  let clear = '';
  for (let at = 0; at < cipher.length; at += 16) {
    const mask = createHash('md5').update(secret.bytes).update(previous).digest();
    const block = cipher.subarray(at, at + 16);
    clear += Buffer.from(block.map((octet, i) => octet ^ mask[i])).toString('hex');
    previous = block;
  }
  return clear.toUpperCase();
}

describe('MS-CHAPv2', () => {
  it('computes the hash and response that RFC 2759 section 9.2 prints', () => {
    expect(peer.ntHash.toString('hex').toUpperCase()).toBe('44EBBA8D5312B8D611474411F56989AE');
    const response = msChap2Response(peer).toString('hex', 26).toUpperCase();
    expect(response).toBe('82309ECD8D708B5EA08FAA3981CD83544233114A3D85D6DF');
  });

  it('a matching response leaves challenge, response, hash of the hash and ident behind', () => {
    readV2(msChap2Response(peer));
    expect(msChap2Matches(view, peer.ntHash, peer.userName, proof)).toBe(true);
    expect(Buffer.from(proof.challenge).toString('hex').toUpperCase()).toBe('D02E4386BCE91226');
    expect(Buffer.from(proof.ntHashHash).toString('hex').toUpperCase()).toBe(
      '41C00C584BD2D91C4017A2A12FA59F3F',
    );
    expect([proof.version, proof.ident]).toEqual([2, 7]);
  });

  it('answers with the success string that RFC 2759 section 9.2 prints, which the peer believes', () => {
    readV2(msChap2Response(peer));
    msChap2Matches(view, peer.ntHash, peer.userName, proof);
    writer.begin(2);
    writeMsChap2Success(writer, proof);
    const success = finished().slice(SLOT.msChap2Success) ?? Buffer.alloc(0);
    expect(success.toString('latin1')).toBe('\x07S=407A5589115FD0D6209F510FE9C04566932CDA56');
    expect(isMsChap2Success(success, peer)).toBe(true);
    expect(isMsChap2Success(success, { ...peer, ntHash: ntHash('other') })).toBe(false);
    expect(isMsChap2Success(success.subarray(0, 42), peer)).toBe(false);
  });

  it.each([
    ['plain', 'User', 'User', true],
    ['with the domain left out of the hash', 'ISP\\User', 'User', true],
    ['with the domain in the hash', 'ISP\\User', 'ISP\\User', true],
    ['of another case', 'User', 'user', false],
    ['of another user', 'ISP\\User', 'ISP', false],
  ])('a name %s: %s hashed as %s matches: %s', (_, typed, hashed, matches) => {
    readV2(msChap2Response({ ...peer, userName: Buffer.from(hashed) }));
    expect(msChap2Matches(view, peer.ntHash, Buffer.from(typed), proof)).toBe(matches);
  });

  it('a wrong password, challenge or size does not match', () => {
    const response = msChap2Response(peer);
    readV2(response);
    expect(msChap2Matches(view, ntHash('ClientPass'), peer.userName, proof)).toBe(false);
    readV2(response, hex('00'.repeat(16)));
    expect(msChap2Matches(view, peer.ntHash, peer.userName, proof)).toBe(false);
    readV2(response, peer.challenge.subarray(0, 8));
    expect(msChap2Matches(view, peer.ntHash, peer.userName, proof)).toBe(false);
    readV2(response.subarray(0, 49));
    expect(msChap2Matches(view, peer.ntHash, peer.userName, proof)).toBe(false);
    view.read(accessRequest());
    expect(msChap2Matches(view, peer.ntHash, peer.userName, proof)).toBe(false);
  });

  it('any password, name and challenges that a peer can have are proved', () => {
    const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.uint8Array({ maxLength: 60 }),
        sixteen,
        sixteen,
        (password, name, a, b) => {
          const own = { ident: 1, challenge: a, peerChallenge: b, userName: name, ntHash: ntHash(password) };
          readV2(msChap2Response(own), a);
          expect(msChap2Matches(view, own.ntHash, name, proof)).toBe(true);
        },
      ),
    );
  });
});

describe('MS-CHAPv1', () => {
  const challenge = hex('102DB5DF085D3041');
  const hash = ntHash('MyPw');

  it('computes the hash and response that RFC 2433 section B.2 prints', () => {
    const out = Buffer.alloc(24);
    challengeResponse(challenge, hash, out);
    expect(hash.toString('hex').toUpperCase()).toBe('FC156AF7EDCD6C0EDDE3337D427F4EAC');
    expect(out.toString('hex').toUpperCase()).toBe('4E9D3C8F9CFD385D5BF4D3246791956CA4C351AB409A3D61');
  });

  it('an NT response matches, an LM-only one does not', () => {
    const response = msChap1Response(3, challenge, hash);
    readV1(response, challenge);
    expect(msChap1Matches(view, hash, proof)).toBe(true);
    expect([proof.version, proof.ident]).toEqual([1, 3]);
    expect(msChap1Matches(view, ntHash('mypw'), proof)).toBe(false);
    response[1] = 0;
    readV1(response, challenge);
    expect(msChap1Matches(view, hash, proof)).toBe(false);
  });

  it('a 16-octet challenge or a missing response does not match', () => {
    readV1(msChap1Response(3, challenge, hash), Buffer.alloc(16));
    expect(msChap1Matches(view, hash, proof)).toBe(false);
    view.read(accessRequest());
    expect(msChap1Matches(view, hash, proof)).toBe(false);
  });
});

describe('MPPE keys', () => {
  it('v2 gives the start keys of RFC 3079, each under a salt of its own with the top bit set', () => {
    readV2(msChap2Response(peer));
    msChap2Matches(view, peer.ntHash, peer.userName, proof);
    writer.begin(2);
    writeMppeKeys(writer, view, secret, proof, MPPE_POLICY.required);
    const found = finished();
    const authenticator = view.bytes.subarray(4, 20);
    const keys = [SLOT.msMppeSendKey, SLOT.msMppeRecvKey].map((slot) => found.slice(slot) ?? Buffer.alloc(0));
    const clear = keys.map((key) =>
      reveal(key.subarray(2), Buffer.concat([authenticator, key.subarray(0, 2)])),
    );
    const padding = '00'.repeat(15);
    expect(clear).toEqual([
      `108B7CDC149B993A1BA118CB153F56DCCB${padding}`,
      `10D5F0E9521E3EA9589645E86051C82226${padding}`,
    ]);
    expect(keys.map((key) => key[0] >> 7)).toEqual([1, 1]);
    expect(keys[0].subarray(0, 2)).not.toEqual(keys[1].subarray(0, 2));
    expect([
      found.uint32(SLOT.msMppeEncryptionPolicy, 0),
      found.uint32(SLOT.msMppeEncryptionTypes, 0),
    ]).toEqual([2, 6]);
  });

  it('v1 gives the hash of the NT hash behind an empty LM key, hidden like a password', () => {
    readV1(msChap1Response(3, peer.challenge.subarray(0, 8), peer.ntHash), peer.challenge.subarray(0, 8));
    expect(msChap1Matches(view, peer.ntHash, proof)).toBe(true);
    writer.begin(2);
    writeMppeKeys(writer, view, secret, proof);
    const hidden = finished().slice(SLOT.msChapMppeKeys) ?? Buffer.alloc(0);
    const empty = '00'.repeat(8);
    expect(reveal(hidden, view.bytes.subarray(4, 20))).toBe(
      `${empty}41C00C584BD2D91C4017A2A12FA59F3F${empty}`,
    );
    expect(reply.has(SLOT.msMppeSendKey)).toBe(false);
  });
});

describe('MS-CHAP-Error', () => {
  it.each([
    ['v2', peer.challenge, '5B5D7C7D7B3F2F3E3C2C602132262628 V=3'],
    ['v1', peer.challenge.subarray(0, 8), '5B5D7C7D7B3F2F3E V=2'],
  ])('of MS-CHAP%s carries ident, code, challenge and text', (_, challenge, said) => {
    const value = msChapError(7, challenge, 'Login refused');
    expect(value.toString('latin1')).toBe(`\x07E=691 R=0 C=${said} M=Login refused`);
  });

  it('is cut to what one attribute holds', () => {
    expect(msChapError(1, peer.challenge, 'x'.repeat(400))).toHaveLength(247);
  });
});
