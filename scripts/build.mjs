// Bundles src into dist when something changed since the last time: a process that reads a few files starts in a
// third of the time of one that reads a thousand. Types are checked by `npm run check`, not here. Everything it says
// goes to stderr: it runs inside commands whose stdout belongs to their own output.
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = dirname(import.meta.dirname);
const source = join(root, 'src');
const dist = join(root, 'dist');
const stampFile = join(dist, '.stamp');
const lockFile = join(dist, '.lock');
const lockWaitMaxMs = 120_000;

/** What is started as a program of its own, or is loaded by a script. */
const entries = [
  'main.ts',
  'cli/cli.ts',
  'bench/bench.ts',
  'bench/load/generator.ts',
  'bench/fleet/fleet.ts',
  'platform/printing/print-worker.ts',
  'radius/protocol/codec.ts',
  'radius/protocol/secret.ts',
];

/** Packages that read files beside themselves, or are compiled for the machine: they stay where npm put them. */
const external = ['@node-rs/bcrypt', 'radius'];

/** Older packages call `require` for what Node itself brings. */
const requireForPackages =
  "import { createRequire as packageRequire } from 'node:module';\nconst require = packageRequire(import.meta.url);";

/** A build that failed for a reason its message explains to a person. */
export class BuildError extends Error {}

/** Makes dist current; resolves to whether anything was compiled. */
export async function build({ force = false } = {}) {
  if (!force && isCurrent()) return false;
  const bundler = await findBundler();
  if (bundler === undefined) {
    if (existsSync(join(dist, 'main.js'))) return false;
    throw new BuildError(
      'The product is not built and the bundler is not installed: run npm ci --include=dev.',
    );
  }
  mkdirSync(dist, { recursive: true });
  await takeLock();
  try {
    if (!force && isCurrent()) return false;
    await bundle(bundler);
    return true;
  } finally {
    rmSync(lockFile, { force: true });
  }
}

async function bundle(esbuild) {
  // Taken before bundling: an edit made meanwhile must lead to another build.
  const stamp = fingerprint();
  rmSync(stampFile, { force: true });
  process.stderr.write('Building NetFlow ISP ...\n');
  const outputs = await esbuild
    .build({
      absWorkingDir: root,
      entryPoints: entries.map((name) => join('src', name)),
      outbase: 'src',
      outdir: 'dist',
      chunkNames: 'chunks/[name]-[hash]',
      bundle: true,
      splitting: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      sourcemap: 'linked',
      sourcesContent: false,
      external,
      banner: { js: requireForPackages },
      metafile: true,
      logLevel: 'silent',
    })
    .then(({ metafile }) => Object.keys(metafile.outputs))
    .catch((error) => {
      throw new BuildError(`The build failed; nothing was started. The bundler said:\n${error.message}`);
    });
  removeStale(new Set([...outputs.map((path) => join(root, path)), ...copyAssets()]));
  writeFileSync(stampFile, stamp);
}

function isCurrent() {
  // An image or package without sources runs what it was built with.
  if (!existsSync(source)) return true;
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === fingerprint();
}

/** Of every input its name, size and time of change: reading a thousand files at each start would be slow. */
function fingerprint() {
  const hash = createHash('sha256');
  const inputs = [
    ...filesOf(source),
    ...['tsconfig.json', 'package-lock.json', 'scripts/build.mjs'].map((name) => join(root, name)),
  ];
  for (const path of inputs) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${relative(root, path)} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** Copies what is not code (SQL, style sheets, fonts) to the same place and returns every path it made. */
function copyAssets() {
  const copied = [stampFile, lockFile];
  for (const path of filesOf(source)) {
    if (/\.(tsx?|md)$/.test(path)) continue;
    const target = join(dist, relative(source, path));
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(path, target);
    copied.push(target);
  }
  return copied;
}

function removeStale(wanted) {
  for (const path of filesOf(dist)) if (!wanted.has(path)) rmSync(path);
}

function filesOf(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

async function findBundler() {
  try {
    return await import('esbuild');
  } catch {
    return undefined;
  }
}

/** Two commands started together must not write the same files; the lock of a dead process is taken over. */
async function takeLock() {
  const giveUpAt = Date.now() + lockWaitMaxMs;
  while (Date.now() < giveUpAt) {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!isOwnerAlive()) rmSync(lockFile, { force: true });
    else await sleep(100);
  }
  throw new BuildError(`Another build holds ${lockFile}: wait for it, or remove that file.`);
}

function isOwnerAlive() {
  try {
    const pid = Number(readFileSync(lockFile, 'utf8'));
    if (!Number.isInteger(pid) || pid <= 0) return Date.now() - statSync(lockFile).mtimeMs < 1000;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Runs `build`, turning a failure into a message and exit status 1. */
export async function buildOrExit(options) {
  try {
    await build(options);
  } catch (error) {
    process.stderr.write(`${error instanceof BuildError ? error.message : error.stack}\n`);
    process.exit(1);
  }
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === import.meta.filename) {
  // npm runs "prepare" after an installation without development packages too; that alone is no failure.
  // biome-ignore lint/style/noProcessEnv: npm says by it on which occasion it runs a script
  const isOptional = process.env.npm_lifecycle_event === 'prepare' && (await findBundler()) === undefined;
  if (!isOptional) await buildOrExit({ force: process.argv.includes('--force') });
}
