import { expect, test } from 'vitest';
import { parseArguments } from '../../src/cli/arguments.ts';
import type { Syntax } from '../../src/cli/syntax.ts';

const syntax: Syntax = {
  positionals: [
    { name: 'username', help: '' },
    { name: 'rate', help: '', isOptional: true },
  ],
  options: {
    limit: { value: 'N', help: '' },
    secret: { value: 'S', help: '' },
    attribute: { value: 'A', help: '', isRepeatable: true },
    at: { value: 'I', help: '' },
    kind: { value: 'K', help: '' },
    all: { help: '' },
  },
};

test('arguments stand in their places, options anywhere', () => {
  const args = parseArguments(syntax, ['--limit', '5', 'amina', '--all', '5M']);
  expect(args.required('username')).toBe('amina');
  expect(args.text('rate')).toBe('5M');
  expect(args.integer('limit', { min: 1, max: 9 })).toBe(5);
  expect(args.flag('all')).toBe(true);
  expect(args.flag('json')).toBe(false);
});

test('an argument may be named, and the next one takes its place', () => {
  const args = parseArguments(syntax, ['5M', '--username', 'amina']);
  expect([args.required('username'), args.text('rate')]).toEqual(['amina', '5M']);
});

test.each([
  [['x', '--secret', '-begins-with-a-dash'], '-begins-with-a-dash'],
  [['x', '--secret', '--two-dashes'], '--two-dashes'],
  [['x', '--secret=a=b'], 'a=b'],
  [['x', '--secret', ''], ''],
])('the value in %j is %j', (argv, value) => {
  expect(parseArguments(syntax, argv).text('secret')).toBe(value);
});

test('after two dashes everything is an argument', () => {
  expect(parseArguments(syntax, ['--', '--all']).required('username')).toBe('--all');
});

test('a repeatable option keeps all of its values', () => {
  expect(parseArguments(syntax, ['x', '--attribute', 'a=1', '--attribute', 'b=2']).all('attribute')).toEqual([
    'a=1',
    'b=2',
  ]);
});

test.each([
  [[], /<username> is missing/],
  [['a', 'b', 'c'], /'c' is one argument too many/],
  [['a', '--moon'], /Unknown option '--moon'/],
  [['a', '--limit', '1', '--limit', '2'], /--limit is given twice/],
  [['a', '--secret', '--all'], /--secret/],
  [['a', '--all=yes'], /--all/],
])('%j is refused', (argv, sentence) => {
  expect(() => parseArguments(syntax, argv)).toThrow(sentence);
});

test('values of a wrong form are refused with what is allowed', () => {
  const args = parseArguments(syntax, ['a', '--limit', '0', '--at', '2026-01-01', '--kind', 'x']);
  expect(() => args.integer('limit', { min: 1, max: 9 })).toThrow(/whole number from 1 to 9/);
  expect(() => args.instant('at')).toThrow(/instant with its zone/);
  expect(() => args.choice('kind', ['a', 'b'])).toThrow(/must be a or b/);
  expect(() => args.required('secret')).toThrow(/--secret is missing/);
});

test('an instant may have an offset', () => {
  const args = parseArguments(syntax, ['a', '--at', '2026-01-01T03:00+03:00']);
  expect(args.instant('at')).toEqual(new Date('2026-01-01T00:00:00Z'));
});
