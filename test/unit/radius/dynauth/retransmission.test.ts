import fc from 'fast-check';
import { expect, it } from 'vitest';
import { retransmissionDelayMs } from '../../../../src/radius/dynauth/retransmission.ts';

it.each([
  [1, 0.5, 300],
  [2, 0.5, 600],
  [3, 0.5, 1_200],
  [1, 0, 270],
  [2, 0, 540],
])('after datagram %i with the fraction %d the wait is %d ms', (sent, fraction, delayMs) => {
  expect(retransmissionDelayMs(sent, 300, fraction)).toBeCloseTo(delayMs, 6);
});

it('the jitter is never more than ten per cent (RFC 5080 section 2.2.1)', () => {
  const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fraction, (sent, random) => {
      const nominalMs = 300 * 2 ** (sent - 1);
      expect(Math.abs(retransmissionDelayMs(sent, 300, random) - nominalMs)).toBeLessThanOrEqual(
        nominalMs * 0.1000001,
      );
    }),
  );
});
