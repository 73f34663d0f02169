import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { feeCutOff, lateFeeKey, lateFeeMinor, mayCharge } from '../../../src/billing/collection/late-fee.ts';
import { defaultSettings, type Settings } from '../../../src/platform/settings/setting.ts';

const settings = defaultSettings();
const today = Temporal.PlainDate.from('2025-05-01');

describe('late fees', () => {
  it.each<readonly [string, Partial<Settings>, bigint, bigint, bigint]>([
    ['5 % of 11600 are 580', {}, 11_600n, 11_600n, 580n],
    ['at most what is still owed', {}, 11_600n, 100n, 100n],
    [
      'of what is outstanding, when that is the basis',
      { late_fee_basis: 'outstanding' },
      11_600n,
      1_000n,
      50n,
    ],
    ['rounded once, ties away from zero (M3)', {}, 1_170n, 1_170n, 59n],
    ['of any decimal rate (M4)', { isp_late_fee_percent: '2.5' }, 10_000n, 10_000n, 250n],
    ['nothing at a rate of 0', { isp_late_fee_percent: '0' }, 11_600n, 11_600n, 0n],
  ])('L2: %s', (_, change, totalMinor, balanceMinor, expected) => {
    expect(lateFeeMinor({ ...settings, ...change }, { totalMinor, balanceMinor })).toBe(expected);
  });

  it('L3, L4: are once ever, or once in a month', () => {
    const recurring: Settings = { ...settings, late_fee_mode: 'recurring' };
    expect(lateFeeKey(settings, today)).toBe('once');
    expect(lateFeeKey(recurring, today)).toBe('2025-05');
    expect(mayCharge(settings, [], 'once')).toBe(true);
    expect(mayCharge(settings, ['2025-04'], 'once')).toBe(false);
    expect(mayCharge(recurring, ['once', '2025-04'], '2025-05')).toBe(true);
    expect(mayCharge(recurring, ['2025-05'], '2025-05')).toBe(false);
  });

  it('L5: wait for more days overdue than the grace', () => {
    expect(feeCutOff(settings, today).toString()).toBe('2025-05-01');
    expect(feeCutOff({ ...settings, late_fee_grace_days: 5 }, today).toString()).toBe('2025-04-26');
  });
});
