import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeLength,
  encodeSentence,
  encodeWord,
  FramingError,
  SENTENCE_WORDS_MAX,
  SentenceReader,
} from '../../../../src/network/routeros/sentence.ts';

describe('the length of a word', () => {
  it.each([
    ['0', 0, '00'],
    ['the longest of one octet', 0x7f, '7f'],
    ['128, the shortest of two', 0x80, '8080'],
    ['the longest of two', 0x3fff, 'bfff'],
    ['the shortest of three', 0x4000, 'c04000'],
    ['the longest of three', 0x1fffff, 'dfffff'],
    ['the shortest of four', 0x200000, 'e0200000'],
    ['the longest of four', 0xfffffff, 'efffffff'],
    ['the shortest of five', 0x10000000, 'f010000000'],
  ])('%s is written most significant octet first', (_, length, hex) => {
    expect(encodeLength(length).toString('hex')).toBe(hex);
  });
});

describe('a sentence', () => {
  it('is its words and an empty one', () => {
    expect(encodeSentence(['/login']).toString('hex')).toBe('062f6c6f67696e00');
  });

  it('counts octets, not letters', () => {
    expect(encodeWord('=name=Иван').toString('hex')).toBe('0e3d6e616d653dd098d0b2d0b0d0bd');
  });

  it('takes no empty word, which would end it early', () => {
    expect(() => encodeSentence(['/login', ''])).toThrow(FramingError);
  });
});

describe('reading sentences', () => {
  const words = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }), {
    minLength: 1,
    maxLength: 8,
  });

  it('gives the same sentences wherever TCP cuts them', () => {
    fc.assert(
      fc.property(
        fc.array(words, { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(40), { minLength: 1 }),
        (sent, cuts) => {
          const octets = Buffer.concat(sent.map(encodeSentence));
          const reader = new SentenceReader();
          const got: (readonly string[])[] = [];
          let at = 0;
          for (let cut = 0; at < octets.length; cut += 1) {
            const end = at + (cuts[cut % cuts.length] ?? 0) + 1;
            got.push(...reader.push(octets.subarray(at, end)));
            at = end;
          }
          expect(got).toEqual(sent);
        },
      ),
      { seed: 4, numRuns: 300 },
    );
  });

  it('puts a length prefix together that was cut in the middle', () => {
    const word = 'x'.repeat(0x4000);
    const octets = encodeSentence([word]);
    const reader = new SentenceReader();
    expect(reader.push(octets.subarray(0, 1))).toEqual([]);
    expect(reader.push(octets.subarray(1, 2))).toEqual([]);
    expect(reader.push(octets.subarray(2))).toEqual([[word]]);
  });

  it('passes over empty sentences', () => {
    expect(new SentenceReader().push(Buffer.from('00000000', 'hex'))).toEqual([]);
  });

  it.each([
    ['a word of 10 MB', Buffer.concat([encodeLength(10_000_000), Buffer.alloc(10)])],
    ['a word of 4 GB', Buffer.from('f0ffffffff', 'hex')],
    ['a reserved control octet', Buffer.from('f8', 'hex')],
    ['a length no one may send', Buffer.from('f100000000', 'hex')],
    [
      'a sentence without end',
      Buffer.concat(Array.from({ length: SENTENCE_WORDS_MAX + 1 }, () => encodeWord('a'))),
    ],
  ])('refuses %s at once, without waiting for the rest', (_, octets) => {
    expect(() => new SentenceReader().push(octets)).toThrow(FramingError);
  });

  it('throws nothing but a FramingError, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (octets) => {
        try {
          new SentenceReader().push(Buffer.from(octets));
        } catch (error) {
          expect(error).toBeInstanceOf(FramingError);
        }
      }),
      { seed: 4, numRuns: 500 },
    );
  });
});
