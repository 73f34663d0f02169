import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';

/** The words of the login since 6.43. */
export function loginWords(username: string, password: string): readonly string[] {
  return ['/login', `=name=${username}`, `=password=${password}`];
}

/**
 * The answer to the challenge of a router older than 6.43, which answers any login with 16 octets in hex:
 * 00 + MD5(00 + password + challenge). Undefined when that is not what came.
 */
export function challengeWords(
  username: string,
  password: string,
  challenge: string,
): readonly string[] | undefined {
  if (!/^[0-9a-f]{32}$/i.test(challenge)) return undefined;
  return ['/login', `=name=${username}`, `=response=${challengeResponse(password, challenge)}`];
}

/** As both sides compute it. */
export function challengeResponse(password: string, challenge: string): string {
  const hash = createHash('md5');
  hash
    .update(Buffer.from([0]))
    .update(password, 'utf8')
    .update(Buffer.from(challenge, 'hex'));
  return `00${hash.digest('hex')}`;
}
