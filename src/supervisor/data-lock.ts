import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { describeProcess } from '../db/embedded/process-info.ts';
import { messageOf } from '../kernel/errors.ts';
import { codeOf } from './ports.ts';
import { StartError } from './start-error.ts';

/** A data directory held by this process. `wasCrashed` says that its last owner died without letting go. */
export interface DataLock {
  readonly wasCrashed: boolean;
  release(): void;
}

const ownerSchema = z.object({ pid: z.number().int().positive(), startedAt: z.string() });
type Owner = z.infer<typeof ownerSchema>;

/**
 * Makes this process the one supervisor on `dataDir`; throws `StartError` when another one lives. A lock
 * left by a dead process is taken over, also when its process id has been given to somebody else since.
 */
export function lockDataDirectory(dataDir: string): DataLock {
  const path = join(dataDir, 'supervisor.lock');
  try {
    mkdirSync(dataDir, { recursive: true });
    if (tryWrite(path)) return { wasCrashed: false, release: () => release(path) };
    const owner = readOwner(path);
    if (owner !== undefined && isAlive(owner)) {
      throw new StartError(
        `NetFlow ISP already runs on ${dataDir} (process ${owner.pid}): stop it, or set DATA_DIR and the ports to run another one.`,
      );
    }
    rmSync(path, { force: true });
    if (tryWrite(path)) return { wasCrashed: true, release: () => release(path) };
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(
      `DATA_DIR ${dataDir} cannot be used (${messageOf(error)}): make it writable or set another.`,
    );
  }
  throw new StartError(`Another start is under way on ${dataDir}: wait for it.`);
}

/** Written aside and then linked: whoever reads the lock reads all of it. */
function tryWrite(path: string): boolean {
  const owner: Owner = { pid: process.pid, startedAt: describeProcess(process.pid)?.startedAt ?? '' };
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(owner));
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function release(path: string): void {
  if (readOwner(path)?.pid === process.pid) rmSync(path, { force: true });
}

function readOwner(path: string): Owner | undefined {
  try {
    const parsed = ownerSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** The same process, not a later one that was given its number. */
function isAlive(owner: Owner): boolean {
  return describeProcess(owner.pid)?.startedAt === owner.startedAt;
}
