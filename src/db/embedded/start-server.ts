import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { isConnectionLoss } from '../constraint-errors.ts';
import { Lane } from '../lane.ts';
import type { Cluster } from './data-directory.ts';
import { choosePort, isPortFree } from './port.ts';
import { isPostmaster, livePostmaster, logTail, saysReady, spawnPostmaster } from './postmaster.ts';

/** A server that takes connections. */
export interface RunningServer {
  readonly pid: number;
  readonly cluster: Cluster;
  /** Present when this process started it and is told of its end at once. */
  readonly child: ChildProcess | undefined;
}

/** Address of one database of the cluster, password included. */
export function clusterUrl(cluster: Cluster, database = 'netflow'): string {
  return `postgres://netflow:${cluster.password}@127.0.0.1:${cluster.port}/${database}`;
}

/**
 * Adopts the server of this cluster when it runs, starts it otherwise. For one process at a time:
 * the caller holds the start lock. Rejects with the server's last words when it will not start.
 */
export async function ensureServer(options: {
  cluster: Cluster;
  settings: Record<string, string>;
  /** Called with another port when ours is taken; absent while others rely on the old one. */
  movePort: ((port: number) => void) | undefined;
}): Promise<RunningServer> {
  let { cluster } = options;
  for (let attempt = 0; attempt < startAttemptsMax; attempt++) {
    let child: ChildProcess | undefined;
    let pid = livePostmaster(cluster.pgData);
    if (pid === undefined) {
      if (!(await isPortFree(cluster.port))) {
        if (options.movePort === undefined)
          throw new Error(`Port ${cluster.port} of 127.0.0.1 is taken by another program.`);
        cluster = { ...cluster, port: await choosePort() };
        options.movePort(cluster.port);
      }
      child = spawnPostmaster(cluster, options.settings);
      pid = await pidOf(child);
    }
    if (await isReady(cluster, pid)) return { pid, cluster, child };
    // It was stopping, or backends of a killed server still held its memory: shortly over.
    await sleep(200);
  }
  throw new Error(
    `The embedded database does not start; its log ${cluster.logPath} ends with:\n${logTail(cluster)}`,
  );
}

const startAttemptsMax = 5;
/** Recovery after a crash replays up to max_wal_size. */
const readyTimeoutMs = 120_000;

/** Rejects when the program cannot be run at all. */
function pidOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => reject(new Error('PostgreSQL could not be run.', { cause })));
    child.once('spawn', () => resolve(child.pid ?? 0));
  });
}

/** True once a login works, which also proves that it is our server; false when it ended instead. */
async function isReady(cluster: Cluster, pid: number): Promise<boolean> {
  const deadline = performance.now() + readyTimeoutMs;
  while (isPostmaster(pid, cluster.pgData)) {
    if (saysReady(cluster.pgData) && (await canLogIn(cluster))) return true;
    if (performance.now() > deadline)
      throw new Error(`The embedded database (process ${pid}) runs but takes no connections.`);
    await sleep(15);
  }
  return false;
}

async function canLogIn(cluster: Cluster): Promise<boolean> {
  try {
    await run(clusterUrl(cluster));
    return true;
  } catch (error) {
    if (isMissingDatabase(error)) {
      await run(clusterUrl(cluster, 'postgres'), 'create database netflow').catch(() => {});
      return false;
    }
    if (isConnectionLoss(error)) return false;
    throw new Error('The embedded database refuses the password kept in DATA_DIR/postgres.json.', {
      cause: error,
    });
  }
}

async function run(url: string, statement?: string): Promise<void> {
  const lane = new Lane({ url, name: 'netflow-launcher', connectTimeoutMs: 2_000 });
  await lane.open();
  try {
    if (statement !== undefined) await lane.command(statement);
  } finally {
    await lane.end();
  }
}

function isMissingDatabase(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '3D000';
}
