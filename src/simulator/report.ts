import type { Statistics } from './statistics.ts';

/** The running state in one line of at most about 150 characters. */
export function statusLine(
  statistics: Statistics,
  now: { readonly sessionsUp: number; readonly loginsPerSecond: number },
): string {
  const rejects = [...statistics.rejects].map(([reason, count]) => `${count} ${reason}`).join(', ');
  const parts = [
    `${now.sessionsUp} up`,
    `${now.loginsPerSecond.toFixed(0)} logins/s`,
    rejects === '' ? '0 rejects' : `rejects: ${rejects}`,
    `${statistics.unanswered} unanswered`,
    `accounting ${statistics.accountingAcked} acked, ${statistics.accountingLost} lost`,
    `p50 ${ms(statistics.loginLatency.percentileMs(0.5))} p99 ${ms(statistics.loginLatency.percentileMs(0.99))} ms`,
  ];
  return parts.join(' | ');
}

/** The whole rehearsal, one fact per line. */
export function summaryText(
  statistics: Statistics,
  run: { readonly seconds: number; readonly sessionsUp: number },
): string {
  const { loginLatency, accountingLatency } = statistics;
  const asked = statistics.accepts + statistics.rejectTotal + statistics.unanswered + statistics.unusable;
  const lines = [
    `${asked} logins in ${run.seconds.toFixed(1)} s: ${statistics.accepts} accepted, ` +
      `${statistics.rejectTotal} rejected, ${statistics.unanswered} unanswered, ${statistics.unusable} unusable`,
    ...[...statistics.rejects].map(([reason, count]) => `  ${count} rejected: ${reason}`),
    `login p50 ${ms(loginLatency.percentileMs(0.5))} ms, p99 ${ms(loginLatency.percentileMs(0.99))} ms`,
    `${statistics.accountingSent} accounting records: ${statistics.accountingAcked} acknowledged, ` +
      `${statistics.accountingLost} lost`,
    `accounting p50 ${ms(accountingLatency.percentileMs(0.5))} ms, p99 ${ms(accountingLatency.percentileMs(0.99))} ms`,
    `${statistics.retransmissions} retransmissions, ${statistics.badReplies} replies with a wrong authenticator`,
    `${statistics.coaRequests} CoA and ${statistics.disconnectRequests} Disconnect requests received` +
      (statistics.badDynauthRequests > 0 ? `, ${statistics.badDynauthRequests} with a wrong secret` : ''),
    `${run.sessionsUp} sessions were up at the end`,
  ];
  return lines.join('\n');
}

function ms(value: number): string {
  return value < 10 ? value.toFixed(2) : value.toFixed(0);
}
