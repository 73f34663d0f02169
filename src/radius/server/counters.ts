/** Why a datagram got no answer. */
export type DropReason =
  | 'unknown_nas'
  | 'short'
  | 'length'
  | 'attribute_length'
  | 'message_authenticator'
  | 'bad_authenticator'
  | 'unsigned'
  | 'unsigned_proxy_state'
  | 'unsigned_eap'
  | 'unexpected_code'
  | 'no_user_name'
  | 'no_session_id'
  | 'bad_status_type'
  | 'not_ready'
  | 'overload'
  | 'stale'
  | 'database_down'
  | 'unwritable'
  | 'fault';

const LATENCY_BOUNDS_US = [
  100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000,
];

/** How long answers took: cumulative counts by upper bound in microseconds, the last one without a bound. */
export class LatencyHistogram {
  readonly counts = new Array<number>(LATENCY_BOUNDS_US.length + 1).fill(0);
  sumUs = 0;

  add(us: number): void {
    let at = 0;
    while (at < LATENCY_BOUNDS_US.length && us > LATENCY_BOUNDS_US[at]) at += 1;
    this.counts[at] += 1;
    this.sumUs += us;
  }

  /** As kept in `role_health`. */
  snapshot(): { bounds_us: readonly number[]; counts: readonly number[]; sum_us: number } {
    return { bounds_us: LATENCY_BOUNDS_US, counts: this.counts, sum_us: Math.round(this.sumUs) };
  }
}

/** What the RADIUS role counts since its start; read every two seconds into `role_health`. */
export class RadiusCounters {
  accessRequests = 0;
  accepts = 0;
  walledAccepts = 0;
  rejects = 0;
  accountingRequests = 0;
  accountingResponses = 0;
  statusRequests = 0;
  duplicatesAnswered = 0;
  duplicatesIgnored = 0;
  authLogLost = 0;
  staleClassStarts = 0;
  readonly drops: Partial<Record<DropReason, number>> = {};
  readonly accessLatency = new LatencyHistogram();
  readonly accountingLatency = new LatencyHistogram();

  /** Counts a datagram that got no answer. */
  drop(reason: DropReason): void {
    this.drops[reason] = (this.drops[reason] ?? 0) + 1;
  }

  /** Plain values in snake_case for `role_health.counters`. */
  snapshot(): Record<string, unknown> {
    return {
      access_requests: this.accessRequests,
      accepts: this.accepts,
      walled_accepts: this.walledAccepts,
      rejects: this.rejects,
      accounting_requests: this.accountingRequests,
      accounting_responses: this.accountingResponses,
      status_requests: this.statusRequests,
      duplicates_answered: this.duplicatesAnswered,
      duplicates_ignored: this.duplicatesIgnored,
      auth_log_lost: this.authLogLost,
      stale_class_starts: this.staleClassStarts,
      drops: this.drops,
      access_latency: this.accessLatency.snapshot(),
      accounting_latency: this.accountingLatency.snapshot(),
    };
  }
}
