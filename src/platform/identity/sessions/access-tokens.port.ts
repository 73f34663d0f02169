/** What an access token says: who, and by which session. */
export interface AccessClaims {
  readonly userId: string;
  readonly sessionId: string;
}

/** How long an access token is good for, in seconds; its session is looked up on every request all the same. */
export const ACCESS_TOKEN_S = 15 * 60;

/** Signs access tokens and reads those it has signed. */
export interface AccessTokens {
  issue(claims: AccessClaims): Promise<string>;
  /** Throws `token_invalid`, or `token_expired` for one that was good once. */
  read(token: string): Promise<AccessClaims>;
}
