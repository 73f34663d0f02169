import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { Md5 } from './md5.ts';
import type { MsChapProof } from './mschap.ts';
import type { PacketView } from './packet-view.ts';
import type { ReplyWriter } from './reply-writer.ts';
import type { SharedSecret } from './secret.ts';
import { Sha1 } from './sha1.ts';
import { VENDOR } from './slots.ts';
import { hideInto } from './user-password.ts';

const POLICY_TYPE = 7;
const TYPES_TYPE = 8;
const CHAP_MPPE_KEYS_TYPE = 12;
const SEND_KEY_TYPE = 16;
const RECV_KEY_TYPE = 17;
/** RFC 2548 section 2.4.2: 2 = 40 bits allowed, 4 = 128 bits allowed. */
const TYPES_40_AND_128 = 6;

// RFC 3079 sections 3.3 and 3.4.
const MASTER_MAGIC = Buffer.from('This is the MPPE Master Key');
const SEND_MAGIC = Buffer.from(
  'On the client side, this is the receive key; on the server side, it is the send key.',
);
const RECV_MAGIC = Buffer.from(
  'On the client side, this is the send key; on the server side, it is the receive key.',
);
const PAD_1 = new Uint8Array(40);
const PAD_2 = new Uint8Array(40).fill(0xf2);

const md5 = new Md5();
const sha1 = new Sha1();
const digest = new Uint8Array(20);
const master = new Uint8Array(16);
const key = new Uint8Array(16);
const mask = new Uint8Array(16);
const salted = new Uint8Array(34);
const chapKeys = new Uint8Array(32);
let nextSalt = randomBytes(2).readUInt16BE(0);

/** MS-MPPE-Encryption-Policy: the router may, or must, encrypt the link. */
export const MPPE_POLICY = { allowed: 1, required: 2 } as const;

/**
 * Appends encryption policy, types and the MPPE keys that follow from a matched proof: Send- and Recv-Key for
 * MS-CHAPv2, MS-CHAP-MPPE-Keys for v1. `request` gives the authenticator under which they are hidden.
 */
export function writeMppeKeys(
  writer: ReplyWriter,
  request: PacketView,
  secret: SharedSecret,
  proof: MsChapProof,
  policy: number = MPPE_POLICY.allowed,
): void {
  writer.vendorUint32(VENDOR.microsoft, POLICY_TYPE, policy);
  writer.vendorUint32(VENDOR.microsoft, TYPES_TYPE, TYPES_40_AND_128);
  if (proof.version === 1) {
    writeChapMppeKeys(writer, request, secret, proof);
    return;
  }
  masterKey(proof);
  startKey(SEND_MAGIC);
  writeSalted(writer, SEND_KEY_TYPE, request, secret);
  startKey(RECV_MAGIC);
  writeSalted(writer, RECV_KEY_TYPE, request, secret);
}

/**
 * Hides a 16-octet key under a salt (RFC 2548 section 2.4.2) into `out`: salt(2), then length(1), key and padding
 * encrypted, 34 octets in all. Within one packet no salt may repeat; its top bit is set here.
 */
export function saltKey(
  out: Uint8Array,
  plainKey: Uint8Array,
  salt: number,
  request: PacketView,
  secret: SharedSecret,
): void {
  out.fill(0);
  out[0] = 0x80 | (salt >>> 8);
  out[1] = salt;
  out[2] = plainKey.length;
  out.set(plainKey, 3);
  const authenticator = request.authenticatorStart;
  md5
    .reset()
    .update(secret.bytes)
    .update(request.bytes, authenticator, authenticator + 16);
  md5.update(out, 0, 2).digestInto(mask, 0);
  for (let i = 0; i < 16; i++) out[2 + i] ^= mask[i];
  md5.reset().update(secret.bytes).update(out, 2, 18).digestInto(mask, 0);
  for (let i = 0; i < 16; i++) out[18 + i] ^= mask[i];
}

function writeSalted(writer: ReplyWriter, type: number, request: PacketView, secret: SharedSecret): void {
  nextSalt = (nextSalt + 1) & 0x7fff;
  saltKey(salted, key, nextSalt, request, secret);
  writer.vendor(VENDOR.microsoft, type, salted);
}

/** LM key(8, unknown: zeros) + NT key(16), where routers expect the hash of the NT hash, hidden like a password. */
function writeChapMppeKeys(
  writer: ReplyWriter,
  request: PacketView,
  secret: SharedSecret,
  proof: MsChapProof,
): void {
  chapKeys.fill(0);
  chapKeys.set(proof.ntHashHash, 8);
  hideInto(chapKeys, 0, 32, request.bytes, request.authenticatorStart, secret);
  writer.vendor(VENDOR.microsoft, CHAP_MPPE_KEYS_TYPE, chapKeys);
}

function masterKey(proof: MsChapProof): void {
  sha1.reset().update(proof.ntHashHash).update(proof.ntResponse).update(MASTER_MAGIC).digestInto(digest, 0);
  for (let i = 0; i < 16; i++) master[i] = digest[i];
}

function startKey(magic: Uint8Array): void {
  sha1.reset().update(master).update(PAD_1).update(magic).update(PAD_2).digestInto(digest, 0);
  for (let i = 0; i < 16; i++) key[i] = digest[i];
}
