import { normaliseMac } from '../../kernel/mac.ts';
import type { LoginMethod } from '../policy/facts.ts';
import type { PacketView } from '../protocol/packet-view.ts';
import type { SharedSecret } from '../protocol/secret.ts';
import { SLOT } from '../protocol/slots.ts';
import { papMatches } from '../protocol/user-password.ts';

const EMPTY = Buffer.alloc(0);
const SPACE = Buffer.from(' ');

/**
 * How a request proves who is there. A MAC as user name with an empty password is how RouterOS asks for DHCP leases
 * and hotspot MAC logins (mikrotik-radius.md section 2); an empty password under any other name is plain PAP.
 */
export function loginMethod(view: PacketView, secret: SharedSecret, userName: string): LoginMethod {
  if (view.has(SLOT.userPassword)) {
    if (view.size(SLOT.userPassword) > 16 || normaliseMac(userName) === undefined) return 'pap';
    return looksEmpty(view, secret) ? 'mac' : 'pap';
  }
  if (view.has(SLOT.chapPassword)) return 'chap';
  if (view.has(SLOT.msChap2Response)) return 'mschap2';
  if (view.has(SLOT.msChapResponse)) return 'mschap1';
  if (view.has(SLOT.eapMessage)) return 'eap';
  return normaliseMac(userName) === undefined ? 'none' : 'mac';
}

/** RouterOS also sends a single space where its manual says "empty". */
function looksEmpty(view: PacketView, secret: SharedSecret): boolean {
  return (
    view.size(SLOT.userPassword) === 0 || papMatches(view, secret, EMPTY) || papMatches(view, secret, SPACE)
  );
}

/** Codes kept in `auth_log.method`. */
export const METHOD_CODES: Readonly<Record<LoginMethod, number>> = {
  none: 0,
  pap: 1,
  chap: 2,
  mschap1: 3,
  mschap2: 4,
  mac: 5,
  eap: 6,
};
