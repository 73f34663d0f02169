/** Who tries to prove something: an account, from an address. */
export interface Attempt {
  readonly account: string;
  /** Undefined counts the account over all addresses. */
  readonly address: string | undefined;
  /** Whose account it is, where that is known already. */
  readonly userId?: string | undefined;
  readonly requestId?: string | undefined;
}

/** Guessing has been ended for a while. */
export interface LockOut {
  /** The address, or the IPv6 network, from which nobody may try any more; undefined: only that account is locked. */
  readonly network: string | undefined;
  readonly failures: number;
  readonly lastsMs: number;
}

/** Wrong guesses of one account from one address within `FAILURE_WINDOW_S` before it is locked out. */
export const FAILURES_MAX = 10;
/** The same for all accounts tried from one address. */
export const FAILURES_PER_ADDRESS_MAX = 300;
export const FAILURE_WINDOW_S = 15 * 60;

/** Bounds how often a secret may be guessed, over all hosts together. */
export interface SignInLimiter {
  /**
   * Does `work` unless too many attempts have failed: then throws `locked_out` with the time to wait. What `work`
   * throws counts when it is a wrong guess (`isWrongGuess`); success forgets the failures of that account and address.
   */
  attempt<T>(who: Attempt, work: () => Promise<T>): Promise<T>;
}
