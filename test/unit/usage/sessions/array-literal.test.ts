import { expect, it } from 'vitest';
import { Column } from '../../../../src/usage/sessions/array-literal.ts';

function textOf(...values: (string | null)[]): string {
  const column = new Column();
  for (const value of values) column.text(value);
  return column.toString();
}

it('an empty column is the empty array', () => {
  expect(new Column().toString()).toBe('{}');
});

it('numbers and NULL stand as they are', () => {
  const column = new Column();
  for (const value of [1, null, 0, -5, 1.25, Number.MAX_SAFE_INTEGER]) column.number(value);
  expect(column.toString()).toBe('{1,NULL,0,-5,1.25,9007199254740991}');
});

it.each([
  [[null], '{NULL}'],
  [['NULL'], '{"NULL"}'],
  [[''], '{""}'],
  [['a,b', '{c}', ' d '], '{"a,b","{c}"," d "}'],
  [['say "x"'], String.raw`{"say \"x\""}`],
  [['DOMAIN\\user'], String.raw`{"DOMAIN\\user"}`],
  [['a\0b'], '{"a\ufffdb"}'],
  [['tab\tline\n'], '{"tab\tline\n"}'],
])('text %j prints as %s', (values, literal) => {
  expect(textOf(...values)).toBe(literal);
});
