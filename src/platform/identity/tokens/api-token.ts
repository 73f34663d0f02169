import { invalid } from '../../../kernel/errors.ts';
import type { Permission } from '../permission.ts';

/** A script's token as it is shown: never the token itself. */
export interface ApiToken {
  readonly id: string;
  readonly name: string;
  /** The first characters, to tell tokens apart. */
  readonly prefix: string;
  readonly scopes: readonly Permission[];
  readonly makerId: string;
  readonly makerEmail: string;
  readonly createdAt: Date;
  /** Undefined: it does not expire. */
  readonly expiresAt: Date | undefined;
  /** To the minute. */
  readonly lastUsedAt: Date | undefined;
  readonly revokedAt: Date | undefined;
}

/** How much of a token is kept readable. */
export const PREFIX_LENGTH = 12;
/** For tokens whose maker names no end: a year. */
export const DEFAULT_LIFE_S = 365 * 86_400;

/** Scopes its maker may give away; throws `validation_failed` naming those that are too much. */
export function checkScopes(
  scopes: readonly Permission[],
  held: ReadonlySet<Permission>,
): readonly Permission[] {
  const beyond = scopes.filter((scope) => !held.has(scope));
  if (beyond.length === 0) return [...new Set(scopes)];
  throw invalid(`A token may do no more than its maker: ${beyond.join(', ')} is not yours to give.`, {
    scopes: `may not hold ${beyond.join(', ')}`,
  });
}

/** An end that lies ahead; throws `validation_failed`. */
export function checkExpiry(expiresAt: Date, nowMs: number): Date {
  if (expiresAt.getTime() > nowMs) return expiresAt;
  throw invalid('expires_at has passed already.', { expires_at: 'must lie ahead' });
}
