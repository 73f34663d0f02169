import { describe, expect, it } from 'vitest';
import { meanRates } from '../../../src/network/monitoring/bandwidth.ts';

const report = (sessionTimeS: number, uploadOctets: bigint, downloadOctets: bigint) => ({
  sessionTimeS,
  uploadOctets,
  downloadOctets,
});

describe('the mean rate between two reports', () => {
  it.each([
    [
      '20 Mbit/s is 25,000,000 octets in 10 s',
      report(60, 0n, 0n),
      report(70, 12_500_000n, 25_000_000n),
      10e6,
      20e6,
      10,
    ],
    ['the first report: the mean of the session', undefined, report(100, 1_000n, 2_000n), 80, 160, 100],
    [
      'a report of another session before it counts for nothing',
      report(500, 9n, 9n),
      report(100, 1_000n, 2_000n),
      80,
      160,
      100,
    ],
    ['a counter that fell is no negative rate', report(10, 900n, 900n), report(20, 100n, 1_900n), 0, 800, 10],
    ['past 4 GiB', report(0, 0n, 0n), report(8, 0n, 5_000_000_000n), 0, 5e9, 8],
  ])('%s', (_, earlier, now, uploadBps, downloadBps, overS) => {
    expect(meanRates(earlier, now)).toEqual({ uploadBps, downloadBps, overS });
  });

  it('is unknown before anything was reported', () => {
    expect(meanRates(undefined, report(0, 0n, 0n))).toBeUndefined();
  });
});
