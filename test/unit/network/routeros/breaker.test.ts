import { describe, expect, it } from 'vitest';
import { Breaker, REST_AFTER_REFUSAL_MS, REST_MAX_MS } from '../../../../src/network/routeros/breaker.ts';

const failure = { nowMs: 0, fraction: 0.999_999, reason: 'It is off.', isRefusal: false };

function restAfter(failures: number, change: Partial<typeof failure> = {}): number {
  const breaker = new Breaker();
  for (let times = 0; times < failures; times += 1) breaker.failed({ ...failure, ...change });
  return Math.round(breaker.objection(0)?.waitMs ?? 0);
}

describe('a router that fails is left alone', () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [6, 32_000],
    [7, REST_MAX_MS],
    [500, REST_MAX_MS],
  ])('after %i failures in a row for up to %i ms', (failures, ms) => {
    expect(restAfter(failures)).toBe(ms);
  });

  it('for half of that at least, so that routers that fell together are not asked together', () => {
    expect(restAfter(3, { fraction: 0 })).toBe(2_000);
  });

  it('longer at once when it refused the password', () => {
    expect(restAfter(1, { isRefusal: true })).toBe(REST_AFTER_REFUSAL_MS);
  });

  it('and the reason of the last failure is given meanwhile', () => {
    const breaker = new Breaker();
    breaker.failed(failure);
    expect(breaker.objection(999)?.reason).toBe('It is off.');
    expect(breaker.objection(1_000)).toBeUndefined();
  });

  it('no more once it answered', () => {
    const breaker = new Breaker();
    breaker.failed(failure);
    breaker.succeeded();
    expect(breaker.objection(0)).toBeUndefined();
    expect(breaker.failures).toBe(0);
  });
});
