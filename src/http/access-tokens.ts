import { sign, verify } from 'hono/jwt';
import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import { ACCESS_TOKEN_S, type AccessTokens } from '../platform/identity/sessions/access-tokens.port.ts';
import { tokenExpired, tokenInvalid } from '../platform/identity/sessions/sign-in-errors.ts';
import type { SecretBox } from '../platform/secrets/secret-box.ts';

const ALGORITHM = 'HS256';
const ISSUER = 'netflow-isp';
/** A signature that is genuine stays so: of so many tokens it is checked once. */
const KNOWN_MAX = 1_000;
const ID = z.string().regex(/^[1-9]\d{0,17}$/);
const CLAIMS = z.object({ sub: ID, sid: ID, exp: z.number() });

/** Access tokens as JSON Web Tokens, signed with a key that APP_KEY gives; `clock` is the machine's. */
export function jwtAccessTokens(box: SecretBox, clock: Clock): AccessTokens {
  const key = box.deriveKey('access tokens').toString('base64url');
  const known = new Map<string, z.output<typeof CLAIMS>>();
  const check = async (token: string) => {
    const claims = CLAIMS.safeParse(await payloadOf(token, key));
    if (!claims.success) throw tokenInvalid();
    if (known.size >= KNOWN_MAX) known.clear();
    known.set(token, claims.data);
    return claims.data;
  };
  return {
    issue: ({ userId, sessionId }) => {
      const iat = Math.floor(clock.nowMs() / 1000);
      const claims = { iss: ISSUER, sub: userId, sid: sessionId, iat, exp: iat + ACCESS_TOKEN_S };
      return sign(claims, key, ALGORITHM);
    },
    read: async (token) => {
      const { sub, sid, exp } = known.get(token) ?? (await check(token));
      if (exp * 1000 <= clock.nowMs()) throw tokenExpired();
      return { userId: sub, sessionId: sid };
    },
  };
}

/** Times are left to the caller: the clocks of two hosts may differ, and `iat` says nothing of importance. */
async function payloadOf(token: string, key: string): Promise<unknown> {
  try {
    return await verify(token, key, { alg: ALGORITHM, iss: ISSUER, exp: false, iat: false, nbf: false });
  } catch {
    throw tokenInvalid();
  }
}
