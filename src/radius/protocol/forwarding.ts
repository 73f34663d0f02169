import { Buffer } from 'node:buffer';
import { CODE, hasKeyedAuthenticator } from './code.ts';
import { Md5 } from './md5.ts';
import type { PacketView } from './packet-view.ts';
import type { ReplyWriter } from './reply-writer.ts';
import type { SharedSecret } from './secret.ts';
import { SLOT, VENDOR } from './slots.ts';

/** Octets hidden under one secret go on hidden under another. */
export interface Hop {
  readonly from: SharedSecret;
  readonly to: SharedSecret;
}

const HEADER_SIZE = 20;
const SIGNATURE_SIZE = 18;
const BLOCK = 16;
const TUNNEL_PASSWORD = 69;
/** MS-CHAP-MPPE-Keys is hidden like a User-Password; the two keys of MS-CHAPv2 are salted (RFC 2548 section 2.4). */
const CHAP_MPPE_KEYS = 12;
const SALTED_KEYS: readonly number[] = [16, 17];
const md5 = new Md5();

/**
 * A request of a router as another server may read it: same attributes and, for a login, the same authenticator (a CHAP
 * challenge may be it), under another id and secret, and signed. What is hidden is hidden anew.
 */
export function forwardedRequest(view: PacketView, hop: Hop, id: number): Buffer {
  const isKeyed = hasKeyedAuthenticator(view.code);
  const authenticator = Buffer.from(view.bytes.subarray(4, HEADER_SIZE));
  const attributes = rehidden(view, authenticator, hop);
  const signature = Buffer.alloc(isKeyed ? 0 : SIGNATURE_SIZE);
  if (!isKeyed) signature.set([SLOT.messageAuthenticator, SIGNATURE_SIZE]);
  const header = Buffer.of(view.code, id, 0, 0);
  const packet = Buffer.concat([
    header,
    isKeyed ? Buffer.alloc(BLOCK) : authenticator,
    signature,
    attributes,
  ]);
  packet.writeUInt16BE(packet.length, 2);
  if (isKeyed) md5.reset().update(packet).update(hop.to.bytes).digestInto(packet, 4);
  else hop.to.hmac.signInto(packet, 0, packet.length, packet, HEADER_SIZE + 2);
  return packet;
}

/**
 * The other server's answer as the router may read it. `reply` has been verified; `request` shows the router's own
 * datagram. The writer is ready to be finished. RangeError when the signature no longer fits.
 */
export function relayReply(
  writer: ReplyWriter,
  reply: PacketView,
  request: PacketView,
  hop: Hop,
): ReplyWriter {
  const authenticator = Buffer.from(request.bytes.subarray(4, HEADER_SIZE));
  return writer.begin(reply.code).raw(rehidden(reply, authenticator, hop));
}

/** A copy of the attributes without their signature, with what is hidden under the new secret. */
function rehidden(view: PacketView, authenticator: Buffer, hop: Hop): Buffer {
  const parts: Buffer[] = [];
  for (let at = HEADER_SIZE; at < view.length; at += view.bytes[at + 1]) {
    const type = view.bytes[at];
    if (type === SLOT.messageAuthenticator) continue;
    const attribute = Buffer.from(view.bytes.subarray(at, at + view.bytes[at + 1]));
    if (view.code === CODE.accessRequest && type === SLOT.userPassword)
      rehide(attribute, 2, authenticator, hop);
    if (view.code === CODE.accessAccept && type === TUNNEL_PASSWORD)
      rehideSalted(attribute, 3, authenticator, hop);
    if (view.code === CODE.accessAccept && type === SLOT.vendorSpecific)
      rehideVendor(attribute, authenticator, hop);
    parts.push(attribute);
  }
  return Buffer.concat(parts);
}

/** Hides the keys of a Microsoft attribute anew, which may hold several sub-attributes. */
function rehideVendor(attribute: Buffer, authenticator: Buffer, hop: Hop): void {
  if (attribute.length < 8 || attribute.readUInt32BE(2) !== VENDOR.microsoft) return;
  for (let at = 6; at + 2 < attribute.length; at += Math.max(2, attribute[at + 1])) {
    const sub = attribute.subarray(at, at + attribute[at + 1]);
    if (SALTED_KEYS.includes(sub[0])) rehideSalted(sub, 2, authenticator, hop);
    else if (sub[0] === CHAP_MPPE_KEYS) rehide(sub, 2, authenticator, hop);
  }
}

/** `salt` octets stand before what is hidden, and are part of its first mask. */
function rehideSalted(octets: Buffer, saltAt: number, authenticator: Buffer, hop: Hop): void {
  const salt = octets.subarray(saltAt, saltAt + 2);
  rehide(octets, saltAt + 2, Buffer.concat([authenticator, salt]), hop);
}

/** Changes `octets` from `start` on in place: each block is masked with MD5(secret + the hidden block before). */
function rehide(octets: Buffer, start: number, first: Buffer, hop: Hop): void {
  const was = Buffer.alloc(BLOCK);
  const becomes = Buffer.alloc(BLOCK);
  let hiddenBefore = first;
  let newBefore = first;
  for (let block = start; block + BLOCK <= octets.length; block += BLOCK) {
    md5.reset().update(hop.from.bytes).update(hiddenBefore).digestInto(was, 0);
    md5.reset().update(hop.to.bytes).update(newBefore).digestInto(becomes, 0);
    hiddenBefore = Buffer.from(octets.subarray(block, block + BLOCK));
    for (let i = 0; i < BLOCK; i += 1) octets[block + i] ^= was[i] ^ becomes[i];
    newBefore = Buffer.from(octets.subarray(block, block + BLOCK));
  }
}
