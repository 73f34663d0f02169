import { ANOMALY, countReport } from '../counter-delta.ts';
import { type AccountingReport, STATUS, terminateCauseWord } from './report.ts';

/**
 * A session as the accounting writer knows it: what is needed to judge the next report and no more. Times are
 * whole seconds since the epoch. The row in the database is the truth; `version` tells whether this copy is.
 */
export interface Session {
  readonly id: number;
  readonly nasId: number;
  readonly generation: number;
  /** The row's version this copy was read at or written as; 0 before the row exists. */
  readonly version: number;
  readonly serviceId: number;
  readonly startedAtS: number;
  readonly lastReportAtS: number;
  readonly lastEventAtS: number;
  readonly sessionTimeS: number;
  readonly uploadOctets: number;
  readonly downloadOctets: number;
  readonly anomalies: number;
  /** 0 while the session is open. */
  readonly closedAtS: number;
  readonly closeCause: string | null;
  readonly detailsHash: number;
  readonly stationHash: number;
}

/** What a report does: nothing at all, a change of the known session, or a session of its own. */
export type Step =
  | { readonly kind: 'duplicate' }
  | {
      readonly kind: 'changed' | 'opened';
      readonly session: Session;
      readonly uploadDelta: number;
      readonly downloadDelta: number;
      /** Anomalies of this report alone. */
      readonly anomalies: number;
      /** Seconds the delta was gathered in, for the peak rate; 0 when unknown. */
      readonly intervalS: number;
    };

/** How much later than the last report a start must be to be another session under an old id. */
const NEW_START_AFTER_S = 10;
/** Routers repeat an unanswered Start for seconds, not longer (mikrotik-radius.md section 4). */
const START_REPEATED_FOR_S = 10;
const NEW_IMPLIED_START_AFTER_S = 60;

/** Closings that were guesses: a later report proves them wrong and opens the session again. */
const GUESSED = new Set(['stale', 'replaced', 'nas_reboot', 'lost']);

/**
 * Judges one report against the newest session of its key (NAS, Acct-Session-Id, User-Name). `newId` is taken when
 * a session opens. A session whose Start was lost is opened by whatever comes; a Start or an implied start (event
 * time less session time) clearly later than the last report is a new generation (product-demands 11, 22).
 * A report without Acct-Session-Time implies nothing.
 */
export function judge(session: Session | undefined, report: AccountingReport, newId: () => number): Step {
  if (session === undefined) return open(report, newId(), 1);
  const eventAtS = Math.floor(report.eventAtMs / 1000);
  if (report.status === STATUS.start) {
    const isAnother = eventAtS > session.lastEventAtS + NEW_START_AFTER_S || isAnotherStart(session, report);
    return isAnother ? open(report, newId(), session.generation + 1) : lateStart(session, report);
  }
  const { sessionTimeS = 0 } = report;
  const startsLater =
    sessionTimeS > 0 && eventAtS - sessionTimeS > session.lastEventAtS + NEW_IMPLIED_START_AFTER_S;
  if (startsLater && !continues(session, report)) return open(report, newId(), session.generation + 1);
  return advance(session, report, eventAtS);
}

/**
 * Whether a Start soon after the last report is another session all the same: the known one had its Start and has
 * run for longer than a router repeats one, and this one says that it happens now.
 */
function isAnotherStart(session: Session, report: AccountingReport): boolean {
  if ((session.anomalies & ANOMALY.startLost) !== 0 || report.eventAtMs < report.receivedAtMs) return false;
  return session.sessionTimeS > START_REPEATED_FOR_S;
}

/**
 * Whether a report fits an open session though the clock says otherwise. It is then the clock that was set forward:
 * taking every session for a new one would count all its octets again.
 */
function continues(session: Session, report: AccountingReport): boolean {
  if (session.closedAtS !== 0 || (report.sessionTimeS ?? 0) < session.sessionTimeS) return false;
  return (countReport(session, report).anomalies & ANOMALY.wentBack) === 0;
}

