import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { advanceBase, arrearsBases } from '../../../../src/billing/rating/base.ts';
import { changeShares, restOf } from '../../../../src/billing/rating/proration.ts';
import { shareOf } from '../../../../src/billing/rating/share.ts';
import { periodFrom } from '../../../../src/subscribers/period.ts';
import type { SegmentTerms } from '../../../../src/subscribers/services/segment.ts';

const on = (text: string) => Temporal.PlainDate.from(text);
const at = (text: string) => Temporal.Instant.from(text);
const monthly = (anchorDay: number) => ({ unit: 'monthly', count: 1, anchorDay }) as const;

test.each([
  ['M3: 17 days of 31 at 999', 999n, { part: 17n, whole: 31n }, 548n],
  ['M3: a half goes away from zero', 5n, { part: 1n, whole: 2n }, 3n],
  ['M3: a negative half too', -5n, { part: 1n, whole: 2n }, -3n],
  ['one minor unit of a day in 31', 1n, { part: 1n, whole: 31n }, 0n],
  ['nothing', 0n, { part: 17n, whole: 31n }, 0n],
  ['0 digits: 1000 UGX for 17 of 31 days', 1_000n, { part: 17n, whole: 31n }, 548n],
  ['3 digits: 1.000 KWD for 1 of 3', 1_000n, { part: 1n, whole: 3n }, 333n],
])('%s', (_, amount, share, expected) => {
  expect(shareOf(amount, share)).toBe(expected);
});

test.each([
  ['C6: 18 of 28 days at 2800', 2_800n, '2025-02-10', 31, 1_800n],
  ['a full month', 2_800n, '2025-02-28', 31, 2_800n],
  ['a free package', 0n, '2025-02-10', 31, 0n],
])('B2: %s', (_, price, from, anchor, amount) => {
  expect(advanceBase(price, periodFrom(on(from), monthly(anchor))).amountMinor).toBe(amount);
});

const april = { ...periodFrom(on('2025-04-01'), monthly(1)), fullDays: 30n };

function segment(from: string, packageId: string, price: number, timing: 'advance' | 'arrears' = 'arrears') {
  const terms: SegmentTerms = {
    price,
    currency: 'KES',
    data_limit_gb: null,
    limit_action: 'notify',
    fup: [],
    rate_limit: null,
    base_timing: timing,
  };
  return { fromOn: on(from), packageId, terms, uploadOctets: 0n, downloadOctets: 0n };
}

test('B3: a period in arrears is billed whole at its end', () => {
  expect(arrearsBases([segment('2025-04-01', '1', 3_000)], april).map((base) => base.amountMinor)).toEqual([
    3_000n,
  ]);
});

test('P8: one line per package by its days; a package held for no day has none', () => {
  const bases = arrearsBases(
    [
      segment('2025-04-01', '1', 3_000),
      segment('2025-04-16', '2', 9_000),
      segment('2025-04-16', '3', 6_000),
      segment('2025-04-20', '3', 6_000),
    ],
    april,
  );
  expect(bases.map((base) => [String(base.startOn), String(base.endOn), base.amountMinor])).toEqual([
    ['2025-04-01', '2025-04-16', 1_500n],
    ['2025-04-16', '2025-05-01', 3_000n],
  ]);
});

test('P8: what was billed in advance is not billed again in arrears', () => {
  const bases = arrearsBases(
    [segment('2025-04-01', '1', 3_000, 'advance'), segment('2025-04-16', '2', 6_000)],
    april,
  );
  expect(bases.map((base) => base.amountMinor)).toEqual([3_000n]);
});

const april16 = {
  fullStartAt: at('2025-04-01T00:00:00Z'),
  lineFromAt: at('2025-04-01T00:00:00Z'),
  changeAt: at('2025-04-16T13:30:00Z'),
  endAt: at('2025-05-01T00:00:00Z'),
};

test('P2: 3000 to 6000 on 16 April gives back 1500 and charges 3000', () => {
  const { credit, charge } = changeShares(april16, { unit: 'day', timeZone: 'UTC' });
  expect([restOf(3_000n, credit), shareOf(6_000n, charge)]).toEqual([1_500n, 3_000n]);
});

test('P1: the day of the change belongs to the new package, by the local date', () => {
  const nearMidnight = { ...april16, changeAt: at('2025-04-15T21:30:00Z') };
  const { credit } = changeShares(nearMidnight, { unit: 'day', timeZone: 'Africa/Nairobi' });
  expect(credit.part).toBe(15n);
});

test('P6: the second change of a period gives back what the first charged', () => {
  const first = shareOf(6_000n, changeShares(april16, { unit: 'day', timeZone: 'UTC' }).charge);
  const again = { ...april16, lineFromAt: april16.changeAt, changeAt: at('2025-04-16T23:00:00Z') };
  expect(restOf(first, changeShares(again, { unit: 'day', timeZone: 'UTC' }).credit)).toBe(3_000n);
});

test('P10: by seconds, a month with the change to summer time is an hour shorter', () => {
  const measure = { unit: 'second', timeZone: 'Europe/Berlin' } as const;
  const march = {
    fullStartAt: at('2025-02-28T23:00:00Z'),
    lineFromAt: at('2025-02-28T23:00:00Z'),
    changeAt: at('2025-03-16T11:00:00Z'),
    endAt: at('2025-03-31T22:00:00Z'),
  };
  const { charge } = changeShares(march, measure);
  expect(charge.whole).toBe(BigInt((31 * 24 - 1) * 3_600_000));
  expect(charge.part).toBe(BigInt((15 * 24 + 11) * 3_600_000));
});

test('P10: by seconds, noon of the 16th leaves half a day less than by days', () => {
  const noon = { ...april16, changeAt: at('2025-04-16T12:00:00Z') };
  const { credit } = changeShares(noon, { unit: 'second', timeZone: 'UTC' });
  expect(restOf(3_000n, credit)).toBe(1_450n);
});

test('P2, P6: whatever is changed and when, no more is given back than was charged', () => {
  const start = on('2025-04-01');
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 12n }),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 29 }), fc.bigInt({ min: 0n, max: 10n ** 12n })), {
        maxLength: 6,
      }),
      (price, changes) => {
        let line = price;
        let from = start;
        let [charged, credited] = [price, 0n];
        for (const [day, next] of [...changes].sort((a, b) => a[0] - b[0])) {
          const changeOn = start.add({ days: day });
          const instant = (date: Temporal.PlainDate) => date.toZonedDateTime('UTC').toInstant();
          const shares = changeShares(
            {
              fullStartAt: instant(start),
              lineFromAt: instant(from),
              changeAt: instant(changeOn),
              endAt: instant(on('2025-05-01')),
            },
            { unit: 'day', timeZone: 'UTC' },
          );
          const credit = restOf(line, shares.credit);
          expect(credit).toBeLessThanOrEqual(line);
          credited += credit;
          line = shareOf(next, shares.charge);
          charged += line;
          from = changeOn;
        }
        expect(credited).toBeLessThanOrEqual(charged);
      },
    ),
    { seed: 5, numRuns: 300 },
  );
});
