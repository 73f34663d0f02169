import { relative, resolve } from 'node:path';
import { configKeys } from '../platform/config/keys.ts';

/** `DATA_DIR=... ` before a command typed in another terminal, which finds an embedded database only by it; or nothing. */
export function commandPrefix(dataDir: string): string {
  if (dataDir === resolve(configKeys.dataDir.default)) return '';
  const near = relative(process.cwd(), dataDir);
  const path = near === '' || near.startsWith('..') ? dataDir : `./${near}`;
  return `DATA_DIR=${/^[\w./-]+$/.test(path) ? path : `'${path}'`} `;
}
