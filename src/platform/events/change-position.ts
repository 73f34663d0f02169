import type { LogLook } from './change.ts';

/**
 * How far a reader has come in the change log, though entries commit in another order than they are numbered: a
 * transaction may still hold a lower number than one that is visible. A number is behind us only once every
 * transaction that had begun when it was seen has ended; until then what lies above is read again and told apart.
 */
export class ChangePosition {
  /** Transactions below it had ended before the reader began; what they wrote is known by other means. */
  readonly floorXid: bigint;
  #safeSeq = 0n;
  #mark: { readonly seq: bigint; readonly nextXid: bigint } | undefined;
  #seen = new Set<bigint>();

  constructor(floorXid: bigint) {
    this.floorXid = floorXid;
  }

  /** Everything up to it is taken and no entry can still appear there. */
  get safeSeq(): bigint {
    return this.#safeSeq;
  }

  /** Entries above `safeSeq` that are taken. */
  get seen(): ReadonlySet<bigint> {
    return this.#seen;
  }

  /** Whether a number to come is wanted: entries are taken above `safeSeq` and nothing says yet when they settle. */
  get wantsMark(): boolean {
    return this.#mark === undefined && this.#seen.size > 0;
  }

  /** Notes that what a look found is taken. */
  take(look: LogLook): void {
    if (this.#mark !== undefined && look.oldestXid >= this.#mark.nextXid) this.#settle(this.#mark.seq);
    for (const { seq } of look.changes) if (seq > this.#safeSeq) this.#seen.add(seq);
  }

  /** Notes a transaction id that was new after everything taken had been seen. */
  mark(nextXid: bigint): void {
    let seq = this.#safeSeq;
    for (const one of this.#seen) if (one > seq) seq = one;
    this.#mark = { seq, nextXid };
  }

  #settle(seq: bigint): void {
    this.#safeSeq = seq;
    this.#mark = undefined;
    this.#seen = new Set([...this.#seen].filter((one) => one > seq));
  }
}
