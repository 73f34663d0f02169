import { expect, it } from 'vitest';
import { nextRestart } from '../../../src/supervisor/back-off.ts';

it.each([
  { deathsBefore: 0, ranMs: 10, deaths: 1, delayMs: 0, why: 'the first restart is immediate' },
  { deathsBefore: 1, ranMs: 10, deaths: 2, delayMs: 250, why: 'the second waits a quarter second' },
  { deathsBefore: 2, ranMs: 10, deaths: 3, delayMs: 500, why: 'then the delay doubles' },
  { deathsBefore: 6, ranMs: 10, deaths: 7, delayMs: 8000, why: 'up to eight seconds' },
  { deathsBefore: 7, ranMs: 10, deaths: 8, delayMs: 10_000, why: 'and never beyond ten' },
  { deathsBefore: 5000, ranMs: 59_999, deaths: 5001, delayMs: 10_000, why: 'however often it died' },
  { deathsBefore: 7, ranMs: 60_000, deaths: 1, delayMs: 0, why: 'a minute of health forgets the past' },
])('$why', ({ deathsBefore, ranMs, deaths, delayMs }) => {
  expect(nextRestart(deathsBefore, ranMs)).toEqual({ deaths, delayMs });
});
