// node scripts/run.mjs FILE [arguments]: builds when needed, then runs dist/FILE in this very process, so
// that signals reach it and nothing of ours appears on its stdout.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildOrExit } from './build.mjs';

const [file, ...args] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('usage: node scripts/run.mjs FILE [arguments]\n');
  process.exit(2);
}
await buildOrExit();
const target = join(dirname(import.meta.dirname), 'dist', file);
if (!existsSync(target)) {
  process.stderr.write(`There is no ${file} in the build: run npm run build.\n`);
  process.exit(1);
}
stopWithNpm();
process.argv.splice(1, process.argv.length - 1, target, ...args);
await import(pathToFileURL(target).href);

// npm does not pass SIGTERM on when it is told to stop: without this, `kill` of `npm start` would leave everything
// running behind it. A new parent means that npm is gone.
function stopWithNpm() {
  const npm = process.ppid;
  // biome-ignore lint/style/noProcessEnv: npm says so there that it started this
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return;
  setInterval(() => {
    if (process.ppid !== npm) process.kill(process.pid, 'SIGTERM');
  }, 500).unref();
}
