/** Something text is written to. */
export interface TextSink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** What a command sees of the process; tests give their own. */
export interface CliIo {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  /** Environment variables by name. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C; commands that go on for ever end then. */
  readonly signal: AbortSignal;
}
