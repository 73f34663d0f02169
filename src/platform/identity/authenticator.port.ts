import type { Principal } from './principal.ts';

/** Says who stands behind the bearer token of a request. */
export interface Authenticator {
  /** Throws `unauthenticated` with the code `token_invalid` or `token_expired`. */
  authenticate(bearer: string): Promise<Principal>;
}
