import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Environment } from './config.ts';

/** The variables of this process over those of the file `.env` in `directory`, which may be absent. */
export function readEnvironment(directory: string = process.cwd()): Environment {
  const path = join(directory, '.env');
  const fromFile = existsSync(path) ? parseEnv(readFileSync(path, 'utf8')) : {};
  // biome-ignore lint/style/noProcessEnv: this is the one place that reads it
  return { ...fromFile, ...process.env };
}
