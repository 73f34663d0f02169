import { describe, expect, it } from 'vitest';
import { HearingRecord, judgeSilence } from '../../../src/network/sessions/session-closing.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const S = 1000;

function judge(given: {
  silentS: number;
  intervalS?: number;
  uncertainForS?: number;
  heardForS?: number;
  removed?: boolean;
}): string {
  return judgeSilence(
    {
      lastReportAtMs: NOW - given.silentS * S,
      uncertainAtMs: given.uncertainForS === undefined ? undefined : NOW - given.uncertainForS * S,
      interimIntervalS: given.intervalS ?? 300,
      isRouterRemoved: given.removed ?? false,
      heardSinceMs: given.heardForS === undefined ? undefined : NOW - given.heardForS * S,
    },
    NOW,
  );
}

describe('a silent session', () => {
  it.each([
    ['silent for exactly 3 intervals and 60 s is kept', { silentS: 960, heardForS: 9_999 }, 'keep'],
    ['silent for longer is doubted', { silentS: 961, heardForS: 9_999 }, 'doubt'],
    ['is measured by its own interval: 60 s', { silentS: 241, intervalS: 60, heardForS: 9_999 }, 'doubt'],
    ['is measured by its own interval: 600 s', { silentS: 1_800, intervalS: 600, heardForS: 9_999 }, 'keep'],
    ['of a silent router is doubted', { silentS: 99_999 }, 'doubt'],
    ['of a silent router is never closed', { silentS: 99_999, uncertainForS: 90_000 }, 'keep'],
    ['of a router that was removed is doubted as any other', { silentS: 961, removed: true }, 'doubt'],
    [
      'of a router that was removed is closed then',
      { silentS: 1_021, uncertainForS: 60, removed: true },
      'close',
    ],
    [
      'is kept while its router was heard for less than 2 intervals since the doubt',
      { silentS: 1_600, uncertainForS: 599, heardForS: 9_999 },
      'keep',
    ],
    [
      'is closed when its router was heard for 2 intervals without it',
      { silentS: 1_600, uncertainForS: 600, heardForS: 9_999 },
      'close',
    ],
    [
      'of a router that came back just now is kept, however long the doubt',
      { silentS: 36_000, uncertainForS: 34_000, heardForS: 10 },
      'keep',
    ],
    [
      'of a router that came back 2 intervals ago is closed',
      { silentS: 36_000, uncertainForS: 34_000, heardForS: 600 },
      'close',
    ],
  ] as const)('%s', (_, given, verdict) => {
    expect(judge(given)).toBe(verdict);
  });
});

describe('the hearing record', () => {
  const contact = (lastAcctAtMs: number) => [{ router: '1', lastAcctAtMs, interimIntervalS: 300 }];

  it('counts from the first look at which the router was heard, not from before', () => {
    const record = new HearingRecord();
    record.observe(contact(NOW), NOW);
    record.observe(contact(NOW + 60 * S), NOW + 60 * S);
    expect(record.heardSinceMs('1')).toBe(NOW);
  });

  it('begins anew after a silence of more than an interval and 60 s', () => {
    const record = new HearingRecord();
    record.observe(contact(NOW), NOW);
    for (const atS of [120, 240, 360, 361]) record.observe(contact(NOW), NOW + atS * S);
    expect(record.heardSinceMs('1')).toBeUndefined();
    record.observe(contact(NOW + 400 * S), NOW + 420 * S);
    expect(record.heardSinceMs('1')).toBe(NOW + 420 * S);
  });

  it('begins anew when nobody looked for more than 5 minutes: the router may have been silent meanwhile', () => {
    const record = new HearingRecord();
    record.observe(contact(NOW), NOW);
    record.observe(contact(NOW + 301 * S), NOW + 301 * S);
    expect(record.heardSinceMs('1')).toBe(NOW + 301 * S);
  });

  it('forgets a router that is no longer among the contacts', () => {
    const record = new HearingRecord();
    record.observe(contact(NOW), NOW);
    record.observe([], NOW + S);
    expect(record.heardSinceMs('1')).toBeUndefined();
  });
});
