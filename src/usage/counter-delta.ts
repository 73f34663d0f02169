import { GIGAWORD } from '../kernel/octets.ts';

/** What is odd about a report; bits, kept with the raw row and or-ed into the session. */
export const ANOMALY = {
  /** A 32-bit counter came round: 2^32 was added. */
  wrapped: 1,
  /** A counter was lower than before: nothing was taken away. */
  wentBack: 2,
  /** An Interim or Stop came without octets. */
  noCounters: 4,
  /** The session was not known: its Start was lost or is late. */
  startLost: 8,
  /** A closed session went on. */
  reopened: 16,
  /** A counter no subscriber can reach; left out. */
  implausible: 32,
  /** A Stop-ed session reported more octets afterwards. */
  afterStop: 64,
} as const;

/** Where a session's counters stand: the highest values seen, wraps included. */
export interface Counters {
  readonly uploadOctets: number;
  readonly downloadOctets: number;
  readonly sessionTimeS: number;
}

/** What a report says. Octets are undefined when the packet had none (or an implausible value). */
export interface CounterReport {
  readonly uploadOctets: number | undefined;
  readonly downloadOctets: number | undefined;
  /** Whether the packet carried Gigawords: then its counters are whole 64-bit values. */
  readonly hasGigawords: boolean;
  /** Undefined when the packet does not say: it then tells neither an older report nor a wrap. */
  readonly sessionTimeS: number | undefined;
}

/** The counters after a report, and the octets it added: never negative. */
export interface CounterStep extends Counters {
  readonly uploadDelta: number;
  readonly downloadDelta: number;
  readonly anomalies: number;
}

/**
 * Billing-rules O9. Counters are cumulative: with Gigawords the difference to the highest value seen counts;
 * without, a lower value with a greater session time has wrapped, and what is older adds nothing.
 */
export function countReport(before: Counters, report: CounterReport): CounterStep {
  const upload = step(before.uploadOctets, report.uploadOctets, before, report);
  const download = step(before.downloadOctets, report.downloadOctets, before, report);
  return {
    uploadOctets: upload.value,
    downloadOctets: download.value,
    sessionTimeS: Math.max(before.sessionTimeS, report.sessionTimeS ?? 0),
    uploadDelta: upload.value - before.uploadOctets,
    downloadDelta: download.value - before.downloadOctets,
    anomalies: upload.anomalies | download.anomalies,
  };
}

interface DirectionStep {
  readonly value: number;
  readonly anomalies: number;
}

function step(
  highest: number,
  reported: number | undefined,
  before: Counters,
  report: CounterReport,
): DirectionStep {
  if (reported === undefined) return { value: highest, anomalies: 0 };
  if (report.hasGigawords) {
    return reported >= highest
      ? { value: reported, anomalies: 0 }
      : { value: highest, anomalies: ANOMALY.wentBack };
  }
  const sessionTimeS = report.sessionTimeS ?? before.sessionTimeS;
  if (sessionTimeS < before.sessionTimeS) {
    return { value: highest, anomalies: reported < highest % GIGAWORD ? ANOMALY.wentBack : 0 };
  }
  const low = highest % GIGAWORD;
  const base = highest - low;
  if (reported >= low) return { value: base + reported, anomalies: 0 };
  // A router that blanks both counters in mid-session has not wrapped: two wraps to exactly zero do not meet.
  const isBlank = (report.uploadOctets ?? 0) === 0 && (report.downloadOctets ?? 0) === 0;
  if (sessionTimeS > before.sessionTimeS && !isBlank) {
    return { value: base + GIGAWORD + reported, anomalies: ANOMALY.wrapped };
  }
  return { value: highest, anomalies: ANOMALY.wentBack };
}
