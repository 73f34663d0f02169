import type { Database } from '../../src/db/database.ts';
import { jwtAccessTokens } from '../../src/http/access-tokens.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import type { IdentityDeps } from '../../src/platform/identity/identity.service.ts';
import { bcryptHasherOf } from '../../src/platform/identity/password.adapter.ts';
import { totpCodes } from '../../src/platform/identity/second-factor/totp.adapter.ts';
import { lockOutRecorder } from '../../src/platform/identity/sessions/lock-out.service.ts';
import { openSignInLimiter } from '../../src/platform/identity/sessions/sign-in-limiter.adapter.ts';
import type { SecretBox } from '../../src/platform/secrets/secret-box.ts';

/** The lowest cost bcrypt knows: tests sign in often, and nobody attacks them. */
export const hasher = bcryptHasherOf(4);

/** Everything signing in works with, as the http role puts it together. */
export function identityOver(parts: { db: Database; box: SecretBox; clock: Clock }): IdentityDeps {
  const { db, box, clock } = parts;
  return {
    ...parts,
    hasher,
    accessTokens: jwtAccessTokens(box, clock),
    limiter: openSignInLimiter(db, lockOutRecorder(db, clock)),
    totp: totpCodes,
  };
}
