/** An import as it is remembered. */
export interface ImportRun {
  readonly id: string;
  readonly format: string;
  /** The file, the router or the database it came from. */
  readonly source: string;
  readonly isDryRun: boolean;
  readonly actor: string;
  /** `failed`: it ended early; what was made before that stays, and can be undone. */
  readonly state: 'running' | 'done' | 'failed' | 'undone';
  readonly counts: ImportCounts;
  readonly warnings: readonly string[];
  readonly failure: string | undefined;
  readonly createdAt: Date;
  readonly finishedAt: Date | undefined;
  readonly undoneAt: Date | undefined;
}

/** Services of an import, and what came with them. */
export interface ImportCounts {
  readonly created: number;
  readonly skipped: number;
  readonly failed: number;
  readonly packages: number;
  readonly nas: number;
  readonly sessions: number;
}

/** A row of an import as it is remembered. */
export interface ImportRowView {
  readonly id: string;
  readonly line: number;
  readonly kind: string;
  readonly name: string;
  readonly action: string;
  readonly detail: string | undefined;
}
