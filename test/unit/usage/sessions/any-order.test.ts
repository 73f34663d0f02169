import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GIGAWORD } from '../../../../src/kernel/octets.ts';
import type { AccountingReport } from '../../../../src/usage/sessions/report.ts';
import { report, Story, start, stop } from './factories.ts';

/** A true session as its router counted it: seconds, upload and download at each report, the last one a Stop. */
interface Truth {
  readonly marks: readonly { readonly atS: number; readonly up: number; readonly down: number }[];
}

const octets = fc.oneof(fc.nat(2_000), fc.nat(GIGAWORD - 1));

function truth(
  secondsPerStep: fc.Arbitrary<number>,
  step: fc.Arbitrary<number> = octets,
): fc.Arbitrary<Truth> {
  return fc.array(fc.tuple(secondsPerStep, step, step), { minLength: 1, maxLength: 8 }).map((steps) => {
    let [atS, up, down] = [0, 0, 0];
    return {
      marks: steps.map(([seconds, more, much]) => {
        [atS, up, down] = [atS + seconds, up + more, down + much];
        return { atS, up, down };
      }),
    };
  });
}

/** The reports of a session; without Gigawords only the low 32 bits travel. `beginS` is when it began. */
function reportsOf({ marks }: Truth, options: { hasGigawords: boolean; beginS?: number; delayS?: number }) {
  const { hasGigawords, beginS = 0, delayS = 0 } = options;
  const shown = (value: number) => (hasGigawords ? value : value % GIGAWORD);
  const later = marks.map(({ atS, up, down }, index) =>
    (index === marks.length - 1 ? stop : report)({
      sessionTimeS: atS,
      atS: beginS + atS,
      uploadOctets: shown(up),
      downloadOctets: shown(down),
      hasGigawords,
      delayS,
    }),
  );
  return { first: start({ atS: beginS, delayS, hasGigawords }), later };
}

/** Some of the items, in any order, some of them several times. */
function disorder<T>(items: readonly T[]): fc.Arbitrary<T[]> {
  return fc
    .array(fc.nat(items.length - 1), { maxLength: 3 * items.length })
    .map((picks) => picks.flatMap((pick) => items.slice(pick, pick + 1)));
}

function total({ marks }: Truth): number {
  const end = marks.at(-1);
  return end === undefined ? 0 : end.up + end.down;
}

const anyCase = truth(fc.integer({ min: 1, max: 4_000 })).chain((session) => {
  // A router that tells the delay: the event is when it was, however late the report comes.
  const { first, later } = reportsOf(session, { hasGigawords: true, delayS: 100_000 });
  return fc.tuple(fc.constant(session), disorder([first, ...later]));
});

function tell(reports: readonly AccountingReport[]): Story {
  return new Story().tell(...reports);
}

describe('any order, loss and duplication of the reports of one session', () => {
  it('counts exactly what the highest report says that arrived, and books what the session shows', () => {
    fc.assert(
      fc.property(anyCase, ([session, reports]) => {
        const story = tell(reports);
        const highest = Math.max(
          0,
          ...reports.map((one) => (one.uploadOctets ?? 0) + (one.downloadOctets ?? 0)),
        );
        expect(story.booked).toBe(highest);
        expect(story.booked).toBe(story.counted);
        expect(story.booked).toBeLessThanOrEqual(total(session));
        expect(story.generations.size).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });

  it('counts the whole total once the Stop is among them', () => {
    fc.assert(
      fc.property(anyCase, fc.nat(), ([session, reports], at) => {
        const { later } = reportsOf(session, { hasGigawords: true, delayS: 100_000 });
        const end = later.slice(-1);
        const place = at % (reports.length + 1);
        expect(tell([...reports.slice(0, place), ...end, ...reports.slice(place)]).booked).toBe(
          total(session),
        );
      }),
    );
  });

  it('without Gigawords never counts more than the truth, and all of it when no wrap was lost', () => {
    const wrapping = truth(fc.integer({ min: 1, max: 4_000 })).chain((session) => {
      const { first, later } = reportsOf(session, { hasGigawords: false, delayS: 100_000 });
      return fc.tuple(fc.constant(session), fc.constant([first, ...later]), disorder([first, ...later]));
    });
    fc.assert(
      fc.property(wrapping, ([session, inOrder, disordered]) => {
        expect(tell(disordered).booked).toBeLessThanOrEqual(total(session));
        // Two wraps to exactly nothing look like a router that blanks its counters, and are left out (O9).
        const isBlank = inOrder.some(
          (one, at) => at > 1 && one.uploadOctets === 0 && one.downloadOctets === 0,
        );
        if (!isBlank) expect(tell(inOrder).booked).toBe(total(session));
      }),
      { numRuns: 500 },
    );
  });

  it('holds without Acct-Delay-Time too while reports are late by less than a minute', () => {
    const short = truth(fc.integer({ min: 1, max: 6 })).chain((session) => {
      const { first, later } = reportsOf(session, { hasGigawords: true });
      return fc.tuple(fc.constant(session), fc.boolean(), fc.constant(first), disorder(later));
    });
    fc.assert(
      fc.property(short, ([session, hasStart, first, later]) => {
        // All arrive in the seconds after the session ended, and are taken to happen then.
        const arrived = later.map((one, index) => ({
          ...one,
          eventAtMs: first.eventAtMs + 50_000 + index * 100,
        }));
        const story = tell(hasStart ? [first, ...arrived] : arrived);
        const highest = Math.max(
          0,
          ...arrived.map((one) => (one.uploadOctets ?? 0) + (one.downloadOctets ?? 0)),
        );
        expect(story.booked).toBe(highest);
        expect(story.booked).toBeLessThanOrEqual(total(session));
      }),
      { numRuns: 300 },
    );
  });
});

describe('several sessions under one id', () => {
  const sessions = fc.array(
    fc.tuple(truth(fc.integer({ min: 20, max: 4_000 })), fc.integer({ min: 11, max: 9_000 })),
    {
      minLength: 1,
      maxLength: 4,
    },
  );

  it('count each for itself when their Starts arrive', () => {
    fc.assert(
      fc.property(sessions, (list) => {
        const story = new Story();
        let [beginS, octetsInAll] = [0, 0];
        for (const [session, pauseS] of list) {
          const { first, later } = reportsOf(session, { hasGigawords: true, beginS });
          story.tell(first, ...later);
          beginS += (session.marks.at(-1)?.atS ?? 0) + pauseS;
          octetsInAll += total(session);
        }
        expect(story.booked).toBe(octetsInAll);
        expect(story.counted).toBe(octetsInAll);
        expect(story.generations.size).toBe(list.length);
      }),
    );
  });

  it('never count more than the truth whatever is lost', () => {
    fc.assert(
      fc.property(sessions, fc.array(fc.boolean(), { minLength: 50, maxLength: 50 }), (list, isLost) => {
        const story = new Story();
        let [beginS, octetsInAll, place] = [0, 0, 0];
        for (const [session, pauseS] of list) {
          const { first, later } = reportsOf(session, { hasGigawords: true, beginS });
          story.tell(...[first, ...later].filter(() => !isLost[place++ % isLost.length]));
          beginS += (session.marks.at(-1)?.atS ?? 0) + pauseS;
          octetsInAll += total(session);
        }
        expect(story.booked).toBeLessThanOrEqual(octetsInAll);
        expect(story.booked).toBe(story.counted);
      }),
      { numRuns: 500 },
    );
  });
});
