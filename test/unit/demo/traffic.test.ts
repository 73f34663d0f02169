import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOf, demandFor, sessionsOf, usedHours } from '../../../src/demo/traffic.ts';
import { seededRandom } from '../../../src/simulator/random.ts';

const hourMs = 3_600_000;
const fromMs = Date.parse('2026-11-22T21:00:00Z');
const rate = { uploadBps: 5_000_000, downloadBps: 20_000_000 };

const make = (seed: number, hours = 720, demand = 0.2) =>
  usedHours({
    rate,
    demand,
    fromMs,
    toMs: fromMs + hours * hourMs,
    firstHour: 0,
    random: seededRandom(seed),
  });
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

describe('made-up traffic', () => {
  it('books every octet of its hours to one session, one day and one hour of it', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 200 }), (seed, hours) => {
        const used = make(seed, hours);
        const octets = sum(used.map((one) => one.uploadOctets + one.downloadOctets));
        const sessions = sessionsOf(used, seededRandom(seed));
        expect(sum(sessions.map((one) => one.uploadOctets + one.downloadOctets))).toBe(octets);
        const day = dayOf(used);
        expect([day.uploadOctets + day.downloadOctets, sum(day.hours)]).toEqual([octets, octets]);
      }),
      { numRuns: 40, seed: 3 },
    );
  });

  it('has sessions one after the other that end where hours are missing', () => {
    const used = [...make(3, 48), ...make(4, 96).slice(60)];
    const sessions = sessionsOf(used, seededRandom(3));
    for (const [index, session] of sessions.entries()) {
      expect(session.endedAtMs).toBeGreaterThan(session.startedAtMs);
      if (index > 0) expect(session.startedAtMs).toBeGreaterThan(sessions[index - 1]?.endedAtMs ?? 0);
    }
    const gap = fromMs + 54 * hourMs;
    expect(sessions.some((one) => one.startedAtMs < gap && one.endedAtMs > gap)).toBe(false);
  });

  it('never carries more than the line, and only whole hours', () => {
    const used = usedHours({
      rate,
      demand: 5,
      fromMs,
      toMs: fromMs + 2.9 * hourMs,
      firstHour: 23,
      random: seededRandom(1),
    });
    expect(used.map((one) => one.hour)).toEqual([23, 0]);
    for (const one of used) {
      expect(one.peakBps).toBeLessThanOrEqual(rate.downloadBps);
      expect(one.downloadOctets * 8).toBeLessThanOrEqual(rate.downloadBps * 3_600);
    }
  });

  it('comes to what is wanted of a day, on average', () => {
    const wanted = 2_000_000_000;
    const used = make(5, 24 * 60, demandFor(wanted, rate));
    const perDay = sum(used.map((one) => one.uploadOctets + one.downloadOctets)) / 60;
    expect(perDay / wanted).toBeGreaterThan(0.93);
    expect(perDay / wanted).toBeLessThan(1.07);
  });
});
