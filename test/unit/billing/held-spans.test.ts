import { Temporal } from 'temporal-polyfill';
import { expect, it } from 'vitest';
import { firstFree, isHeldAt } from '../../../src/billing/cycles/held-spans.ts';

const day = (text: string) => Temporal.Instant.from(`${text}T00:00:00Z`);
const span = (from: string, to?: string) => ({
  fromAt: day(from),
  toAt: to === undefined ? undefined : day(to),
});

it.each([
  ['nothing stands', [], '2025-06-01', '2025-06-01'],
  ['it ended before', [span('2025-05-01', '2025-05-20')], '2025-06-01', '2025-06-01'],
  ['it began after', [span('2025-06-02')], '2025-06-01', '2025-06-01'],
  ['it ends at that instant', [span('2025-05-01', '2025-06-01')], '2025-06-01', '2025-06-01'],
  ['it covers', [span('2025-05-15', '2025-06-16')], '2025-06-01', '2025-06-16'],
  ['it covers from there on', [span('2025-06-01', '2025-06-16')], '2025-06-01', '2025-06-16'],
  [
    'two overlap',
    [span('2025-05-15', '2025-06-16'), span('2025-06-10', '2025-06-20')],
    '2025-06-01',
    '2025-06-20',
  ],
  ['it stands yet', [span('2025-05-15')], '2025-06-01', undefined],
] as const)('S4: a hold frees a boundary at its end: %s', (_, spans, at, free) => {
  expect(firstFree(spans, day(at))?.toString()).toBe(free && day(free).toString());
  expect(isHeldAt(spans, day(at))).toBe(free !== at);
});
