import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRateLimit, parseRateLimit, type RateLimit } from '../../../src/kernel/bandwidth.ts';

function canonical(text: string): string {
  const parsed = parseRateLimit(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return formatRateLimit(parsed.value);
}

describe('Mikrotik-Rate-Limit', () => {
  it('reads the first rate as upload', () => {
    expect(parseRateLimit('5M/20M')).toEqual({
      ok: true,
      value: { uploadBps: 5_000_000, downloadBps: 20_000_000 },
    });
  });

  it('reads all six fields', () => {
    expect(parseRateLimit('5M/20M 10M/40M 4M/16M 8/9 7 1M/4M')).toEqual({
      ok: true,
      value: {
        uploadBps: 5_000_000,
        downloadBps: 20_000_000,
        burst: { uploadBps: 10_000_000, downloadBps: 40_000_000 },
        threshold: { uploadBps: 4_000_000, downloadBps: 16_000_000 },
        time: { uploadS: 8, downloadS: 9 },
        priority: 7,
        min: { uploadBps: 1_000_000, downloadBps: 4_000_000 },
      },
    });
  });

  it.each([
    '5M/20M',
    '100M/100M 120M/120M 80M/80M 8/8',
    '64k/64k 256k/256k 128k/128k 10/10',
    '5M/20M 10M/40M 4M/16M 8/8 8 1M/4M',
    '5M/20M 0/0 0/0 0/0 1',
    '5M/20M 0/0 0/0 0/0 8 1M/4M',
    '5M/20M 0/40M 0/16M 0/8',
    '1500k/999',
    '1000M/1000M',
    '5M/20M 5M/20M',
  ])('leaves the canonical %s as it was typed', (text) => {
    expect(canonical(text)).toBe(text);
  });

  it.each([
    ['one rate stands for both directions', '10M', '10M/10M'],
    ['whole thousands are written shorter', '5000k/20000000', '5M/20M'],
    ['k and m are read in any case', '512K/2m', '512k/2M'],
    ['spaces are squeezed', '  64k   256k ', '64k/64k 256k/256k'],
    ['a burst of nothing is no burst', '5M/20M 0/0', '5M/20M'],
    ['a threshold without a burst means nothing', '5M/20M 0 4M/16M 8 3', '5M/20M 0/0 0/0 0/0 3'],
    ['a priority written twice is one priority', '5M 0 0 0 8/8', '5M/5M 0/0 0/0 0/0 8'],
    ['a minimum of nothing is none', '5M 0 0 0 8 0/0', '5M/5M 0/0 0/0 0/0 8'],
  ])('%s', (_rule, text, expected) => {
    expect(canonical(text)).toBe(expected);
  });

  it.each([
    ['5Q/20M', "'5Q/20M': a rate is digits with an optional k or M, upload first, such as 5M/20M."],
    ['', "'': a rate is digits with an optional k or M, upload first, such as 5M/20M."],
    ['1.5M', "'1.5M': a rate is digits with an optional k or M, upload first, such as 5M/20M."],
    ['1G/1G', "'1G/1G': a rate is digits with an optional k or M, upload first, such as 5M/20M."],
    ['5M/20M/1M', "'5M/20M/1M': a rate is digits with an optional k or M, upload first, such as 5M/20M."],
    ['5M/', "'5M/': a rate is digits with an optional k or M, upload first, such as 5M/20M."],
    ['-5M', "'-5M': a rate is digits with an optional k or M, upload first, such as 5M/20M."],
    ['5M 10M x', "'x': a rate is digits with an optional k or M, upload first, such as 5M/20M."],
    ['5M 10M 4M 8s', "'8s': a burst time is whole seconds, upload first, such as 8/8."],
    ['0/20M', 'The upload rate is 0: give a rate, or no rate limit at all for unlimited.'],
    ['5M/0', 'The download rate is 0: give a rate, or no rate limit at all for unlimited.'],
    ['5M/1000001M', 'The download rate is above 1000000M: that is more than any line carries.'],
    [
      '5M/20M 10M/19M',
      'The download burst 19M is below the rate 20M: a burst is at least the rate, or 0 for none.',
    ],
    [
      '5M 10M 11M',
      'The upload threshold 11M does not fit the burst 10M: it is above 0 and at most the burst.',
    ],
    ['5M 10M 0', 'The upload threshold 0 does not fit the burst 10M: it is above 0 and at most the burst.'],
    ['5M 10M 4M 0', 'The upload burst time 0 is out of range: 1 to 86400 seconds.'],
    ['5M 0 0 0 9', "'9': the priority is one number from 1 (served first) to 8."],
    ['5M 0 0 0 0', "'0': the priority is one number from 1 (served first) to 8."],
    ['5M 0 0 0 1/2', "'1/2': the priority is one number from 1 (served first) to 8."],
    ['5M 0 0 0 8 6M', 'The guaranteed upload rate 6M is above the rate 5M: it can be at most the rate.'],
    [
      '5M 0 0 0 8 1M 1M',
      "'5M 0 0 0 8 1M 1M': at most six fields: rate, burst, threshold, time, priority, min.",
    ],
  ])('refuses %j with a sentence', (text, sentence) => {
    expect(parseRateLimit(text)).toEqual({ ok: false, error: sentence });
  });

  const rates = fc.record({
    uploadBps: fc.integer({ min: 1, max: 10 ** 10 }),
    downloadBps: fc.integer({ min: 1, max: 10 ** 10 }),
  });
  const limits: fc.Arbitrary<RateLimit> = fc
    .record({
      rate: rates,
      hasBurst: fc.boolean(),
      depth: fc.integer({ min: 0, max: 2 }),
      priority: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
      hasMin: fc.boolean(),
      seconds: fc.integer({ min: 1, max: 60 }),
    })
    .map(({ rate, hasBurst, depth, priority, hasMin, seconds }) => ({
      ...rate,
      ...(hasBurst ? { burst: { uploadBps: rate.uploadBps * 2, downloadBps: rate.downloadBps } } : {}),
      ...(hasBurst && depth > 0 ? { threshold: rate } : {}),
      ...(hasBurst && depth > 1 ? { time: { uploadS: seconds, downloadS: 1 } } : {}),
      ...(priority === undefined ? {} : { priority }),
      ...(hasMin ? { min: { uploadBps: 1, downloadBps: rate.downloadBps } } : {}),
    }));

  it('means the same after it was written and read again', () => {
    fc.assert(
      fc.property(limits, (limit) => {
        const text = formatRateLimit(limit);
        const again = parseRateLimit(text);
        expect(again.ok && formatRateLimit(again.value)).toBe(text);
        expect(again.ok && again.value).toMatchObject(limit);
      }),
    );
  });

  it('never throws, whatever is typed', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof parseRateLimit(text).ok === 'boolean'));
  });
});
