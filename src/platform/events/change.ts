/** What sort of thing changed; its ids are those of its table. */
export type ChangeKind = 'service' | 'plan' | 'nas' | 'setting' | 'session';

/** One entry of the change log. */
export interface Change {
  readonly seq: bigint;
  readonly kind: ChangeKind;
  readonly ids: readonly string[];
  readonly origin: string | null;
}

/** What one look at the log found. */
export interface LogLook {
  readonly changes: readonly Change[];
  /** Every transaction below it had ended. */
  readonly oldestXid: bigint;
  /** There may be more. */
  readonly isFull: boolean;
}
