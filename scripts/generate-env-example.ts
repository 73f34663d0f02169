import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationMarkdown, envExample } from '../src/platform/config/config-docs.ts';

const root = join(import.meta.dirname, '..');
writeFileSync(join(root, '.env.example'), envExample());
writeFileSync(join(root, 'docs/configuration.md'), configurationMarkdown());
