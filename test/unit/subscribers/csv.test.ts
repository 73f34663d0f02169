import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CsvReader } from '../../../src/subscribers/import/csv.ts';

function read(text: string): { line: number; fields: readonly string[]; problem?: string }[] {
  const reader = new CsvReader();
  return [...reader.push(text), ...reader.end()];
}

test.each<[string, string, (readonly string[])[]]>([
  [
    'plain fields',
    'a,b\nc,d\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  ['no line end after the last record', 'a,b', [['a', 'b']]],
  [
    'CRLF',
    'a,b\r\nc,d\r\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'empty fields',
    ',\n,,x',
    [
      ['', ''],
      ['', '', 'x'],
    ],
  ],
  ['empty lines between records', 'a\n\n\r\nb\n', [['a'], ['b']]],
  ['an empty quoted field is a field', '""\n', [['']]],
  ['commas in quotes', '"a,b",c\n', [['a,b', 'c']]],
  ['doubled quotes', '"say ""hi""",x\n', [['say "hi"', 'x']]],
  [
    'line ends in quotes',
    '"a\r\nb",c\nd,e\n',
    [
      ['a\r\nb', 'c'],
      ['d', 'e'],
    ],
  ],
  ['a quote inside an unquoted field is itself', 'a"b,c\n', [['a"b', 'c']]],
  ['nothing', '', []],
])('%s', (_rule, text, records) => {
  expect(read(text).map((record) => record.fields)).toEqual(records);
});

test('a record knows the line it begins in', () => {
  expect(read('a\n"b\nb"\n\nc\n').map((record) => record.line)).toEqual([1, 2, 5]);
});

test('text after a closing quote and an open quote are problems of their record', () => {
  expect(read('"a"b,c\nd\n')).toMatchObject([{ problem: expect.stringContaining("'b'") }, { fields: ['d'] }]);
  expect(read('"a,b\n')).toMatchObject([{ line: 1, problem: expect.stringContaining('not closed') }]);
});

test('a record that never ends is refused before it fills the memory', () => {
  const reader = new CsvReader();
  reader.push('a\n"');
  expect(() => reader.push('x'.repeat(1_000_001))).toThrow(/begins in line 2/);
});

test('whatever was written is read back, however the text is cut into pieces', () => {
  const field = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', 'é') });
  const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(table, fc.array(fc.nat(20)), fc.constantFrom('\n', '\r\n'), (rows, cuts, lineEnd) => {
      const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
      const text = rows.map((row) => row.map(quote).join(',') + lineEnd).join('');
      const reader = new CsvReader();
      const records = [];
      let at = 0;
      for (const cut of cuts) {
        records.push(...reader.push(text.slice(at, at + cut)));
        at += cut;
      }
      records.push(...reader.push(text.slice(at)), ...reader.end());
      expect(records.map((record) => record.fields)).toEqual(rows);
      expect(records.every((record) => record.problem === undefined)).toBe(true);
    }),
  );
});
