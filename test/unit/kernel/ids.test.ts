import { describe, expect, it } from 'vitest';
import { newUuid, randomFraction, randomOctets, randomSecret } from '../../../src/kernel/ids.ts';

describe('ids', () => {
  it('a UUID is a random one (version 4), and no two are alike', () => {
    expect(newUuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(newUuid()).not.toBe(newUuid());
  });

  it.each([0, 1, 16])('gives %i random octets when asked for them', (count) => {
    expect(randomOctets(count)).toHaveLength(count);
  });

  it.each([1, 24, 200])('a secret of %i characters has that length and no look-alikes', (length) => {
    const secret = randomSecret(length);
    expect(secret).toHaveLength(length);
    expect(secret).toMatch(/^[a-zA-Z2-9]+$/);
    expect(secret).not.toMatch(/[01OIlo]/);
  });

  it('a fraction is at least 0 and below 1', () => {
    const fractions = Array.from({ length: 100 }, randomFraction);
    expect(fractions.every((fraction) => fraction >= 0 && fraction < 1)).toBe(true);
    expect(new Set(fractions).size).toBeGreaterThan(90);
  });
});
