/** How long somebody stays signed in without coming back, in seconds: each refresh begins it anew. */
export const SESSION_IDLE_S = 30 * 86_400;

/** Ended sessions and their refresh tokens are kept this long, so that a late replay is still recognised. */
export const SESSION_KEPT_S = 30 * 86_400;

/** Why a session ended before its time. */
export type RevokedFor =
  | 'signed_out'
  | 'refresh_token_reused'
  | 'password_changed'
  | 'user_disabled'
  | 'signed_out_by_admin';

/** The instant `seconds` after `nowMs`. */
export function secondsAfter(nowMs: number, seconds: number): Date {
  return new Date(nowMs + seconds * 1000);
}
