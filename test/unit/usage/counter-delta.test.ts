import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GIGAWORD } from '../../../src/kernel/octets.ts';
import { ANOMALY, type CounterReport, type Counters, countReport } from '../../../src/usage/counter-delta.ts';

interface Row {
  readonly rule: string;
  /** Session time, upload, download before. */
  readonly before: readonly [number, number, number];
  /** Session time, upload, download reported; undefined = not in the packet. */
  readonly reported: readonly [number | undefined, number | undefined, number | undefined];
  readonly gigawords: boolean;
  /** Upload, download added. */
  readonly adds: readonly [number, number];
  readonly anomalies?: number;
}

const rows: Row[] = [
  {
    rule: 'growth adds the difference',
    before: [60, 100, 1000],
    reported: [120, 150, 4000],
    gigawords: true,
    adds: [50, 3000],
  },
  {
    rule: 'growth without Gigawords adds the difference',
    before: [60, 100, 1000],
    reported: [120, 150, 4000],
    gigawords: false,
    adds: [50, 3000],
  },
  {
    rule: 'the example of O9: 4 294 967 000 then 704 with a greater session time is 1000',
    before: [60, 0, 4_294_967_000],
    reported: [120, 0, 704],
    gigawords: false,
    adds: [0, 1000],
    anomalies: ANOMALY.wrapped,
  },
  {
    rule: 'the last octet before a wrap and the first after it',
    before: [60, 0, GIGAWORD - 1],
    reported: [120, 1, 0],
    gigawords: false,
    adds: [1, 1],
    anomalies: ANOMALY.wrapped,
  },
  {
    rule: 'a second wrap stands on the first',
    before: [60, 0, 3 * GIGAWORD - 96],
    reported: [120, 0, 4],
    gigawords: false,
    adds: [0, 100],
    anomalies: ANOMALY.wrapped,
  },
  {
    rule: 'both directions may wrap in one report',
    before: [60, GIGAWORD - 10, GIGAWORD - 20],
    reported: [120, 5, 6],
    gigawords: false,
    adds: [15, 26],
    anomalies: ANOMALY.wrapped,
  },
  {
    rule: 'with Gigawords one more is no wrap',
    before: [60, 0, 4_294_967_000],
    reported: [120, 0, GIGAWORD + 704],
    gigawords: true,
    adds: [0, 1000],
  },
  {
    rule: 'with Gigawords a lower value adds nothing, whatever the time',
    before: [60, 500, 5000],
    reported: [120, 400, 4000],
    gigawords: true,
    adds: [0, 0],
    anomalies: ANOMALY.wentBack,
  },
  {
    rule: 'Gigawords appear once they are needed',
    before: [60, 0, GIGAWORD - 1],
    reported: [120, 0, GIGAWORD + 1],
    gigawords: true,
    adds: [0, 2],
  },
  {
    rule: 'a duplicate adds nothing',
    before: [60, 100, 1000],
    reported: [60, 100, 1000],
    gigawords: false,
    adds: [0, 0],
  },
  {
    rule: 'the same time with lower counters adds nothing',
    before: [60, 100, 1000],
    reported: [60, 90, 900],
    gigawords: false,
    adds: [0, 0],
    anomalies: ANOMALY.wentBack,
  },
  {
    rule: 'the same time with higher counters counts',
    before: [60, 100, 1000],
    reported: [60, 110, 1100],
    gigawords: false,
    adds: [10, 100],
  },
  {
    rule: 'an older report adds nothing without Gigawords',
    before: [60, 100, 1000],
    reported: [30, 50, 500],
    gigawords: false,
    adds: [0, 0],
    anomalies: ANOMALY.wentBack,
  },
  {
    rule: 'an older report from before a wrap adds nothing',
    before: [120, 0, GIGAWORD + 704],
    reported: [60, 0, 4_294_967_000],
    gigawords: false,
    adds: [0, 0],
  },
  {
    rule: 'an older report with Gigawords adds nothing',
    before: [120, 100, 1000],
    reported: [60, 50, 500],
    gigawords: true,
    adds: [0, 0],
    anomalies: ANOMALY.wentBack,
  },
  {
    rule: 'octets missing from a Stop leave the usage as it was',
    before: [60, 100, 1000],
    reported: [90, undefined, undefined],
    gigawords: false,
    adds: [0, 0],
  },
  {
    rule: 'one direction missing leaves that one as it was',
    before: [60, 100, 1000],
    reported: [90, undefined, 1500],
    gigawords: false,
    adds: [0, 500],
  },
  {
    rule: 'both counters blanked in mid-session are no wrap',
    before: [60, 100, 1000],
    reported: [90, 0, 0],
    gigawords: false,
    adds: [0, 0],
    anomalies: ANOMALY.wentBack,
  },
  {
    rule: 'the only counter there is, blanked, is no wrap',
    before: [60, 100, 1000],
    reported: [90, undefined, 0],
    gigawords: false,
    adds: [0, 0],
    anomalies: ANOMALY.wentBack,
  },
  {
    rule: 'both counters blanked with Gigawords add nothing',
    before: [60, 100, 1000],
    reported: [90, 0, 0],
    gigawords: true,
    adds: [0, 0],
    anomalies: ANOMALY.wentBack,
  },
  {
    rule: 'a report that tells no session time is no older one: what is higher counts',
    before: [60, 100, 1000],
    reported: [undefined, 150, 4000],
    gigawords: false,
    adds: [50, 3000],
  },
  {
    rule: 'without a session time a lower value is not taken for a wrap',
    before: [60, 0, 4_294_967_000],
    reported: [undefined, 0, 704],
    gigawords: false,
    adds: [0, 0],
    anomalies: ANOMALY.wentBack,
  },
  {
    rule: 'a new session counts from zero',
    before: [0, 0, 0],
    reported: [300, 7, 9],
    gigawords: true,
    adds: [7, 9],
  },
  {
    rule: 'nine petabytes are counted to the octet',
    before: [60, 0, Number.MAX_SAFE_INTEGER - 1],
    reported: [90, 0, Number.MAX_SAFE_INTEGER],
    gigawords: true,
    adds: [0, 1],
  },
];

