/** A row that was left out, by its line in the file. */
export interface RowError {
  readonly line: number;
  readonly reason: string;
}

/** What became of a source. */
export interface ImportReport {
  created: number;
  /** Rows whose user name existed before: running a file again changes nothing. */
  skipped: number;
  failed: number;
  /** The first thousand of the failed rows. */
  readonly errors: RowError[];
  readonly packagesCreated: string[];
}
