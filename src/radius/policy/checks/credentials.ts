import { normaliseMac } from '../../../kernel/mac.ts';
import type { AccessFacts } from '../facts.ts';
import type { Subject } from '../subject.ts';
import type { Verdict } from './verdict.ts';

/**
 * The proof of who is there.
 *
 * A service without a password of its own is opened by its MAC address alone, and so only when the request's
 * user name is that address: the service is named by it or locked to it. A password that merely repeats the
 * address (what routers store for MAC logins) keeps no secret and counts as none. Any other stored password
 * is a secret, and an empty one never opens it, whatever address it comes from.
 */
export function passwordVerdict(facts: AccessFacts, subject: Subject): Verdict {
  if (facts.method === 'mac') {
    return keepsNoSecret(subject, facts.userName) && isOpenedBy(subject, facts.userName)
      ? 'passed'
      : 'wrong_password';
  }
  if (!facts.credentials.matches(subject)) return 'wrong_password';
  // Hotspot MAC logins come as PAP or CHAP over an empty password; anybody else's empty password opens nothing.
  return subject.password.length > 0 || isOpenedBy(subject, facts.userName) ? 'passed' : 'wrong_password';
}

function isOpenedBy(subject: Subject, userName: string): boolean {
  const mac = normaliseMac(userName);
  if (mac === undefined) return false;
  if (normaliseMac(subject.username) === mac) return true;
  return subject.macLock !== undefined && normaliseMac(subject.macLock) === mac;
}

function keepsNoSecret(subject: Subject, userName: string): boolean {
  if (subject.password.length === 0) return true;
  const mac = normaliseMac(subject.password.toString('latin1'));
  return mac !== undefined && mac === normaliseMac(userName);
}
