import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks per second in /proc, the same on every Linux in use. */
const TICKS_PER_S = 100;
const KIB_PER_MB = 1024;

/** Memory of a process in megabytes of 2^20 octets. */
export interface ProcessMemory {
  readonly rssMb: number;
  /** Shared pages counted by share. */
  readonly pssMb: number;
  /** The most it ever had resident. */
  readonly peakRssMb: number;
}

/** Whether this system tells what processes use. */
export const canMeasureProcesses = process.platform === 'linux';

/** Memory of a process; undefined where the system does not tell. */
export function memoryOf(pid: number): ProcessMemory | undefined {
  const status = readProc(`${pid}/status`);
  const rollup = readProc(`${pid}/smaps_rollup`);
  if (status === undefined || rollup === undefined) return undefined;
  return {
    rssMb: kibOf(status, 'VmRSS') / KIB_PER_MB,
    pssMb: kibOf(rollup, 'Pss') / KIB_PER_MB,
    peakRssMb: kibOf(status, 'VmHWM') / KIB_PER_MB,
  };
}

/** Seconds of processor time a process has used; 0 when it is gone. */
export function cpuSecondsOf(pid: number): number {
  return statOf(pid)?.cpuS ?? 0;
}

/** Seconds of processor time of a process and all it has started, those that have ended included. */
export function cpuSecondsOfFamily(pid: number): number {
  if (!canMeasureProcesses) return 0;
  const head = statOf(pid);
  let seconds = head === undefined ? 0 : head.cpuS + head.endedChildrenS;
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : undefined;
    if (stat?.parent === pid) seconds += stat.cpuS;
  }
  return seconds;
}

interface ProcessStat {
  readonly parent: number;
  readonly cpuS: number;
  /** Of children that have ended. */
  readonly endedChildrenS: number;
}

function statOf(pid: number): ProcessStat | undefined {
  const text = readProc(`${pid}/stat`);
  if (text === undefined) return undefined;
  // The name of the program stands in brackets and may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const seconds = (first: number): number =>
    (Number(fields[first]) + Number(fields[first + 1])) / TICKS_PER_S;
  return { parent: Number(fields[1]), cpuS: seconds(11), endedChildrenS: seconds(13) };
}

function kibOf(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return undefined;
  }
}
