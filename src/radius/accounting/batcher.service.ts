import { isConnectionLoss } from '../../db/constraint-errors.ts';
import type { Database } from '../../db/database.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { Logger } from '../../platform/logger.port.ts';
import type { SessionBatch } from '../../usage/sessions/batch.ts';
import type { AccountingReport } from '../../usage/sessions/report.ts';
import type { KeyedSession } from '../../usage/sessions/session.store.ts';
import { type SessionTable, sessionKey } from '../../usage/sessions/session-table.ts';
import { commitBatch } from '../../usage/sessions/session-write.store.ts';
import { BatchBuilder, type BuilderContext } from './batch-builder.ts';
import { commitFailure } from './commit-failure.ts';
import type { IdBlocks } from './id-blocks.service.ts';
import { readAgain } from './read-again.service.ts';
import { ReportQueue } from './report-queue.ts';

/** A report and what to do with its packet; exactly one of the two is called, once. */
export interface PendingReport {
  readonly report: AccountingReport;
  /** Its rows are durable (or were already): send the Accounting-Response. */
  answer(): void;
  /** Nothing was stored: stay silent, the router sends again. */
  drop(reason: 'overload' | 'stale' | 'database_down' | 'unwritable'): void;
}

/** Limits of the accounting writer. */
export const LIMITS = {
  /** Batches written at the same time: one is filled or answered while the database works on the other. */
  lanes: 2,
  batchSizeMax: 400,
  /** What each batch leaves of the peak of reports under way. */
  peakKept: 0.95,
  /** Beyond it a report is dropped unanswered. */
  queueMax: 8_192,
  /** A router has given up on what is older (mikrotik-radius.md section 4). */
  patienceMs: 1_500,
  /** So many may be passed over for one batch: the reports of a service that is held must not stop the event loop. */
  deferredMax: 2_000,
  attemptsMax: 5,
  /** Between two lines of the log about batches that could not be written. */
  quietMs: 10_000,
} as const;

interface Waiting {
  readonly pending: PendingReport;
  readonly queuedAtMs: number;
  attempts: number;
  /** Wrote nothing in company: tried alone, so that one bad report spoils no other. */
  isAlone: boolean;
}

/** What the batcher works with. `onCommitted` is told of each batch after its commit. */
export interface BatcherContext {
  readonly db: Database;
  readonly table: SessionTable;
  readonly ids: IdBlocks;
  /** By what a batch is built just now. */
  readonly rules: () => Pick<BuilderContext, 'hours' | 'replacesOld'>;
  readonly monotonicMs: () => number;
  readonly logger: Logger;
  readonly onCommitted: (batch: SessionBatch) => void;
}

/**
 * Group commit without a timer: a batch starts whenever a lane is free, and holds whatever has arrived meanwhile.
 * Accounting is answered only after the commit (issue rule; product-demands "usage that can be proved").
 */
export class AccountingBatcher {
  readonly #context: BatcherContext;
  readonly #queue = new ReportQueue<Waiting>();
  #busyLanes = 0;
  /** Reports in the batches being written. */
  #inFlight = 0;
  /** The most reports that were lately under way, queued or being written: what routers wait for at a time. */
  #peak = 0;
  /** Reports have come since a lane last waited for more. */
  #hasNews = false;
  #isStopping = false;
  #isPumpScheduled = false;
  #onIdle: (() => void) | undefined;
  #unwritten = 0;
  #quietUntilMs = Number.NEGATIVE_INFINITY;
  batchCount = 0;

  constructor(context: BatcherContext) {
    this.#context = context;
  }

  /** Reports waiting for a lane. */
  get queueLength(): number {
    return this.#queue.length;
  }

  /** How long the oldest waiting report has waited, milliseconds. */
  get oldestWaitMs(): number {
    const oldest = this.#queue.peek();
    return oldest === undefined ? 0 : this.#context.monotonicMs() - oldest.queuedAtMs;
  }

  /** Takes a report; it is answered or dropped later. */
  submit(pending: PendingReport): void {
    if (this.#queue.length >= LIMITS.queueMax || this.#isStopping) {
      pending.drop('overload');
      return;
    }
    this.#queue.push({ pending, queuedAtMs: this.#context.monotonicMs(), attempts: 0, isAlone: false });
    this.#hasNews = true;
    this.#schedule();
  }

  /** Takes session states somebody else wrote; entries a batch holds are left to that batch's own check. */
  adopt(sessions: readonly KeyedSession[]): void {
    const { table } = this.#context;
    for (const { key, session } of sessions) {
      const entry = table.entry(key);
      const isOlder = entry.session !== undefined && entry.session.generation > session.generation;
      if (entry.heldBy === 0 && !isOlder) table.put(entry, session);
    }
  }

