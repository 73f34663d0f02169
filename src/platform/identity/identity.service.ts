import type { Database } from '../../db/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import type { PasswordHasher } from './password.port.ts';
import type { TotpCodes } from './second-factor/totp.port.ts';
import type { AccessTokens } from './sessions/access-tokens.port.ts';
import type { SignInLimiter } from './sessions/sign-in-limiter.port.ts';

/** What the use cases of signing in work with. */
export interface IdentityDeps {
  readonly db: Database;
  readonly box: SecretBox;
  /** The machine's clock, never the business clock: a rehearsal must not end or revive a session. */
  readonly clock: Clock;
  readonly hasher: PasswordHasher;
  readonly accessTokens: AccessTokens;
  readonly limiter: SignInLimiter;
  readonly totp: TotpCodes;
}

/** Where a request of somebody who is not signed in yet comes from. */
export interface RequestOrigin {
  readonly address: string | undefined;
  readonly requestId: string;
  readonly userAgent?: string | undefined;
}
