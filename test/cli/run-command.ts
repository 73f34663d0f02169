import { runCli } from '../../src/cli/run.ts';

/** What a command line printed and how it ended. */
export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command line against one database, in this process. */
export function commandLine(
  env: Readonly<Record<string, string>>,
): (line: readonly string[], signal?: AbortSignal) => Promise<Ran> {
  return async (line, signal = new AbortController().signal) => {
    const text = { stdout: '', stderr: '' };
    const sink = (name: 'stdout' | 'stderr') => ({
      write: (piece: string) => {
        text[name] += piece;
      },
    });
    const status = await runCli(line, { stdout: sink('stdout'), stderr: sink('stderr'), env, signal });
    return { status, ...text };
  };
}
