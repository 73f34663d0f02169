/** A row of a source, whatever its form: CSV, an INSERT of a dump, a line of a router's export, a row of a database. */
export interface SourceRow {
  /** Lower case: the table of a dump, the menu of an export, the name of a CSV file. */
  readonly table: string;
  /** Where it stands, counted from 1. */
  readonly line: number;
  /** By column; NULL is left out. */
  readonly values: Readonly<Record<string, string>>;
  /** Why it cannot be read. */
  readonly problem?: string | undefined;
}

/** The columns of a table, told before its rows where the source names them all at once. */
export interface SourceHeader {
  readonly table: string;
  readonly columns: readonly string[];
}

export type SourceItem = SourceRow | SourceHeader;

/** Turns the text of a source into rows, piece by piece. */
export interface SourceReader {
  /** The rows that `text` completes. */
  push(text: string): SourceItem[];
  /** The rows that were left when the text ended. */
  end(): SourceItem[];
}

/** Whether an item tells of columns and not of values. */
export function isHeader(item: SourceItem): item is SourceHeader {
  return 'columns' in item;
}
