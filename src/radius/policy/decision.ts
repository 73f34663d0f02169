/** The checks behind a login, in the order in which they are always made. */
export const CHECKS = [
  'nas_known',
  'packet_genuine',
  'user_found',
  'password',
  'service_state',
  'expiry',
  'mac_lock',
  'nas_allowed',
  'session_limit',
  'quota',
] as const;

export type Check = (typeof CHECKS)[number];

/** Reasons that an installation may answer with a walled garden instead of a reject. */
export type WalledReason = 'service_suspended' | 'service_expired' | 'validity_over' | 'data_cap';

/** Why a login was refused. */
export type RejectReason =
  | WalledReason
  | 'eap_not_offered'
  | 'no_credentials'
  | 'unknown_user'
  | 'wrong_password'
  | 'service_pending'
  | 'service_cancelled'
  | 'mac_mismatch'
  | 'nas_not_allowed'
  | 'too_many_sessions';

/** Which of the three replies of a service an accepted login gets. */
export type Grade = 'full' | 'throttled' | 'walled';

/** The outcome of one login, with the whole trail in two bit masks over `CHECKS`. */
export interface Decision {
  readonly outcome: 'accept' | 'reject';
  /** Meaningful for an accept only; a reject says `walled`, the least of the three. */
  readonly grade: Grade;
  /** Why it was rejected or walled; undefined for any other accept. */
  readonly reason: RejectReason | WalledReason | undefined;
  /** Bit n is set when check n of `CHECKS` was made and met. */
  readonly passed: number;
  /** Bit n is set when check n had nothing to look at. A reached check in neither mask walled the login. */
  readonly skipped: number;
  readonly failed: Check | undefined;
  /** The MAC address this first login binds the service to. */
  readonly bindMac: string | undefined;
  /** Session-Timeout to send, in seconds; 0 = none. */
  readonly sessionTimeoutS: number;
}

/** The bit of a check in `passed` and `skipped`. */
export function bitOf(check: Check): number {
  return 1 << CHECKS.indexOf(check);
}
