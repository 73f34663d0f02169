import type { Column, Found, FoundSession } from './found.ts';
import type { SourceHeader, SourceRow } from './source-row.ts';

/** What an operator says about a source. */
export interface FormatOptions {
  /** The package of subscribers that name none. */
  readonly defaultPlanCode?: string | undefined;
  /** What this product keeps on a router itself bears a comment that begins so; it is passed over. */
  readonly ownMark?: string | undefined;
  /** Of a CSV: the heading of each column of ours. */
  readonly columns?: Readonly<Partial<Record<Column, string>>> | undefined;
}

/**
 * How one kind of source is understood. To add one, write a file in `formats/` that turns its rows into packages,
 * routers and subscribers, and name it in `formats/formats.ts`: dry run, diff, errors by row and undo come with it.
 */
export interface ImportFormat {
  readonly name: string;
  /** What it is, for a list. */
  readonly title: string;
  /** The columns of its tables, for dumps that name none. */
  readonly tables?: Readonly<Record<string, readonly string[]>>;
  open(options: FormatOptions): FormatReader;
  /** Sessions that are over, in a second reading: their services have to be there. */
  readonly session?: (row: SourceRow) => FoundSession | undefined;
}

/** One reading of one source; it may keep rows until it has what belongs together. */
export interface FormatReader {
  /** Throws `validation_failed` when the columns cannot be used. */
  header?(header: SourceHeader): void;
  take(row: SourceRow): readonly Found[];
  end(): readonly Found[];
}
