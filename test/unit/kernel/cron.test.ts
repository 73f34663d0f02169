import { describe, expect, it } from 'vitest';
import { isCronPattern } from '../../../src/kernel/cron.ts';

describe('five cron fields', () => {
  it.each([
    '0 0 * * *',
    '*/5 * * * *',
    '0 2 * * 1',
    '0,30 8-18/2 1-15 1,7 1-5',
    '59 23 31 12 7',
    '30 4 1 * *',
  ])('%j is a schedule', (text) => expect(isCronPattern(text)).toBe(true));

  it.each([
    '',
    '0 0 * *',
    '0 0 * * * *',
    '60 0 * * *',
    '0 24 * * *',
    '0 0 0 * *',
    '0 0 * 13 *',
    '0 0 * * 8',
    '5-1 0 * * *',
    '*/0 * * * *',
    '0  0 * * *',
    '@daily',
    '0 0 * * MON',
    '-1 0 * * *',
  ])('%j is none', (text) => expect(isCronPattern(text)).toBe(false));
});
