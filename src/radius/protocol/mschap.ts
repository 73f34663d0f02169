import { Buffer } from 'node:buffer';
import { equalOctets } from './constant-time.ts';
import { Des } from './des.ts';
import { Md4 } from './md4.ts';
import type { PacketView } from './packet-view.ts';
import type { ReplyWriter } from './reply-writer.ts';
import { Sha1 } from './sha1.ts';
import { SLOT, VENDOR } from './slots.ts';

const MS_CHAP_ERROR_SIZE_MAX = 247;
const SUCCESS_TYPE = 26;
const MAGIC_1 = Buffer.from('Magic server to client signing constant');
const MAGIC_2 = Buffer.from('Pad to make it do more than one iteration');
const HEX_DIGITS = Buffer.from('0123456789ABCDEF');
const BACKSLASH = 0x5c;

const md4 = new Md4();
const sha1 = new Sha1();
const des = new Des();
const desKeys = new Uint8Array(21);
const expected = new Uint8Array(24);
const digest = new Uint8Array(20);
const success = new Uint8Array(43);

/**
 * What a successful MS-CHAP check leaves behind for the reply: `writeMsChap2Success` and `writeMppeKeys` read it.
 * Reusable; valid from a match that returned true until the next check with it.
 */
export class MsChapProof {
  version: 1 | 2 = 2;
  ident = 0;
  /** The 8 octets the NT response encrypts. */
  readonly challenge = new Uint8Array(8);
  readonly ntResponse = new Uint8Array(24);
  readonly ntHashHash = new Uint8Array(16);
}

/** MD4 of the password in UTF-16LE: all that MS-CHAP needs, and as secret as the password itself. */
export function ntHash(password: string): Buffer {
  const hash = Buffer.alloc(16);
  md4.reset().update(Buffer.from(password, 'utf16le')).digestInto(hash, 0);
  return hash;
}

/** Whether MS-CHAP-Response (RFC 2433, RFC 2548 section 2.1.3) proves the password; an LM-only response does not. */
export function msChap1Matches(view: PacketView, hash: Uint8Array, proof: MsChapProof): boolean {
  if (view.size(SLOT.msChapResponse) !== 50 || view.size(SLOT.msChapChallenge) !== 8) return false;
  const bytes = view.bytes;
  const response = view.start(SLOT.msChapResponse);
  const challenge = view.start(SLOT.msChapChallenge);
  const usesNtResponse = (bytes[response + 1] & 1) === 1;
  if (!usesNtResponse) return false;
  for (let i = 0; i < 8; i++) proof.challenge[i] = bytes[challenge + i];
  proof.version = 1;
  return responseMatches(bytes, response, hash, proof);
}

/**
 * Whether MS-CHAP2-Response (RFC 2759) proves the password. `userName` is what the peer typed; a leading
 * `DOMAIN\` is left out of the hash as the RFC says, and tried as part of it when that fails.
 */
export function msChap2Matches(
  view: PacketView,
  hash: Uint8Array,
  userName: Uint8Array,
  proof: MsChapProof,
): boolean {
  if (view.size(SLOT.msChap2Response) !== 50 || view.size(SLOT.msChapChallenge) !== 16) return false;
  const response = view.start(SLOT.msChap2Response);
  proof.version = 2;
  const nameStart = userName.indexOf(BACKSLASH) + 1;
  challengeHash(view, userName, nameStart, proof);
  if (responseMatches(view.bytes, response, hash, proof)) return true;
  if (nameStart === 0) return false;
  challengeHash(view, userName, 0, proof);
  return responseMatches(view.bytes, response, hash, proof);
}

/** Appends MS-CHAP2-Success (RFC 2759 section 8.7), without which a peer hangs up right after the login. */
export function writeMsChap2Success(writer: ReplyWriter, proof: MsChapProof): void {
  successInto(success, proof);
  writer.vendor(VENDOR.microsoft, SUCCESS_TYPE, success);
}

/** Writes the 43 octets of MS-CHAP2-Success: Ident and `S=` with the authenticator response in hex capitals. */
export function successInto(out: Uint8Array, proof: MsChapProof): void {
  sha1.reset().update(proof.ntHashHash).update(proof.ntResponse).update(MAGIC_1).digestInto(digest, 0);
  sha1.reset().update(digest).update(proof.challenge).update(MAGIC_2).digestInto(digest, 0);
  out[0] = proof.ident;
  out[1] = 0x53; // S
  out[2] = 0x3d; // =
  for (let i = 0; i < 20; i++) {
    out[3 + 2 * i] = HEX_DIGITS[digest[i] >>> 4];
    out[4 + 2 * i] = HEX_DIGITS[digest[i] & 15];
  }
}

/**
 * The value of MS-CHAP-Error (vendor 311, attribute 2) for an Access-Reject: no retry allowed. The challenge is of 16
 * octets for MS-CHAPv2, of 8 for v1, and says which of the two (RFC 2759 section 6, RFC 2433 section 6). The code is 691
 * (wrong password) whatever the reason: it tells an attacker least. A message that does not fit is cut.
 */
export function msChapError(ident: number, challenge: Uint8Array, message = ''): Buffer {
  const hex = Buffer.from(challenge).toString('hex').toUpperCase();
  const version = challenge.length === 16 ? 3 : 2;
  const text = Buffer.from(`E=691 R=0 C=${hex} V=${version} M=${message}`, 'utf8');
  return Buffer.concat([Buffer.of(ident), text.subarray(0, MS_CHAP_ERROR_SIZE_MAX - 1)]);
}

/** DES of the challenge under the hash cut into three 56-bit keys, the last padded with zeros (RFC 2433 A.5). */
export function challengeResponse(challenge: Uint8Array, hash: Uint8Array, out: Uint8Array): void {
  for (let i = 0; i < 16; i++) desKeys[i] = hash[i];
  for (let part = 0; part < 3; part++) des.setKey(desKeys, 7 * part).encryptInto(challenge, 0, out, 8 * part);
}

/** Both response attributes: Ident(1) Flags(1) LM or Peer-Challenge + Reserved(24) NT-Response(24). */
function responseMatches(bytes: Uint8Array, response: number, hash: Uint8Array, proof: MsChapProof): boolean {
  challengeResponse(proof.challenge, hash, expected);
  if (!equalOctets(expected, 0, bytes, response + 26, 24)) return false;
  proof.ident = bytes[response];
  for (let i = 0; i < 24; i++) proof.ntResponse[i] = expected[i];
  md4.reset().update(hash, 0, 16).digestInto(proof.ntHashHash, 0);
  return true;
}

/** ChallengeHash of RFC 2759 section 8.2: peer challenge, authenticator challenge, name. */
function challengeHash(view: PacketView, userName: Uint8Array, nameStart: number, proof: MsChapProof): void {
  const bytes = view.bytes;
  const peer = view.start(SLOT.msChap2Response) + 2;
  const challenge = view.start(SLOT.msChapChallenge);
  sha1
    .reset()
    .update(bytes, peer, peer + 16)
    .update(bytes, challenge, challenge + 16);
  sha1.update(userName, nameStart, userName.length).digestInto(digest, 0);
  for (let i = 0; i < 8; i++) proof.challenge[i] = digest[i];
}
