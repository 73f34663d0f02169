import type { Queryable } from '../../db/database.ts';
import type { ItemKind, RowRecord } from './row-record.ts';

/** Keeps what an import does, in the transaction that does it. */
export interface ImportRecorder {
  rows(q: Queryable, rows: readonly RowRecord[]): Promise<void>;
  /** Ids of what was made, for its undoing. */
  made(q: Queryable, kind: ItemKind, ids: readonly string[]): Promise<void>;
}

/** For imports nobody will ask about. */
export const NO_RECORDER: ImportRecorder = {
  rows: async () => undefined,
  made: async () => undefined,
};
