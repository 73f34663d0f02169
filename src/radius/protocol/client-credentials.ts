import { Buffer } from 'node:buffer';
import { equalOctets } from './constant-time.ts';
import { Md4 } from './md4.ts';
import { Md5 } from './md5.ts';
import { challengeResponse, MsChapProof, successInto } from './mschap.ts';
import { Sha1 } from './sha1.ts';

const md4 = new Md4();
const md5 = new Md5();
const sha1 = new Sha1();
const NT_RESPONSE_AT = 26;
const USE_NT_RESPONSE = 1;

/** The value of CHAP-Password (RFC 2865 section 5.3); the challenge is CHAP-Challenge or the Request Authenticator. */
export function chapPassword(ident: number, password: Uint8Array, challenge: Uint8Array): Buffer {
  const value = Buffer.alloc(17);
  value[0] = ident;
  md5.reset().update(value, 0, 1).update(password).update(challenge).digestInto(value, 1);
  return value;
}

/** The value of MS-CHAP-Response to an 8-octet MS-CHAP-Challenge; the LM half stays empty. */
export function msChap1Response(ident: number, challenge: Uint8Array, ntHash: Uint8Array): Buffer {
  const value = Buffer.alloc(50);
  value[0] = ident;
  value[1] = USE_NT_RESPONSE;
  challengeResponse(challenge, ntHash, value.subarray(NT_RESPONSE_AT));
  return value;
}

/** What a peer brings to MS-CHAPv2: both challenges are 16 octets, the name is without its domain. */
export interface MsChap2Peer {
  readonly ident: number;
  readonly challenge: Uint8Array;
  readonly peerChallenge: Uint8Array;
  readonly userName: Uint8Array;
  readonly ntHash: Uint8Array;
}

/** The value of MS-CHAP2-Response (RFC 2759 section 4). */
export function msChap2Response(peer: MsChap2Peer): Buffer {
  const value = Buffer.alloc(50);
  value[0] = peer.ident;
  value.set(peer.peerChallenge, 2);
  challengeResponse(challengeHash(peer), peer.ntHash, value.subarray(NT_RESPONSE_AT));
  return value;
}

/** Whether the value of MS-CHAP2-Success proves that the server knows the password too. */
export function isMsChap2Success(success: Uint8Array, peer: MsChap2Peer): boolean {
  const proof = new MsChapProof();
  proof.ident = peer.ident;
  proof.challenge.set(challengeHash(peer));
  challengeResponse(proof.challenge, peer.ntHash, proof.ntResponse);
  md4.reset().update(peer.ntHash).digestInto(proof.ntHashHash, 0);
  const expected = new Uint8Array(43);
  successInto(expected, proof);
  return success.length === expected.length && equalOctets(success, 0, expected, 0, expected.length);
}

function challengeHash(peer: MsChap2Peer): Uint8Array {
  const digest = new Uint8Array(20);
  sha1.reset().update(peer.peerChallenge).update(peer.challenge).update(peer.userName).digestInto(digest, 0);
  return digest.subarray(0, 8);
}
