import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What tells one process from a later one with the same number. */
export interface ProcessInfo {
  /** Opaque; equal only for the same process. Empty where the system does not say. */
  readonly startedAt: string;
  /** Program and arguments, separated by spaces. Empty where the system does not say. */
  readonly command: string;
}

/**
 * A process that is running, or undefined. A zombie is not running: where nobody reaps orphans
 * (a container without an init) a dead process keeps its number and still takes signals.
 */
export function describeProcess(pid: number): ProcessInfo | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  if (process.platform === 'linux') return readProc(pid);
  if (!isSignalable(pid)) return undefined;
  return process.platform === 'win32' ? { startedAt: '', command: '' } : readPs(pid);
}

function readProc(pid: number): ProcessInfo | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name, in brackets, may itself hold spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
    return { startedAt: fields[19] ?? '', command };
  } catch {
    return undefined;
  }
}

function readPs(pid: number): ProcessInfo | undefined {
  try {
    const args = ['-ww', '-o', 'stat=', '-o', 'lstart=', '-o', 'command=', '-p', String(pid)];
    const line = execFileSync('ps', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    const [state, ...rest] = line.split(/\s+/);
    if (state === undefined || state === '' || state.startsWith('Z')) return undefined;
    // lstart is five words: day of the week, month, day, time, year.
    return { startedAt: rest.slice(0, 5).join(' '), command: rest.slice(5).join(' ') };
  } catch {
    return undefined;
  }
}

function isSignalable(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
