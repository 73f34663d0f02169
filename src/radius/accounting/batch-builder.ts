import type { LocalHour, LocalHours } from '../../kernel/calendar.ts';
import type { RawRow, SessionBatch, SessionWrite, UsageShare } from '../../usage/sessions/batch.ts';
import type { AccountingReport } from '../../usage/sessions/report.ts';
import { closeFor, intervalRateBps, judge, type Session, type Step } from '../../usage/sessions/session.ts';
import { type Entry, type SessionTable, sessionKey } from '../../usage/sessions/session-table.ts';

/** What adding a report to a batch came to. */
export type Addition =
  /** It is in the batch: answer after the commit. */
  | 'added'
  /** Everything it says is stored already: answer now. */
  | 'known'
  /** Its session or service is held elsewhere, or needs a transaction of its own: try the next batch. */
  | 'deferred';

/** What a batch is built from. */
export interface BuilderContext {
  readonly table: SessionTable;
  readonly hours: LocalHours;
  readonly newId: () => number;
  /** A new session of a place closes the old one there (setting `radius_replace_port_session`). */
  readonly replacesOld: boolean;
}

/** Reports further apart are booked by batches of their own. */
const SAME_MOMENT_MS = 60_000;

type LiveStep = Exclude<Step, { kind: 'duplicate' }>;

/** Batches are numbered through the life of the process. */
let lastNumber = 0;

/**
 * Folds reports into one transaction. Each session and each service is in at most one batch at a time, so deltas are
 * always computed against committed state or against this batch's own; what the sessions of a service bring together
 * goes into one local hour, so that no row is written twice.
 */
export class BatchBuilder implements SessionBatch {
  readonly writes: SessionWrite[] = [];
  readonly rows: RawRow[] = [];
  readonly foldedRows: RawRow[] = [];
  readonly entries = new Set<Entry>();
  readonly #context: BuilderContext;
  /** Names this batch where it holds sessions and services. */
  readonly #number: number;
  readonly #services = new Set<number>();
  readonly #writeOf = new Map<Entry, SessionWrite>();
  readonly #usageOf = new Map<number, UsageShare>();
  /** Where sessions were opened, by service and place; two that mix to one number only wait a batch. */
  readonly #openedPlaces = new Set<number>();
  readonly #deferred = new Set<Entry>();
  /** Writes of several reports. */
  readonly #folded = new Set<SessionWrite>();
  /** Taken for a session that was deferred after all. */
  #spareId: number | undefined;

  constructor(context: BuilderContext) {
    this.#context = context;
    lastNumber += 1;
    this.#number = lastNumber;
  }

