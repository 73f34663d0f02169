import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { productFolder } from '../kernel/product-files.ts';

/** The version in package.json. */
export function productVersion(): string {
  const text = readFileSync(join(productFolder, 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