function open(report: AccountingReport, id: number, generation: number): Step {
  const eventAtS = Math.floor(report.eventAtMs / 1000);
  const { sessionTimeS = 0 } = report;
  const isStart = report.status === STATUS.start;
  const counted = countReport({ uploadOctets: 0, downloadOctets: 0, sessionTimeS: 0 }, report);
  const anomalies = report.anomalies | counted.anomalies | (isStart ? 0 : ANOMALY.startLost);
  const isStop = report.status === STATUS.stop;
  return {
    kind: 'opened',
    uploadDelta: counted.uploadDelta,
    downloadDelta: counted.downloadDelta,
    anomalies,
    intervalS: sessionTimeS,
    session: {
      id,
      nasId: report.nasId,
      generation,
      version: 0,
      serviceId: report.serviceId,
      startedAtS: eventAtS - sessionTimeS,
      lastReportAtS: Math.floor(report.receivedAtMs / 1000),
      lastEventAtS: eventAtS,
      sessionTimeS,
      uploadOctets: counted.uploadOctets,
      downloadOctets: counted.downloadOctets,
      anomalies,
      closedAtS: isStop ? eventAtS : 0,
      closeCause: isStop ? terminateCauseWord(report.terminateCause) : null,
      detailsHash: report.detailsHash,
      stationHash: report.stationHash,
    },
  };
}

/** A Start behind its own session: a retransmission, or the late one of a session an Interim has opened. */
function lateStart(session: Session, report: AccountingReport): Step {
  if (session.detailsHash === report.detailsHash || session.closedAtS !== 0) return { kind: 'duplicate' };
  return {
    kind: 'changed',
    uploadDelta: 0,
    downloadDelta: 0,
    anomalies: report.anomalies,
    intervalS: 0,
    session: {
      ...session,
      lastReportAtS: Math.floor(report.receivedAtMs / 1000),
      lastEventAtS: Math.max(session.lastEventAtS, Math.floor(report.eventAtMs / 1000)),
      anomalies: session.anomalies | report.anomalies,
      detailsHash: report.detailsHash,
      stationHash: report.stationHash,
    },
  };
}

function advance(session: Session, report: AccountingReport, eventAtS: number): Step {
  const counted = countReport(session, report);
  const isStop = report.status === STATUS.stop;
  const addsNothing = counted.uploadDelta === 0 && counted.downloadDelta === 0;
  const sessionTimeS = report.sessionTimeS ?? session.sessionTimeS;
  const isNews = sessionTimeS > session.sessionTimeS || !addsNothing;
  const wasOpen = session.closedAtS === 0;
  if (!isNews && !(isStop && wasOpen) && (!wasOpen || sessionTimeS < session.sessionTimeS)) {
    return { kind: 'duplicate' };
  }
  if (!isNews && !isStop && eventAtS <= session.lastEventAtS + NEW_START_AFTER_S)
    return { kind: 'duplicate' };
  const reopens = !wasOpen && !isStop && GUESSED.has(session.closeCause ?? '') && isNews;
  let anomalies = report.anomalies | counted.anomalies;
  if (reopens) anomalies |= ANOMALY.reopened;
  if (!wasOpen && !reopens && !addsNothing && !GUESSED.has(session.closeCause ?? ''))
    anomalies |= ANOMALY.afterStop;
  const lastEventAtS = Math.max(session.lastEventAtS, eventAtS);
  const closes = isStop && (wasOpen || GUESSED.has(session.closeCause ?? ''));
  return {
    kind: 'changed',
    uploadDelta: counted.uploadDelta,
    downloadDelta: counted.downloadDelta,
    anomalies,
    intervalS: sessionTimeS - session.sessionTimeS,
    session: {
      ...session,
      serviceId: session.serviceId || report.serviceId,
      lastReportAtS: Math.floor(report.receivedAtMs / 1000),
      lastEventAtS,
      sessionTimeS: counted.sessionTimeS,
      uploadOctets: counted.uploadOctets,
      downloadOctets: counted.downloadOctets,
      anomalies: session.anomalies | anomalies,
      closedAtS: closes ? eventAtS : reopens ? 0 : session.closedAtS,
      closeCause: closes ? terminateCauseWord(report.terminateCause) : reopens ? null : session.closeCause,
      detailsHash: report.detailsHash,
      stationHash: report.stationHash,
    },
  };
}

/** The session closed for a reason of our own: a new login on its port, a reboot of its NAS. */
export function closeFor(session: Session, cause: 'replaced' | 'nas_reboot', atMs: number): Session {
  return { ...session, closedAtS: Math.floor(atMs / 1000), closeCause: cause };
}

/** Highest rate of an accounting interval in bits per second (billing-rules Z6), both directions together. */
export function intervalRateBps(uploadDelta: number, downloadDelta: number, intervalS: number): number {
  return intervalS > 0 ? Math.round(((uploadDelta + downloadDelta) * 8) / intervalS) : 0;
}