  /** Adds a report or says why not; a deferred session's later reports are deferred too, so order is kept. */
  add(report: AccountingReport): Addition {
    const { table } = this.#context;
    const entry = table.entry(sessionKey(report.nasId, report.acctSessionId, report.username));
    if (this.#deferred.has(entry)) return 'deferred';
    const serviceId = entry.session?.serviceId || report.serviceId;
    if (isElsewhere(entry.heldBy, this.#number) || isElsewhere(table.holderOf(serviceId), this.#number))
      return this.#defer(entry);
    const write = this.#writeOf.get(entry);
    const step = judge(write?.after ?? entry.session, report, () => this.#id());
    if (step.kind === 'duplicate') return write === undefined ? 'known' : 'added';
    if (step.kind === 'opened' && (write !== undefined || this.#mustOpenLater(entry, serviceId, report))) {
      return this.#defer(entry);
    }
    // A user name may have gone over to another service since the last generation.
    if (isElsewhere(table.holderOf(step.session.serviceId), this.#number)) return this.#defer(entry);
    const hour = this.#context.hours.at(report.eventAtMs);
    if (!this.#mayBook(report, step, hour)) return this.#defer(entry);
    this.#hold(entry, serviceId);
    if (step.session.serviceId !== serviceId) this.#hold(entry, step.session.serviceId);
    const written =
      step.kind === 'opened'
        ? this.#openSession(entry, report, step, hour)
        : this.#changeSession(entry, report, step, hour, write);
    this.#keepRow(written, {
      report,
      sessionId: step.session.id,
      serviceId: step.session.serviceId,
      uploadDelta: step.uploadDelta,
      downloadDelta: step.downloadDelta,
      anomalies: step.anomalies,
    });
    return 'added';
  }

  /** Takes the written states into the table; call after the commit. */
  settle(): void {
    for (const { entry, before, after, usage } of this.writes) {
      const session = { ...after, version: before === undefined ? 1 : before.version + 1 };
      // The closing of an older generation is written too, but the entry shows the newest one.
      if (entry.session === undefined || session.generation >= entry.session.generation) {
        this.#context.table.put(entry, session);
      }
      if (usage !== undefined && after.serviceId !== 0) entry.usageDate = usage.hour.date;
    }
    this.release();
  }

  /** Lets go of sessions and services without taking anything. */
  release(): void {
    for (const entry of this.entries) entry.heldBy = 0;
    for (const serviceId of this.#services) this.#context.table.releaseService(serviceId);
  }

  /** One id until a session takes it, so that deferred ones cannot use up those that were fetched for the batch. */
  #id(): number {
    this.#spareId ??= this.#context.newId();
    return this.#spareId;
  }

  /** Whether an open session of the same place is in this batch already: the next batch closes it for this one. */
  #mustOpenLater(entry: Entry, serviceId: number, { stationHash }: AccountingReport): boolean {
    if (stationHash === 0 || serviceId === 0 || !this.#context.replacesOld) return false;
    if (this.#openedPlaces.has(placeOf(serviceId, stationHash))) return true;
    const { table } = this.#context;
    for (let other = table.firstOpen(serviceId); other !== undefined; other = other.nextOpen) {
      if (other === entry || other.session?.stationHash !== stationHash) continue;
      if (this.#writeOf.get(other)?.after.closedAtS === 0) return true;
    }
    return false;
  }

  #defer(entry: Entry): 'deferred' {
    this.#deferred.add(entry);
    return 'deferred';
  }

  #hold(entry: Entry, serviceId: number): void {
    entry.heldBy = this.#number;
    this.entries.add(entry);
    this.#context.table.holdService(serviceId, this.#number);
    if (serviceId !== 0) this.#services.add(serviceId);
  }

  /** One hour per service and batch, and hardly more than one moment, for the instant chooses the segment. */
  #mayBook(report: AccountingReport, step: LiveStep, hour: LocalHour): boolean {
    if (step.uploadDelta === 0 && step.downloadDelta === 0) return true;
    const booked = this.#usageOf.get(step.session.serviceId);
    if (booked === undefined) return true;
    const isSameHour = booked.hour.hour === hour.hour && booked.hour.date === hour.date;
    return isSameHour && Math.abs(booked.eventAtMs - report.eventAtMs) < SAME_MOMENT_MS;
  }

  /** Books a delta: the first session of a service that brings usage carries that of its others too. */
  #book(write: SessionWrite, report: AccountingReport, step: LiveStep, hour: LocalHour): void {
    const { uploadDelta, downloadDelta, intervalS, session } = step;
    if ((uploadDelta === 0 && downloadDelta === 0) || session.serviceId === 0) return;
    const peakBps = intervalRateBps(uploadDelta, downloadDelta, intervalS);
    const booked = this.#usageOf.get(session.serviceId);
    if (booked === undefined) {
      write.usage = { hour, uploadDelta, downloadDelta, peakBps, eventAtMs: report.eventAtMs };
      this.#usageOf.set(session.serviceId, write.usage);
      return;
    }
    booked.uploadDelta += uploadDelta;
    booked.downloadDelta += downloadDelta;
    booked.peakBps = Math.max(booked.peakBps, peakBps);
  }

  /** A write names its report as long as it is the only one. */
  #keepRow(write: SessionWrite, row: RawRow): void {
    this.rows.push(row);
    if (this.#folded.has(write)) {
      this.foldedRows.push(row);
    } else if (write.row === undefined) {
      write.row = row;
    } else {
      this.foldedRows.push(write.row, row);
      this.#folded.add(write);
      write.row = undefined;
    }
  }

  #openSession(entry: Entry, report: AccountingReport, step: LiveStep, hour: LocalHour): SessionWrite {
    if (entry.session !== undefined && entry.session.closedAtS === 0) {
      this.#close(entry, entry.session, report.eventAtMs);
    }
    const { serviceId } = step.session;
    if (this.#context.replacesOld) this.#closeOthersThere(entry, report, step.session);
    const write: SessionWrite = {
      entry,
      before: undefined,
      after: step.session,
      usage: undefined,
      detailsOf: report,
      row: undefined,
    };
    this.#spareId = undefined;
    if (serviceId !== 0) this.#openedPlaces.add(placeOf(serviceId, report.stationHash));
    this.#writeOf.set(entry, write);
    this.writes.push(write);
    this.#book(write, report, step, hour);
    return write;
  }

  /** Closes the open sessions that the service has at the place of a new one. */
  #closeOthersThere(entry: Entry, report: AccountingReport, opened: Session): void {
    const { serviceId } = opened;
    for (let other = this.#context.table.firstOpen(serviceId); other !== undefined; other = other.nextOpen) {
      const { session } = other;
      if (other === entry || session === undefined || this.#writeOf.has(other)) continue;
      if (session.stationHash === 0 || session.stationHash !== report.stationHash) continue;
      if (session.startedAtS > opened.startedAtS) continue;
      this.#hold(other, serviceId);
      this.#close(other, session, report.eventAtMs);
    }
  }

  #close(entry: Entry, session: Session, atMs: number): void {
    const after = closeFor(session, 'replaced', Math.min(atMs, session.lastEventAtS * 1000));
    const write = { entry, before: session, after, usage: undefined, detailsOf: undefined, row: undefined };
    this.#writeOf.set(entry, write);
    this.writes.push(write);
  }

  #changeSession(
    entry: Entry,
    report: AccountingReport,
    step: LiveStep,
    hour: LocalHour,
    known: SessionWrite | undefined,
  ): SessionWrite {
    const previous = known?.after ?? entry.session;
    let write = known;
    if (write === undefined) {
      write = {
        entry,
        before: entry.session,
        after: step.session,
        usage: undefined,
        detailsOf: undefined,
        row: undefined,
      };
      this.#writeOf.set(entry, write);
      this.writes.push(write);
    }
    write.after = step.session;
    // A session opened in this batch keeps the report that opened it: its details fill the row.
    if (write.before !== undefined && previous?.detailsHash !== report.detailsHash) write.detailsOf = report;
    this.#book(write, report, step, hour);
    return write;
  }
}

function placeOf(serviceId: number, stationHash: number): number {
  return Math.imul(serviceId, 0x9e3779b1) ^ stationHash;
}

function isElsewhere(holder: number, self: number): boolean {
  return holder !== 0 && holder !== self;
}
