import { mkdirSync, realpathSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cluster, openCluster, rememberPort } from './data-directory.ts';
import { Ownership } from './ownership.ts';
import { isPostmaster, stopPostmaster } from './postmaster.ts';
import { clusterUrl, ensureServer, type RunningServer } from './start-server.ts';

/** What the embedded database is opened with. */
export interface EmbeddedOptions {
  /** Made when missing. Several processes may open the same one. */
  readonly dataDir: string;
  /** Told in a sentence what happens: starts, crashes, restarts. */
  readonly log: (line: string) => void;
  /** Server settings over the usual ones; in effect for the process that starts the server. */
  readonly settings?: Record<string, string>;
}

/** An open embedded database. */
export interface EmbeddedDatabase {
  /** Stays the same for as long as somebody has it open, also over crashes. */
  readonly url: string;
  readonly port: number;
  /** Ends this use; the last user stops the server. Takes at most about six seconds, never throws. */
  release(): Promise<void>;
  /** The server died though it was in use; it is being started again. */
  onCrash(listener: () => void): void;
}

/**
 * The PostgreSQL server of a DATA_DIR: started when nobody runs it, joined otherwise, restarted by
 * whoever first finds it dead. Rejects with a sentence when there is none for this platform, when
 * the data belongs to another major version, and when it will not start.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o755 });
  const keeper = new Keeper(realpathSync(options.dataDir), options);
  return keeper.open();
}

/** Others may be making the cluster or replaying its log. */
const turnTimeoutMs = 120_000;
const watchMs = 500;
const stopGraceMs = 4_000;
const restartDelaysMs = [0, 250, 500, 1_000, 2_000, 5_000] as const;

class Keeper {
  readonly #dataDir: string;
  readonly #options: EmbeddedOptions;
  readonly #ownership: Ownership;
  readonly #onCrash: (() => void)[] = [];
  #server: RunningServer | undefined;
  #watch: NodeJS.Timeout | undefined;
  #recovery: Promise<void> | undefined;
  #released: Promise<void> | undefined;

  constructor(dataDir: string, options: EmbeddedOptions) {
    this.#dataDir = dataDir;
    this.#options = options;
    this.#ownership = new Ownership(dataDir);
  }

  async open(): Promise<EmbeddedDatabase> {
    this.#ownership.join();
    try {
      const cluster = await this.#ownership.exclusively(turnTimeoutMs, async () => {
        const found = await openCluster(this.#dataDir);
        return this.#start(found, !this.#ownership.hasOthers());
      });
      if (cluster === undefined)
        throw new Error('Another process is starting or stopping the embedded database and does not finish.');
      this.#watch = setInterval(() => this.#check(), watchMs);
      this.#watch.unref();
      return {
        url: clusterUrl(cluster),
        port: cluster.port,
        release: () => (this.#released ??= this.#release()),
        onCrash: (listener) => void this.#onCrash.push(listener),
      };
    } catch (error) {
      this.#ownership.leave();
      throw error;
    }
  }

  async #start(cluster: Cluster, mayMovePort: boolean): Promise<Cluster> {
    const server = await ensureServer({
      cluster,
      settings: this.#options.settings ?? {},
      movePort: mayMovePort ? (port) => rememberPort(this.#dataDir, port) : undefined,
    });
    const { pid, child } = server;
    this.#options.log(
      child === undefined
        ? `Joined the embedded database on port ${server.cluster.port} (process ${pid}).`
        : `Started the embedded database on port ${server.cluster.port} (process ${pid}).`,
    );
    this.#server = server;
    child?.once('exit', () => this.#check());
    return server.cluster;
  }

  #check(): void {
    const server = this.#server;
    if (server === undefined || this.#released !== undefined || this.#recovery !== undefined) return;
    if (isPostmaster(server.pid, server.cluster.pgData)) return;
    this.#options.log(`The embedded database (process ${server.pid}) died; starting it again.`);
    this.#recovery = this.#recover(server.cluster).finally(() => {
      this.#recovery = undefined;
    });
    for (const listener of this.#onCrash) listener();
  }

  async #recover(cluster: Cluster): Promise<void> {
    for (let attempt = 0; this.#released === undefined; attempt++) {
      await sleep(restartDelaysMs[Math.min(attempt, restartDelaysMs.length - 1)]);
      try {
        const isDone = await this.#ownership.exclusively(turnTimeoutMs, async () => {
          if (this.#released === undefined) await this.#start(cluster, false);
          return true;
        });
        if (isDone) return;
      } catch (error) {
        this.#options.log(`The embedded database could not be restarted: ${messageOf(error)}`);
      }
    }
  }

  async #release(): Promise<void> {
    clearInterval(this.#watch);
    try {
      // A start under way in this process ends with a server that has to be stopped.
      if (this.#recovery !== undefined)
        await Promise.race([this.#recovery, sleep(stopGraceMs, undefined, { ref: false })]);
      const hadTurn = await this.#ownership.exclusively(1_000, async () => {
        this.#ownership.leave();
        const server = this.#server;
        if (server === undefined || this.#ownership.hasOthers()) return true;
        await stopPostmaster(server.cluster, server.pid, stopGraceMs);
        return true;
      });
      // Whoever holds the lock is a user too, and will stop the server in its turn.
      if (hadTurn === undefined) this.#ownership.leave();
    } catch (error) {
      this.#options.log(`The embedded database was not stopped cleanly: ${messageOf(error)}`);
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