describe('O9: what a report adds to its session', () => {
  it.each(rows)('$rule', ({ before, reported, gigawords, adds, anomalies = 0 }) => {
    const step = countReport(
      { sessionTimeS: before[0], uploadOctets: before[1], downloadOctets: before[2] },
      {
        sessionTimeS: reported[0],
        uploadOctets: reported[1],
        downloadOctets: reported[2],
        hasGigawords: gigawords,
      },
    );
    expect([step.uploadDelta, step.downloadDelta]).toEqual(adds);
    expect(step.uploadOctets).toBe(before[1] + adds[0]);
    expect(step.downloadOctets).toBe(before[2] + adds[1]);
    expect(step.sessionTimeS).toBe(Math.max(before[0], reported[0] ?? 0));
    expect(step.anomalies).toBe(anomalies);
  });
});

const counter = fc.oneof(fc.nat(5), fc.integer({ min: 0, max: 3 * GIGAWORD }), fc.nat(GIGAWORD - 1));
const counters = fc.record({ sessionTimeS: fc.nat(1_000), uploadOctets: counter, downloadOctets: counter });

describe('O9 for any counters at all', () => {
  const whole = fc.option(counter, { nil: undefined });
  const low = fc.option(fc.nat(GIGAWORD - 1), { nil: undefined });
  const report: fc.Arbitrary<CounterReport> = fc.boolean().chain((hasGigawords) =>
    fc.record({
      sessionTimeS: fc.option(fc.nat(1_000), { nil: undefined }),
      uploadOctets: hasGigawords ? whole : low,
      downloadOctets: hasGigawords ? whole : low,
      hasGigawords: fc.constant(hasGigawords),
    }),
  );

  it('no report takes anything away, and the same report again adds nothing', () => {
    fc.assert(
      fc.property(counters, report, (before: Counters, said) => {
        const once = countReport(before, said);
        expect(once.uploadDelta).toBeGreaterThanOrEqual(0);
        expect(once.downloadDelta).toBeGreaterThanOrEqual(0);
        expect(once.uploadOctets).toBe(before.uploadOctets + once.uploadDelta);
        const twice = countReport(once, said);
        expect([twice.uploadDelta, twice.downloadDelta]).toEqual([0, 0]);
      }),
    );
  });

  it('without Gigawords one report adds less than 2^32 in a direction', () => {
    const short = fc.nat(GIGAWORD - 1);
    fc.assert(
      fc.property(
        counters,
        short,
        short,
        fc.nat(1_000),
        (before, uploadOctets, downloadOctets, sessionTimeS) => {
          const step = countReport(before, {
            uploadOctets,
            downloadOctets,
            sessionTimeS,
            hasGigawords: false,
          });
          expect(Math.max(step.uploadDelta, step.downloadDelta)).toBeLessThan(GIGAWORD);
        },
      ),
    );
  });
});
