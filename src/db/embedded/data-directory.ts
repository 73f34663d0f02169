import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { type Binaries, locatePackage, prepareBinaries } from './binaries.ts';
import { choosePort } from './port.ts';
import { isReachable, type RunAs, unprivilegedUser } from './run-as.ts';

/** One embedded cluster: where it lives, how it is entered, what runs it. */
export interface Cluster {
  /** PGDATA. */
  readonly pgData: string;
  readonly logPath: string;
  readonly password: string;
  readonly port: number;
  readonly binaries: Binaries;
  readonly user: RunAs | undefined;
}

/**
 * Opens the cluster of a DATA_DIR, making it on first use. For one process at a time: the caller
 * holds the start lock. Throws a sentence when the data belongs to another major version.
 */
export async function openCluster(dataDir: string): Promise<Cluster> {
  const user = unprivilegedUser();
  const elsewhere = join(
    SYSTEM_ROOT,
    createHash('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 16),
  );
  const isNear = isReachable(dataDir, user);
  const state = readState(dataDir) ?? {
    clusterDir: isNear ? NEAR : elsewhere,
    password: randomBytes(24).toString('base64url'),
    port: await choosePort(),
  };
  // Written before the cluster is made, so that a password is never lost.
  writeState(dataDir, state);
  const clusterDir = state.clusterDir === NEAR ? join(dataDir, NEAR) : state.clusterDir;
  makeDirectory(clusterDir, user);
  if (!isReachable(clusterDir, user)) {
    throw new Error(
      `The database in ${clusterDir} cannot be reached by the user "nobody", which PostgreSQL runs as when started by root: allow passage (chmod o+x) on the directories above it.`,
    );
  }
  const copyRoot = isNear ? clusterDir : elsewhere;
  makeDirectory(copyRoot, user);
  const binaries = await prepareBinaries({ packageDir: locatePackage(), copyRoot, user });
  const pgData = join(clusterDir, 'data');
  if (!existsSync(join(pgData, 'PG_VERSION')))
    await initialise({ clusterDir, pgData, binaries, user, password: state.password });
  checkMajor(pgData, binaries);
  return {
    pgData,
    logPath: join(clusterDir, 'server.log'),
    binaries,
    user,
    password: state.password,
    port: state.port,
  };
}

/** Remembers another port, when somebody else listens on the old one. */
export function rememberPort(dataDir: string, port: number): void {
  const state = readState(dataDir);
  if (state !== undefined) writeState(dataDir, { ...state, port });
}

/** The folder inside DATA_DIR; when the state names another, it is an absolute path. */
const NEAR = 'postgres';
const SYSTEM_ROOT = '/var/lib/netflow-isp';

const stateSchema = z.object({ clusterDir: z.string(), password: z.string(), port: z.number().int() });
type State = z.infer<typeof stateSchema>;

function statePath(dataDir: string): string {
  return join(dataDir, 'postgres.json');
}

function readState(dataDir: string): State | undefined {
  if (!existsSync(statePath(dataDir))) return undefined;
  return stateSchema.parse(JSON.parse(readFileSync(statePath(dataDir), 'utf8')));
}

function writeState(dataDir: string, state: State): void {
  const unfinished = `${statePath(dataDir)}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(unfinished, statePath(dataDir));
}

/** Passable for the server's user, and its own where it has to write. */
function makeDirectory(path: string, user: RunAs | undefined): void {
  mkdirSync(path, { recursive: true, mode: 0o755 });
  if (user === undefined) return;
  if (dirname(path) === SYSTEM_ROOT) chmodSync(SYSTEM_ROOT, 0o755);
  chmodSync(path, 0o755);
  chownSync(path, user.uid, user.gid);
}

/** Makes the cluster beside its place and renames it, so that half a cluster is never opened. */
async function initialise(options: {
  clusterDir: string;
  pgData: string;
  binaries: Binaries;
  user: RunAs | undefined;
  password: string;
}): Promise<void> {
  const { clusterDir, pgData, binaries, user, password } = options;
  const unfinished = join(clusterDir, 'data.unfinished');
  const passwordFile = join(clusterDir, 'password.unfinished');
  rmSync(unfinished, { recursive: true, force: true });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user !== undefined) chownSync(passwordFile, user.uid, user.gid);
  try {
    // The builtin provider sorts alike on every host; the C library's rules change between them.
    const args = ['--pgdata', unfinished, '--username', 'netflow', '--pwfile', passwordFile];
    args.push('--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C');
    args.push('--data-checksums', '--auth=scram-sha-256');
    await promisify(execFile)(binaries.initdb, args, { ...user, cwd: clusterDir, env: serverEnvironment() });
    renameSync(unfinished, pgData);
  } catch (cause) {
    throw new Error(`The database could not be made in ${clusterDir}: ${lastWords(cause)}`, { cause });
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** What initdb wrote last; it explains itself well. */
function lastWords(error: unknown): string {
  const written = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
  return written === '' ? String(error) : written.split('\n').slice(-3).join(' ');
}

function checkMajor(pgData: string, binaries: Binaries): void {
  const found = readFileSync(join(pgData, 'PG_VERSION'), 'utf8').trim();
  if (found === binaries.major) return;
  throw new Error(
    `The data in ${pgData} belongs to PostgreSQL ${found}, this version brings PostgreSQL ${binaries.major}: export with the version that wrote it and import here, or move the folder away to begin anew.`,
  );
}

/** Nothing of the caller's environment reaches the server, except where Windows needs it. */
export function serverEnvironment(): NodeJS.ProcessEnv | undefined {
  return process.platform === 'win32' ? undefined : { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' };
}
