import { equalOctets } from './constant-time.ts';
import { Md5 } from './md5.ts';
import type { PacketView } from './packet-view.ts';
import { SLOT } from './slots.ts';

const md5 = new Md5();
const digest = new Uint8Array(16);

/**
 * Whether the CHAP-Password of the request answers its challenge with `password` (RFC 2865 section 5.3). The
 * challenge is CHAP-Challenge, or the Request Authenticator when that is absent.
 */
export function chapMatches(view: PacketView, password: Uint8Array): boolean {
  if (view.size(SLOT.chapPassword) !== 17) return false;
  const bytes = view.bytes;
  const response = view.start(SLOT.chapPassword);
  const hasChallenge = view.has(SLOT.chapChallenge);
  const challenge = hasChallenge ? view.start(SLOT.chapChallenge) : view.authenticatorStart;
  const challengeSize = hasChallenge ? view.size(SLOT.chapChallenge) : 16;
  if (challengeSize === 0) return false;
  md5
    .reset()
    .update(bytes, response, response + 1)
    .update(password, 0, password.length);
  md5.update(bytes, challenge, challenge + challengeSize).digestInto(digest, 0);
  return equalOctets(digest, 0, bytes, response + 1, 16);
}
