import { hasKeyedAuthenticator, hasRandomAuthenticator } from './code.ts';
import { equalOctets } from './constant-time.ts';
import { Md5 } from './md5.ts';
import type { PacketView } from './packet-view.ts';
import type { SharedSecret } from './secret.ts';
import { SLOT } from './slots.ts';

const ZEROS = new Uint8Array(16);
const md5 = new Md5();
const digest = new Uint8Array(16);

/**
 * Checks the Message-Authenticator of a request (RFC 3579 section 3.2, RFC 5176 section 3.4): its HMAC covers
 * the packet's own authenticator in Access-Request and Status-Server, and zeros in the keyed requests.
 * A reply cannot be judged without its request and counts as `invalid`; see `verifyReply` in codec.ts.
 */
export function checkMessageAuthenticator(
  view: PacketView,
  secret: SharedSecret,
): 'absent' | 'valid' | 'invalid' {
  const at = view.start(SLOT.messageAuthenticator);
  if (at === 0) return 'absent';
  const bytes = view.bytes;
  const hmac = secret.hmac;
  hmac.begin();
  if (hasRandomAuthenticator(view.code)) {
    hmac.add(bytes, 0, at);
  } else if (hasKeyedAuthenticator(view.code)) {
    hmac.add(bytes, 0, 4);
    hmac.add(ZEROS, 0, 16);
    hmac.add(bytes, 20, at);
  } else {
    return 'invalid';
  }
  hmac.add(ZEROS, 0, 16);
  hmac.add(bytes, at + 16, view.length);
  hmac.endInto(digest, 0);
  return equalOctets(digest, 0, bytes, at, 16) ? 'valid' : 'invalid';
}

/** Checks the Request Authenticator of Accounting-, Disconnect- and CoA-Request; false for any other code. */
export function hasValidRequestAuthenticator(view: PacketView, secret: SharedSecret): boolean {
  if (!hasKeyedAuthenticator(view.code)) return false;
  const bytes = view.bytes;
  md5.reset().update(bytes, 0, 4).update(ZEROS, 0, 16).update(bytes, 20, view.length);
  md5.update(secret.bytes, 0, secret.bytes.length).digestInto(digest, 0);
  return equalOctets(digest, 0, bytes, 4, 16);
}
