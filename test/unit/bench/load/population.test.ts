import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  macOf,
  PASSWORD_SIZE,
  PLANS,
  passwordOf,
  planOf,
  scatter,
  sessionIdText,
  subscribersCsv,
  USERS_MAX,
  userName,
} from '../../../../src/bench/load/population.ts';
import { formatRateLimit, parseRateLimit } from '../../../../src/kernel/bandwidth.ts';

const users = fc.integer({ min: 0, max: USERS_MAX - 1 });

describe('the subscribers', () => {
  it('have names, passwords and MAC addresses of one length each', () => {
    fc.assert(
      fc.property(users, (user) => {
        expect(userName(user)).toMatch(/^user\d{6}$/);
        expect(passwordOf(user)).toHaveLength(PASSWORD_SIZE);
        expect(macOf(user)).toMatch(/^02(:[0-9A-F]{2}){4}:01$/);
      }),
    );
  });

  it('are all visited once before one comes again', () => {
    for (const count of [1, 2, 7, 600, 1_000]) {
      const order = scatter(count);
      const seen = new Set(Array.from({ length: count }, (_, index) => order(index)));
      expect(seen.size).toBe(count);
    }
  });

  it('have plans whose rate limit is what the product will send', () => {
    for (const { rateLimit } of PLANS) {
      const parsed = parseRateLimit(rateLimit);
      expect(parsed.ok && formatRateLimit(parsed.value)).toBe(rateLimit);
    }
    expect(planOf(5)).toBe(PLANS[1]);
  });

  it('are a file with a header and a row each', () => {
    const lines = [...subscribersCsv(4_001)].join('').trimEnd().split('\n');
    expect(lines).toHaveLength(4_002);
    expect(lines[0]).toBe('username,password,package');
    expect(lines.at(-1)).toBe(`user004000,${passwordOf(4_000)},HOME10`);
  });

  it('have session ids whose order as text is that of their numbers', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (a, b) => {
        expect(sessionIdText(a) < sessionIdText(b)).toBe(a < b);
      }),
    );
  });
});
