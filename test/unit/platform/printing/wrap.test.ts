import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wrap } from '../../../../src/platform/printing/layout/wrap.ts';

const length = (line: string): number => line.length;

describe('a text is broken', () => {
  it.each<[rule: string, text: string, lines: string[]]>([
    ['nowhere when it fits', 'ten little', ['ten little']],
    ['at blanks', 'one two three four', ['one two', 'three four']],
    ['inside a word that alone is too wide', 'x abcdefghijklmno', ['x', 'abcdefghij', 'klmno']],
    ['at the ends of its own lines', 'one\ntwo\r\nthree', ['one', 'two', 'three']],
    ['never inside a letter with marks', 'e\u0301'.repeat(6), ['e\u0301'.repeat(5), 'e\u0301']],
  ])('%s', (_, text, lines) => expect(wrap(text, 10, length)).toEqual(lines));

  it('loses no letter and makes no line too wide, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.integer({ min: 2, max: 40 }), (text, width) => {
        const lines = wrap(text, width, length);
        expect(lines.every((line) => line.length <= width)).toBe(true);
        expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
      }),
      { seed: 5 },
    );
  });
});
