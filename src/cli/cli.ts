import { readEnvironment } from '../platform/config/environment.ts';
import { EXIT } from './command.ts';
import { runCli } from './run.ts';

const interrupted = new AbortController();

process.on('SIGINT', () => {
  // The first asks politely, so that an embedded database is let go of; the second does not wait.
  if (interrupted.signal.aborted) process.exit(EXIT.interrupted);
  interrupted.abort();
});
process.on('SIGTERM', () => interrupted.abort());

// Whoever reads our output may stop early (`| head`); that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.done);
  throw error;
});

process.exitCode = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: readEnvironment(),
  signal: interrupted.signal,
});
