import { expect, it } from 'vitest';
import { type Reading, statusLine } from '../../../src/demo/status-line.ts';

const reading = (atMs: number, more: Partial<Reading['numbers']> = {}): Reading => ({
  atMs,
  numbers: {
    sessionsUp: 0,
    accepts: 0,
    rejects: 0,
    unanswered: 0,
    accountingAcked: 0,
    uploadOctets: 0,
    downloadOctets: 0,
    ...more,
  },
});
const startMs = Date.parse('2026-11-23T04:30:00Z');

it('the line of the demo gives rates over the time between two readings', () => {
  const now = reading(startMs + 20_000, {
    sessionsUp: 247,
    accepts: 30,
    rejects: 3,
    accountingAcked: 250,
    uploadOctets: 125_000_000,
    downloadOctets: 1_000_000_000,
  });
  expect(statusLine(reading(startMs), now, 'Africa/Nairobi')).toBe(
    '07:30:20  247 sessions up | 1.5 logins/s | 3 refused so far | down 400.0 Mbit/s | up 50.0 Mbit/s | accounting 13/s',
  );
});

it('the line of the demo leaves out what is not known yet and names what went wrong', () => {
  const now = reading(startMs + 5_000, { sessionsUp: 20, accepts: 20, unanswered: 2, downloadOctets: 90 });
  expect(statusLine(reading(startMs), now, 'Africa/Nairobi')).toBe(
    '07:30:05  20 sessions up | 4.0 logins/s | 0 refused so far | 2 unanswered | accounting 0/s',
  );
});
