/** Acct-Status-Type values the server acts on (RFC 2866 section 5.1): 2 is Stop, 3 is Interim-Update. */
export const STATUS = { start: 1, stop: 2, interim: 3, accountingOn: 7, accountingOff: 8 } as const;

/** What identifies where a subscriber sits and what he was given; written when a session opens or it changes. */
export interface SessionDetails {
  readonly framedIp: string | null;
  readonly framedIpv6Prefix: string | null;
  readonly delegatedIpv6Prefix: string | null;
  readonly callingStation: string | null;
  readonly calledStation: string | null;
  readonly nasPortId: string | null;
  readonly nasPort: number | null;
  readonly nasAddress: string;
  readonly nasIpReported: string | null;
  readonly nasIdentifier: string | null;
}

/** One Start, Interim or Stop, decoded: directions right, octets combined, event time settled. */
export interface AccountingReport {
  readonly status: number;
  readonly nasId: number;
  readonly acctSessionId: string;
  /** Empty when the packet names nobody. */
  readonly username: string;
  /** 0 when no service has this name. */
  readonly serviceId: number;
  /** When it arrived, and when it happened (arrival less Acct-Delay-Time), milliseconds since the epoch. */
  readonly receivedAtMs: number;
  readonly eventAtMs: number;
  /** Undefined when the packet does not say. */
  readonly sessionTimeS: number | undefined;
  readonly uploadOctets: number | undefined;
  readonly downloadOctets: number | undefined;
  readonly hasGigawords: boolean;
  readonly anomalies: number;
  readonly terminateCause: number;
  readonly interimIntervalS: number;
  readonly stateVersion: number;
  readonly grade: string | null;
  /** Hash over the octets of the details: equal hash, nothing new to write. */
  readonly detailsHash: number;
  /** Short hashes that tell a new login of the same port or MAC; 0 when the packet names none. */
  readonly stationHash: number;
  readonly details: () => SessionDetails;
}

/** Acct-Terminate-Cause as a word (RFC 2866 section 5.10). */
export function terminateCauseWord(cause: number): string {
  return CAUSES[cause] ?? (cause === 0 ? 'stopped' : `cause_${cause}`);
}

const CAUSES: Readonly<Record<number, string>> = {
  1: 'user_request',
  2: 'lost_carrier',
  3: 'lost_service',
  4: 'idle_timeout',
  5: 'session_timeout',
  6: 'admin_reset',
  7: 'admin_reboot',
  8: 'port_error',
  9: 'nas_error',
  10: 'nas_request',
  11: 'nas_reboot',
  12: 'port_unneeded',
  13: 'port_preempted',
  14: 'port_suspended',
  15: 'service_unavailable',
  16: 'callback',
  17: 'user_error',
  18: 'host_request',
};
