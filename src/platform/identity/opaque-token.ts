import { createHash } from 'node:crypto';
import { randomOctets } from '../../kernel/ids.ts';

const SECRET_OCTETS = 32;

/** What a token is for, as its first letters say: a script's, a refresh token, the set-up token. */
export type TokenPrefix = 'nft_' | 'nfr_' | 'nfs_';

/** A new unguessable token of 256 random bits. */
export function newToken(prefix: TokenPrefix): string {
  return prefix + randomOctets(SECRET_OCTETS).toString('base64url');
}

/** What the database keeps of a token. Tokens are long and random, so that a plain hash tells nothing. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