  /** Writes what is queued and resolves when nothing is left; later reports are dropped. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#pump();
    if (this.#busyLanes === 0 && this.#queue.length === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  /** Once per turn of the event loop, so that everything the sockets have delivered goes into one batch. */
  #schedule(): void {
    if (this.#isPumpScheduled || this.#busyLanes >= LIMITS.lanes) return;
    this.#isPumpScheduled = true;
    setImmediate(() => {
      this.#isPumpScheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#busyLanes < LIMITS.lanes && this.#queue.length > 0 && this.#isWorthALane()) {
      if (!this.#startBatch()) break;
    }
    if (this.#busyLanes === 0 && this.#queue.length === 0) this.#onIdle?.();
  }

  /**
   * A lane waits for its even share of what is usually under way: each batch has a price of its own, so two even ones cost
   * less than a large one and its crumbs. Where no lane is busy it waits only while each turn brings reports.
   */
  #isWorthALane(): boolean {
    const share = Math.min(LIMITS.batchSizeMax, this.#peak / LIMITS.lanes);
    if (this.#queue.length >= share || this.#isStopping) return true;
    if (this.#busyLanes > 0) return false;
    const isPouring = this.#hasNews;
    this.#hasNews = false;
    if (isPouring) this.#schedule();
    return !isPouring;
  }

  #startBatch(): boolean {
    const { table, ids, monotonicMs, rules } = this.#context;
    if (!ids.has(LIMITS.batchSizeMax)) {
      void this.#refillIds();
      return false;
    }
    this.#peak = Math.max(this.#queue.length + this.#inFlight, this.#peak * LIMITS.peakKept);
    const builder = new BatchBuilder({ ...rules(), table, newId: () => ids.next() });
    const inBatch: Waiting[] = [];
    const deferred: Waiting[] = [];
    const oldest = monotonicMs() - LIMITS.patienceMs;
    for (
      let scanned = this.#queue.length;
      scanned > 0 && inBatch.length < LIMITS.batchSizeMax && deferred.length < LIMITS.deferredMax;
      scanned -= 1
    ) {
      const waiting = this.#queue.shift();
      if (waiting === undefined) break;
      if (waiting.queuedAtMs < oldest) {
        this.#drop(waiting, 'stale');
        continue;
      }
      if (waiting.isAlone && inBatch.length > 0) {
        deferred.push(waiting);
        break;
      }
      const addition = builder.add(waiting.pending.report);
      if (addition === 'known') waiting.pending.answer();
      else if (addition === 'deferred') deferred.push(waiting);
      else inBatch.push(waiting);
      if (waiting.isAlone && addition === 'added') break;
    }
    this.#queue.unshift(deferred);
    if (inBatch.length === 0) return false;
    this.#busyLanes += 1;
    void this.#write(builder, inBatch);
    return true;
  }

  async #refillIds(): Promise<void> {
    this.#busyLanes += 1;
    try {
      await this.#context.ids.refill();
    } catch (error) {
      this.#dropAll('database_down', error);
    } finally {
      this.#busyLanes -= 1;
      this.#pump();
    }
  }

  async #write(builder: BatchBuilder, inBatch: readonly Waiting[]): Promise<void> {
    this.#inFlight += inBatch.length;
    try {
      await commitBatch(this.#context.db, builder);
    } catch (error) {
      this.#inFlight -= inBatch.length;
      await this.#failed(builder, inBatch, error);
      this.#freeLane();
      return;
    }
    this.#inFlight -= inBatch.length;
    // What is durable must never be taken for failed: an answer that cannot be sent is not written again.
    try {
      builder.settle();
      this.batchCount += 1;
      this.#context.onCommitted(builder);
      for (const waiting of inBatch) waiting.pending.answer();
    } catch (error) {
      this.#context.logger.error({ event: 'radius.accounting_unanswered', err: error });
    }
    this.#freeLane();
  }

  #freeLane(): void {
    this.#busyLanes -= 1;
    this.#pump();
  }

  /** Lets a report go unanswered, and with it an entry that was only made for it. */
  #drop({ pending }: Waiting, reason: Parameters<PendingReport['drop']>[0]): void {
    const { nasId, acctSessionId, username } = pending.report;
    const entry = this.#context.table.find(sessionKey(nasId, acctSessionId, username));
    if (entry !== undefined) this.#context.table.forget(entry);
    pending.drop(reason);
  }

  async #failed(builder: BatchBuilder, inBatch: readonly Waiting[], error: unknown): Promise<void> {
    const { logger, table } = this.#context;
    const failure = commitFailure(error, isConnectionLoss(error));
    const isStale = failure === 'stale';
    try {
      if (failure === 'database_down') throw error;
      const reports = inBatch.map(({ pending }) => pending.report);
      if (isStale) await readAgain(this.#context.db, table, reports);
    } catch (cause) {
      builder.release();
      for (const entry of builder.entries) table.forget(entry);
      for (const waiting of inBatch) this.#drop(waiting, 'database_down');
      this.#noteUnwritten(inBatch.length, cause);
      return;
    }
    builder.release();
    const again: Waiting[] = [];
    for (const waiting of inBatch) {
      waiting.attempts += 1;
      const isHopeless = waiting.attempts >= LIMITS.attemptsMax || (!isStale && waiting.isAlone);
      if (isHopeless) {
        this.#drop(waiting, 'unwritable');
        logger.error({
          event: 'radius.accounting_unwritable',
          username: waiting.pending.report.username,
          err: error,
        });
      } else {
        if (!isStale) waiting.isAlone = true;
        again.push(waiting);
      }
    }
    logger.debug({ event: 'radius.accounting_retried', reports: again.length, why: messageOf(error) });
    this.#queue.unshift(again);
  }

  #dropAll(reason: 'database_down', error: unknown): void {
    this.#noteUnwritten(this.#queue.length, error);
    for (let waiting = this.#queue.shift(); waiting !== undefined; waiting = this.#queue.shift())
      this.#drop(waiting, reason);
  }

  /** Says so once in a while: as long as the database is away, every batch fails. */
  #noteUnwritten(reports: number, err: unknown): void {
    this.#unwritten += reports;
    const nowMs = this.#context.monotonicMs();
    if (nowMs < this.#quietUntilMs) return;
    this.#context.logger.warn({ event: 'radius.accounting_unwritten', reports: this.#unwritten, err });
    this.#unwritten = 0;
    this.#quietUntilMs = nowMs + LIMITS.quietMs;
  }
}
