import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cluster, serverEnvironment } from './data-directory.ts';
import { describeProcess } from './process-info.ts';
import { serverSettings } from './server-settings.ts';

/** The process number of the running server of this data directory, whoever started it. */
export function livePostmaster(pgData: string): number | undefined {
  const pid = Number(pidFileLines(pgData)[0]);
  return isPostmaster(pid, pgData) ? pid : undefined;
}

/** Whether that process still is this server, and not a zombie or a stranger with its number. */
export function isPostmaster(pid: number, pgData: string): boolean {
  const info = describeProcess(pid);
  if (info === undefined) return false;
  return info.command === '' || (info.command.includes('postgres') && info.command.includes(pgData));
}

/** Whether the server itself says that it takes connections. */
export function saysReady(pgData: string): boolean {
  return pidFileLines(pgData)[7]?.trim() === 'ready';
}

/**
 * Starts the server in a session of its own, so that Ctrl-C in the terminal reaches only us. Call
 * when `livePostmaster` finds none: a lock file that a dead server left is removed first, because
 * PostgreSQL takes a zombie, or another program with that number, for itself.
 */
export function spawnPostmaster(cluster: Cluster, overrides: Record<string, string>): ChildProcess {
  rmSync(join(cluster.pgData, 'postmaster.pid'), { force: true });
  rotateLog(cluster.logPath);
  const settings = { ...serverSettings({ port: cluster.port, memoryBytes: totalmem() }), ...overrides };
  const args = ['-D', cluster.pgData];
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`);
  const log = openSync(cluster.logPath, 'a', 0o600);
  try {
    const child = spawn(cluster.binaries.postgres, args, {
      ...cluster.user,
      cwd: cluster.pgData,
      env: serverEnvironment(),
      detached: true,
      stdio: ['ignore', log, log],
    });
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

/** Stops the server, kindly for `graceMs`, then by force. Resolves when it is gone, within 2 s more. */
export async function stopPostmaster(cluster: Cluster, pid: number, graceMs: number): Promise<void> {
  // Fast shutdown: transactions are rolled back. Immediate: like a crash, with recovery at start.
  for (const [signal, patienceMs] of [
    ['SIGINT', graceMs],
    ['SIGQUIT', 1_000],
    ['SIGKILL', 1_000],
  ] as const) {
    if (!isPostmaster(pid, cluster.pgData)) return;
    signalPostmaster(cluster, pid, signal);
    if (await isGoneWithin(cluster.pgData, pid, patienceMs)) return;
  }
}

/** The last lines the server wrote, for an error message. */
export function logTail(cluster: Cluster): string {
  try {
    return readFileSync(cluster.logPath, 'utf8').trim().split('\n').slice(-5).join('\n');
  } catch {
    return '';
  }
}

const logBytesMax = 5_000_000;

function rotateLog(path: string): void {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > logBytesMax) renameSync(path, `${path}.1`);
}

/** Line 1 is the process number, line 4 the port, line 8 the state. */
function pidFileLines(pgData: string): string[] {
  try {
    return readFileSync(join(pgData, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return [];
  }
}

/** Windows has no signals to send; there the server's own tool does it. */
function signalPostmaster(cluster: Cluster, pid: number, signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): void {
  try {
    if (process.platform !== 'win32') {
      process.kill(pid, signal);
      return;
    }
    const mode = signal === 'SIGINT' ? 'fast' : 'immediate';
    execFileSync(cluster.binaries.pgCtl, ['stop', '-D', cluster.pgData, '-m', mode, '-W'], {
      stdio: 'ignore',
    });
  } catch {
    // Gone in between, which is what was wanted.
  }
}

async function isGoneWithin(pgData: string, pid: number, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  while (isPostmaster(pid, pgData)) {
    if (performance.now() >= deadline) return false;
    await sleep(15);
  }
  return true;
}
