import { describe, expect, it } from 'vitest';
import { LongestGap } from '../../../../src/bench/measure/gap.ts';
import { doneBetween, recoveryMs, Timeline } from '../../../../src/bench/measure/timeline.ts';

/** Due at the first number, answered at the second; undefined: never. */
function timelineOf(logins: readonly (readonly [number, number | undefined])[]): Timeline {
  const timeline = new Timeline({ lengthMs: 3_000, normalMs: 100 });
  for (const [dueMs, doneMs] of logins) {
    timeline.addDue(dueMs);
    if (doneMs !== undefined) timeline.addAnswer(dueMs, doneMs);
  }
  return timeline;
}

describe('a timeline', () => {
  it('counts what is due where it is due and what is done where it is done', () => {
    const buckets = timelineOf([[50, 320]]).buckets();
    expect(buckets[0]).toEqual({ due: 1, answered: 1, slow: 1, done: 0 });
    expect(buckets[3]).toEqual({ due: 0, answered: 0, slow: 0, done: 1 });
  });

  it('puts what comes after its end into the last bucket', () => {
    const buckets = timelineOf([[2_950, 9_000]]).buckets();
    expect(buckets).toHaveLength(30);
    expect(buckets.at(-1)).toEqual({ due: 1, answered: 1, slow: 1, done: 1 });
  });

  it.each<{ title: string; logins: [number, number | undefined][]; afterMs: number }>([
    {
      title: 'nothing is slow after the overload',
      logins: [
        [900, 1_500],
        [1_100, 1_150],
      ],
      afterMs: 0,
    },
    {
      title: 'the last slow login was due 300 ms after it',
      logins: [
        [1_310, 1_500],
        [1_500, 1_510],
      ],
      afterMs: 400,
    },
    {
      title: 'a login stays unanswered',
      logins: [
        [1_800, undefined],
        [1_950, 1_960],
      ],
      afterMs: 900,
    },
  ])('recovers after $afterMs ms when $title', ({ logins, afterMs }) => {
    expect(recoveryMs(timelineOf(logins).buckets(), 1_000)).toBe(afterMs);
  });

  it('says what was finished between two instants', () => {
    const buckets = timelineOf([
      [0, 90],
      [0, 110],
      [100, 950],
      [100, 1_050],
    ]).buckets();
    expect(doneBetween(buckets, { fromMs: 0, toMs: 1_000 })).toBe(3);
    expect(doneBetween(buckets, { fromMs: 1_000, toMs: 2_000 })).toBe(1);
  });
});

it('the longest time without an answer is kept, with its beginning', () => {
  const gap = new LongestGap(1_000);
  for (const nowMs of [1_010, 1_500, 1_600]) gap.note(nowMs);
  expect([gap.gapMs, gap.beganMs]).toEqual([490, 1_010]);
  expect(gap.silenceMs(1_700)).toBe(100);
});
