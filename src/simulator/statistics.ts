import { LatencyHistogram } from './latency.ts';

/** What a simulated router counts; one may be shared by several routers. */
export class Statistics {
  accepts = 0;
  /** Logins answered by Access-Reject, by the reason the server gave. */
  readonly rejects = new Map<string, number>();
  /** Logins that no answer came to. */
  unanswered = 0;
  /** Accepts the router could not use: bad MS-CHAP2-Success, unknown pool. */
  unusable = 0;
  accountingSent = 0;
  accountingAcked = 0;
  /** Records given up after the last retransmission. */
  accountingLost = 0;
  retransmissions = 0;
  /** Replies whose authenticator did not verify: a wrong secret. */
  badReplies = 0;
  coaRequests = 0;
  disconnectRequests = 0;
  /** CoA and Disconnect requests dropped because their authenticator is wrong. */
  badDynauthRequests = 0;
  readonly loginLatency = new LatencyHistogram();
  readonly accountingLatency = new LatencyHistogram();

  countReject(reason: string): void {
    this.rejects.set(reason, (this.rejects.get(reason) ?? 0) + 1);
  }

  get rejectTotal(): number {
    let total = 0;
    for (const count of this.rejects.values()) total += count;
    return total;
  }

  /** All numbers in one flat record, for printing and JSON; latencies in ms. */
  snapshot(): Readonly<Record<string, number | Readonly<Record<string, number>>>> {
    return {
      accepts: this.accepts,
      rejects: Object.fromEntries(this.rejects),
      unanswered: this.unanswered,
      unusable: this.unusable,
      accounting_sent: this.accountingSent,
      accounting_acked: this.accountingAcked,
      accounting_lost: this.accountingLost,
      retransmissions: this.retransmissions,
      bad_replies: this.badReplies,
      coa_requests: this.coaRequests,
      disconnect_requests: this.disconnectRequests,
      bad_dynauth_requests: this.badDynauthRequests,
      login_p50_ms: rounded(this.loginLatency.percentileMs(0.5)),
      login_p99_ms: rounded(this.loginLatency.percentileMs(0.99)),
      accounting_p50_ms: rounded(this.accountingLatency.percentileMs(0.5)),
      accounting_p99_ms: rounded(this.accountingLatency.percentileMs(0.99)),
    };
  }
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
