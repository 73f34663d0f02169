/** What to do with a login that is right but not entitled to the Internet just now. */
export type Refusal = 'reject' | 'walled';

/** The choices an operator makes once for the whole installation. */
export interface InstallationPolicy {
  readonly onSuspended: Refusal;
  readonly onExpired: Refusal;
  readonly onDataCap: Refusal;
  /** How long a walled session may last before it must ask again, in seconds; 0 = no limit. */
  readonly walledSessionTimeoutS: number;
  /** The firewall address list of walled sessions; empty when the pool alone makes the wall. */
  readonly walledAddressList: string;
  /** The `/ip/pool` walled sessions get their address from, in place of their own address. */
  readonly walledPool?: string;
  /** Acct-Interim-Interval where the plan names none, in seconds; 0 = the router's own. */
  readonly interimIntervalS: number;
  /** The longest Session-Timeout RouterOS is known to take, in seconds (mikrotik-radius section 3). */
  readonly maxSessionTimeoutS: number;
  /** A new login of the same port or MAC address closes the old session instead of counting beside it. */
  readonly replacePortSession: boolean;
}

/**
 * The policy of an installation that chose nothing. It rejects: a walled garden needs firewall rules on the
 * router, and without them a suspended subscriber would have the open Internet.
 */
export const DEFAULT_POLICY: InstallationPolicy = Object.freeze({
  onSuspended: 'reject',
  onExpired: 'reject',
  onDataCap: 'reject',
  walledSessionTimeoutS: 300,
  walledAddressList: 'suspended',
  interimIntervalS: 300,
  maxSessionTimeoutS: 21_474_720,
  replacePortSession: true,
});

/** The default policy with some choices replaced. */
export function installationPolicy(choices: Partial<InstallationPolicy> = {}): InstallationPolicy {
  return { ...DEFAULT_POLICY, ...choices };
}
