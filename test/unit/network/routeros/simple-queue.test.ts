import { describe, expect, it } from 'vitest';
import { isMaxLimit, queueRates, readPair } from '../../../../src/network/routeros/simple-queue.ts';

describe('a queue', () => {
  it('carries the whole grammar of a rate limit, upload first', () => {
    expect(queueRates('5M/20M 10M/40M 4M/16M 8/9 3 1M/4M')).toEqual({
      'max-limit': '5000000/20000000',
      'burst-limit': '10000000/40000000',
      'burst-threshold': '4000000/16000000',
      'burst-time': '8s/9s',
      priority: '3/3',
      'limit-at': '1000000/4000000',
    });
  });

  it('limits nothing without a rate, or for one that cannot be read', () => {
    for (const text of [undefined, 'fast']) {
      expect(queueRates(text)).toMatchObject({ 'max-limit': '0/0', 'burst-limit': '0/0', priority: '8/8' });
    }
  });

  it.each([
    ['5000000/20000000', '5M/20M', true],
    ['5M/20M', '5M/20M 10M/40M', true],
    ['5000k/20M', '5M/20M', true],
    ['5M/10M', '5M/20M', false],
    ['0/0', undefined, true],
    [undefined, '5M/20M', false],
  ])('that shows max-limit %s has the rate %s: %s', (shown, rateLimit, isSame) => {
    expect(isMaxLimit(shown, rateLimit)).toBe(isSame);
  });

  it.each(['5M', '5M/20M/1M', 'a/b', ''])('%j is no pair', (text) => {
    expect(readPair(text)).toBeUndefined();
  });
});
