import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SqlDump } from '../../../../src/subscribers/import/readers/sql-dump.ts';
import { isHeader, type SourceRow } from '../../../../src/subscribers/import/source-row.ts';

type Dialect = ConstructorParameters<typeof SqlDump>[0];

function read(text: string, dialect: Dialect = 'mysql', pieceSize = text.length): SourceRow[] {
  const dump = new SqlDump(dialect, { radcheck: ['id', 'username', 'attribute', 'op', 'value'] });
  const rows = [];
  for (let at = 0; at < text.length; at += pieceSize) rows.push(...dump.push(text.slice(at, at + pieceSize)));
  return [...rows, ...dump.end()].filter((item): item is SourceRow => !isHeader(item));
}

const MYSQLDUMP = `-- MySQL dump 10.13  Distrib 8.0
/*!40101 SET NAMES utf8mb4 */;
DROP TABLE IF EXISTS \`radreply\`;
CREATE TABLE \`radreply\` (
  \`id\` int unsigned NOT NULL AUTO_INCREMENT,
  \`username\` varchar(64) NOT NULL DEFAULT '',
  \`op\` char(2) NOT NULL DEFAULT '=',
  \`amount\` decimal(10,2) DEFAULT NULL,
  PRIMARY KEY (\`id\`),
  KEY \`username\` (\`username\`(32))
) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4 COMMENT='a;b (c)';
LOCK TABLES \`radreply\` WRITE;
INSERT INTO \`radreply\` VALUES (1,'o\\'brien; \\\\',':=',1.50),(2,'two ''quotes''','=',NULL);
UNLOCK TABLES;
`;

const PG_DUMP = `--
-- PostgreSQL database dump
--
SET standard_conforming_strings = on;
CREATE FUNCTION x() RETURNS text AS 'select ''a;b''';
COPY public.radcheck (id, username, attribute, op, value) FROM stdin;
1\tann\tCleartext-Password\t:=\tback\\\\slash
2\tben\tCleartext-Password\t:=\t\\N
\\.

INSERT INTO public.nas (nasname, "secret") VALUES ('10.0.0.1', 'a\\b');
`;

describe('a dump', () => {
  it('of mysqldump gives the rows of its tables in the order of their columns', () => {
    expect(read(MYSQLDUMP).map(({ table, line, values }) => ({ table, line, values }))).toEqual([
      { table: 'radreply', line: 13, values: { id: '1', username: "o'brien; \\", op: ':=', amount: '1.50' } },
      { table: 'radreply', line: 13, values: { id: '2', username: "two 'quotes'", op: '=' } },
    ]);
  });

  it('of pg_dump gives those of COPY and of INSERT, where a backslash is itself', () => {
    expect(read(PG_DUMP, 'standard').map(({ table, values }) => [table, values])).toEqual([
      [
        'radcheck',
        { id: '1', username: 'ann', attribute: 'Cleartext-Password', op: ':=', value: 'back\\slash' },
      ],
      ['radcheck', { id: '2', username: 'ben', attribute: 'Cleartext-Password', op: ':=' }],
      ['nas', { nasname: '10.0.0.1', secret: 'a\\b' }],
    ]);
  });

  it.each([
    ['of MySQL', MYSQLDUMP, 'mysql' as const],
    ['of PostgreSQL', PG_DUMP, 'standard' as const],
  ])('%s reads the same however it is cut into pieces', (_, text, dialect) => {
    const whole = read(text, dialect);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), (size) => {
        expect(read(text, dialect, size)).toEqual(whole);
      }),
      { seed: 7, numRuns: 40 },
    );
  });

  it('whatever a value holds is read back', () => {
    const value = fc.string({
      unit: fc.constantFrom("'", '\\', '\n', ',', ')', ';', '(', 'é', 'a', '"', '`'),
    });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 4 }), (values) => {
        const escaped = values.map((one) => `'${one.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`);
        const sql = `INSERT INTO t (${values.map((_, at) => `c${at}`).join(',')}) VALUES (${escaped.join(',')});\n`;
        const [row] = read(sql, 'mysql', 7);
        expect(Object.values(row?.values ?? {})).toEqual(values);
      }),
      { seed: 7, numRuns: 100 },
    );
  });

  it.each([
    ['that was cut off', "INSERT INTO radcheck VALUES (1,'ann','A',':=','x'),(2,'be", /cut off/],
    ['with an expression', "INSERT INTO radcheck VALUES (1,NOW(),'A',':=','x');\n", /more than plain values/],
    [
      'with another number of values',
      "INSERT INTO radcheck VALUES (1,'ann');\n",
      /2 values, the table 5 columns/,
    ],
  ])('%s says so', (_, text, sentence) => {
    expect(read(text).find(({ problem }) => problem !== undefined)?.problem).toMatch(sentence);
  });

  it('never fails, whatever the text', () => {
    const soup = fc.string({
      unit: fc.constantFrom(
        'INSERT INTO t VALUES ',
        'COPY t (a) FROM stdin;\n',
        '(',
        ')',
        "'",
        ';',
        '\n',
        '--',
        '/*',
        'x',
        ',',
      ),
    });
    fc.assert(
      fc.property(soup, fc.integer({ min: 1, max: 9 }), (text, size) => {
        read(text, 'mysql', size);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it('whose row never ends is refused before it fills the memory', () => {
    const dump = new SqlDump('mysql', {});
    dump.push("INSERT INTO t (a) VALUES ('");
    expect(() => dump.push('x'.repeat(4_000_001))).toThrow(/does not end/);
  });
});
