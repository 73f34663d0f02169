import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/** A program of the tests in one file, so that a process of it starts in a moment; `remove` it when done. */
export async function childProgram(source: string): Promise<{ readonly path: string; remove(): void }> {
  const directory = mkdtempSync(join(tmpdir(), 'netflow-child-'));
  const path = join(directory, 'program.mjs');
  await build({
    entryPoints: [source],
    outfile: path,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
    // Older packages call `require` for what Node itself brings.
    banner: {
      js: "import { createRequire as packageRequire } from 'node:module';\nconst require = packageRequire(import.meta.url);",
    },
  });
  return { path, remove: () => rmSync(directory, { recursive: true }) };
}
