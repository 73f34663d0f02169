import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as rules from './support/architecture-rules.ts';
import { readSource, readSources } from './support/imports.ts';

const sources = readSources(join(import.meta.dirname, '..', 'src'));

/** The rules of ARCHITECTURE.md; their tables are in support/architecture-tables.ts and know no exception. */
const allRules: readonly (readonly [string, rules.Rule])[] = [
  ['every file lies in a room and is named for what it may do', rules.everyFileHasItsPlace],
  ['a room imports only rooms to its left', rules.roomsImportToTheLeft],
  ['a kind of file imports only the kinds it may know', rules.kindsImportWhatTheyMay],
  [
    'configuration, root logger and supervisor are for the shells that compose',
    rules.reservedPartsStayReserved,
  ],
  ['the kernel and the codec know nothing of the product', rules.confinedPartsStayConfined],
  ['packages and parts of Node are used only in their places', rules.packagesStayInTheirPlace],
  [
    'clock, chance, environment and console are read at the edges, and pure files have no effects',
    rules.nothingAmbient,
  ],
  ['nothing is exported by a star', rules.noStarExports],
  ['no file reaches itself by its imports', rules.noCyclesOfFiles],
  ['the folders of a room have an order', rules.noCyclesOfFolders],
  ['no file is longer than 300 lines, no function longer than 70', rules.nothingTooLong],
];

/** Sources that break a rule, and what its sentence must say. */
const samples: readonly (readonly [string, rules.Rule, Readonly<Record<string, string>>, RegExp])[] = [
  ['a file in no room', rules.everyFileHasItsPlace, { 'misc/helper.ts': '' }, /no room/],
  ['an unknown suffix', rules.everyFileHasItsPlace, { 'usage/quota.controller.ts': '' }, /only suffixes/],
  ['a barrel', rules.everyFileHasItsPlace, { 'usage/index.ts': '' }, /barrel/],
  [
    'a room that imports to the right',
    rules.roomsImportToTheLeft,
    { 'usage/quota.ts': `import type { Nas } from '../network/nas.ts';` },
    /usage may not import network/,
  ],
  [
    'two rooms of one level',
    rules.roomsImportToTheLeft,
    { 'cli/cli.ts': `const load = () => import('../http/server.ts');` },
    /cli may not import http/,
  ],
  [
    'a pure file that takes a type from a store',
    rules.kindsImportWhatTheyMay,
    { 'usage/quota.ts': `type Row = import('./usage.store.ts').Row;` },
    /pure file may import pure, port, not store/,
  ],
  [
    'a page that reads a store',
    rules.kindsImportWhatTheyMay,
    { 'http/ui/nas.page.tsx': `import { list } from '../../network/nas.store.ts'; <p>don't</p>;` },
    /call services/,
  ],
  [
    'a service that reads the configuration',
    rules.reservedPartsStayReserved,
    { 'radius/auth/login.service.ts': `export { config } from '../../platform/config/config.ts';` },
    /as arguments/,
  ],
  [
    'a codec that knows the database',
    rules.confinedPartsStayConfined,
    { 'radius/protocol/codec.ts': `import { db } from '../../db/database.ts';` },
    /only radius\/protocol\/, kernel\//,
  ],
  [
    'SQL in a service',
    rules.packagesStayInTheirPlace,
    { 'billing/tax.service.ts': `import { sql } from 'drizzle-orm/pg-core';` },
    /SQL lives in/,
  ],
  [
    'a package nobody has placed',
    rules.packagesStayInTheirPlace,
    { 'cli/cli.ts': `import lodash from 'lodash';` },
    /decide where/,
  ],
  [
    'a pure file that reads files',
    rules.packagesStayInTheirPlace,
    { 'usage/quota.ts': `import { readFileSync } from 'node:fs';` },
    /only node:crypto and node:buffer/,
  ],
  [
    'a service that reads the clock',
    rules.nothingAmbient,
    { 'usage/usage.service.ts': '\nexport const day = () => new Date();' },
    /usage\.service\.ts:2 uses new Date\(\)/,
  ],
  [
    'a pure file with a timer',
    rules.nothingAmbient,
    { 'usage/quota.ts': 'setTimeout(() => performance.now(), 1);' },
    /uses setTimeout in a pure file/,
  ],
  ['a star export', rules.noStarExports, { 'usage/quota.ts': `export * from './alert.ts';` }, /star export/],
  [
    'two files that import each other',
    rules.noCyclesOfFiles,
    { 'usage/a.ts': `import './b.ts';`, 'usage/b.ts': `import type { A } from './a.ts';` },
    /src\/usage\/a\.ts -> src\/usage\/b\.ts -> src\/usage\/a\.ts/,
  ],
  [
    'two folders that import each other',
    rules.noCyclesOfFolders,
    {
      'radius/auth/a.ts': `import '../server/b.ts';`,
      'radius/server/c.ts': `import '../auth/d.ts';`,
    },
    /src\/radius\/auth -> src\/radius\/server -> src\/radius\/auth/,
  ],
  ['a file of 301 lines', rules.nothingTooLong, { 'usage/quota.ts': '\n'.repeat(301) }, /301 lines/],
  [
    'a method of 71 lines',
    rules.nothingTooLong,
    { 'usage/quota.ts': `class Quota { left() {${'\n'.repeat(70)}} }` },
    /left has 71 lines/,
  ],
];

describe('in src', () => {
  it('the sources are found', () => {
    expect(sources.map(({ path }) => path)).toEqual(expect.arrayContaining(['main.ts', 'kernel/clock.ts']));
  });

  it.each(allRules)('%s', (_, rule) => {
    expect(rule(sources)).toEqual([]);
  });
});

describe('the rules refuse', () => {
  it.each(samples)('%s', (_, rule, broken, says) => {
    const files = Object.entries(broken).map(([path, text]) => readSource(path, text));
    expect(rule(files).join('\n')).toMatch(says);
  });

  it('an import that is computed, because nobody can follow it', () => {
    expect(() => readSource('usage/a.ts', 'const load = (name: string) => import(name);')).toThrow(
      /computed/,
    );
  });

  it('nothing in strings, comments and regular expressions', () => {
    const text = "// import '../http/x.ts'\nconst a = ['new Date()', /console.log/, `import('hono')`];";
    const { imports, globals } = readSource('usage/a.ts', text);
    expect({ imports, globals }).toEqual({ imports: [], globals: [] });
  });
});
