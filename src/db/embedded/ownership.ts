import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeProcess } from './process-info.ts';

/**
 * Who uses the database of one DATA_DIR, and whose turn it is to start or stop it. The first user
 * starts the server, whoever finds it dead restarts it, the last one to leave stops it; entries of
 * processes that died without leaving are ignored and swept away.
 */
export class Ownership {
  readonly #lockPath: string;
  readonly #usersDir: string;
  readonly #entry = `${process.pid}-${randomBytes(4).toString('hex')}`;

  #emptySinceMs: number | undefined;

  constructor(dataDir: string) {
    this.#lockPath = join(dataDir, 'postgres.lock');
    this.#usersDir = join(dataDir, 'postgres.users');
  }

  /** Makes this process a user; from now on nobody else stops the server. */
  join(): void {
    mkdirSync(this.#usersDir, { recursive: true });
    writeFileSync(join(this.#usersDir, this.#entry), signature());
  }

  /** Ends being a user. */
  leave(): void {
    rmSync(join(this.#usersDir, this.#entry), { force: true });
  }

  /** Whether some other running process (or another opening in this one) uses the server. */
  hasOthers(): boolean {
    let count = 0;
    for (const name of readdirSync(this.#usersDir)) {
      if (name === this.#entry) continue;
      const path = join(this.#usersDir, name);
      if (isAlive(readText(path))) count++;
      else rmSync(path, { force: true });
    }
    return count > 0;
  }

  /**
   * Runs `work` while no other process starts or stops the server. Resolves to undefined when the
   * turn did not come within `waitMs`.
   */
  async exclusively<T>(waitMs: number, work: () => Promise<T>): Promise<T | undefined> {
    const deadline = performance.now() + waitMs;
    while (!this.#tryLock()) {
      if (performance.now() >= deadline) return undefined;
      await sleep(25);
    }
    try {
      return await work();
    } finally {
      rmSync(this.#lockPath, { force: true });
    }
  }

  #tryLock(): boolean {
    try {
      writeFileSync(this.#lockPath, signature(), { flag: 'wx' });
      return true;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const holder = readText(this.#lockPath);
    if (holder !== '') this.#emptySinceMs = undefined;
    const isHeld = holder === '' ? !this.#isAbandoned() : isAlive(holder);
    if (!isHeld) this.#breakLock(holder);
    return false;
  }

  /** A lock without a name is about to get one, unless its maker died in between. */
  #isAbandoned(): boolean {
    this.#emptySinceMs ??= performance.now();
    return performance.now() - this.#emptySinceMs > 2_000;
  }

  /** Moves the dead holder's lock away; a lock that was taken anew in between is put back. */
  #breakLock(holder: string): void {
    const aside = `${this.#lockPath}.${this.#entry}`;
    try {
      renameSync(this.#lockPath, aside);
      if (readText(aside) === holder) rmSync(aside, { force: true });
      else renameSync(aside, this.#lockPath);
    } catch {
      // Another waiter was quicker.
    }
  }
}

/** This process in one line: number and start, so that a reused number is not mistaken for it. */
function signature(): string {
  return `${process.pid} ${describeProcess(process.pid)?.startedAt ?? ''}\n`;
}

function isAlive(written: string): boolean {
  const [pid, ...startedAt] = written.trim().split(' ');
  const running = describeProcess(Number(pid));
  return running !== undefined && running.startedAt === startedAt.join(' ');
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
