import { describe, expect, it } from 'vitest';
import { storedRate, type TaxTerms, taxAmounts, taxTerms, UNTAXED } from '../../../src/billing/tax.ts';
import { parseRate } from '../../../src/kernel/rate.ts';
import { defaultSettings } from '../../../src/platform/settings/setting.ts';

const exclusive: TaxTerms = {
  mode: 'exclusive',
  rate: storedRate('16'),
  rounding: 'invoice',
  isExempt: false,
};
const inclusive: TaxTerms = { ...exclusive, mode: 'inclusive' };

describe('tax', () => {
  it.each<readonly [string, Partial<TaxTerms>, readonly bigint[], bigint, bigint]>([
    ['V2 rounds once per invoice', {}, [103n, 103n], 206n, 33n],
    ['V2 or once per line', { rounding: 'line' }, [103n, 103n], 206n, 32n],
    ['V3 takes the tax out of the price', { mode: 'inclusive' }, [1_000n], 862n, 138n],
    ['V3 per line', { mode: 'inclusive', rounding: 'line' }, [500n, 500n], 862n, 138n],
    ['V4 lets the exempt pay no tax', { isExempt: true }, [1_000n], 1_000n, 0n],
    ['V4 lets the exempt pay the net price', { mode: 'inclusive', isExempt: true }, [1_000n], 862n, 0n],
    ['V1 takes any decimal', { rate: storedRate('7.5') }, [1_000n], 1_000n, 75n],
    ['P3 taxes the net of credit and charge', {}, [-1_500n, 3_000n], 1_500n, 240n],
    ['nothing is taxed nothing', { mode: 'inclusive' }, [], 0n, 0n],
  ])('%s', (_, change, amounts, subtotalMinor, taxMinor) => {
    expect(taxAmounts({ ...exclusive, ...change }, amounts)).toMatchObject({ subtotalMinor, taxMinor });
  });

  it('net lines add up to the subtotal (I4)', () => {
    const taxed = taxAmounts(inclusive, [333n, 333n, 334n]);
    expect(taxed.netsMinor.reduce((sum, net) => sum + net, 0n)).toBe(taxed.subtotalMinor);
  });

  it('untaxed is what carries no tax (V5)', () => {
    expect(taxAmounts(UNTAXED, [580n])).toEqual({ netsMinor: [580n], subtotalMinor: 580n, taxMinor: 0n });
  });

  it('terms are those of the settings and the customer (V1, V4)', () => {
    const settings = { ...defaultSettings(), isp_vat_percent: '7.5', tax_mode: 'inclusive' as const };
    expect(taxTerms(settings, true)).toEqual({
      mode: 'inclusive',
      rate: parseRate('7.5'),
      rounding: 'invoice',
      isExempt: true,
    });
  });
});
