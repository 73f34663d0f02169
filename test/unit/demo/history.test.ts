import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type History, historyOf } from '../../../src/demo/history.ts';
import { LocalHours } from '../../../src/kernel/calendar.ts';
import { seededRandom } from '../../../src/simulator/random.ts';

const hourMs = 3_600_000;
const toMs = Date.parse('2026-11-23T04:00:00Z');

function make(seed: number, more: { totalOctets?: number; hours?: number } = {}): History {
  return historyOf({
    rate: { uploadBps: 5_000_000, downloadBps: 20_000_000 },
    demand: 0.2,
    totalOctets: more.totalOctets,
    fromMs: toMs - (more.hours ?? 720) * hourMs,
    toMs,
    localHours: new LocalHours('Africa/Nairobi'),
    random: seededRandom(seed),
  });
}
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

describe('a made-up past', () => {
  it('books every octet of its sessions to one day and one hour', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 200 }), (seed, hours) => {
        const { sessions, days } = make(seed, { hours });
        const octets = sum(sessions.map((one) => one.uploadOctets + one.downloadOctets));
        expect(sum(days.map((day) => day.uploadOctets + day.downloadOctets))).toBe(octets);
        expect(sum(days.flatMap((day) => day.hours))).toBe(octets);
      }),
      { numRuns: 40 },
    );
  });

  it('has sessions one after the other, all over before now', () => {
    const { sessions } = make(3);
    for (const [index, session] of sessions.entries()) {
      expect(session.endedAtMs).toBeGreaterThan(session.startedAtMs);
      expect(session.endedAtMs).toBeLessThanOrEqual(toMs);
      if (index > 0) expect(session.startedAtMs).toBeGreaterThan(sessions[index - 1]?.endedAtMs ?? 0);
    }
    expect(sessions.length).toBeGreaterThan(10);
  });

  it('never carries more than the line', () => {
    for (const day of make(4).days) expect(day.peakBps).toBeLessThanOrEqual(20_000_000);
  });

  it('uses of an allowance what it is told to, to the octet of each hour', () => {
    const wanted = 60_000_000_000;
    const { sessions } = make(5, { totalOctets: wanted });
    const used = sum(sessions.map((one) => one.uploadOctets + one.downloadOctets));
    expect(Math.abs(used - wanted)).toBeLessThan(2 * 720);
  });

  it('keeps local days: 30 days reach into 31', () => {
    const { days } = make(6);
    expect(days).toHaveLength(31);
    expect(days[0]?.date).toBe('2026-10-24');
    expect(days.at(-1)?.date).toBe('2026-11-23');
  });
});
