import { describe, expect, it } from 'vitest';
import { defaultSettings, parseSetting, settingValueOf } from '../../../../src/platform/settings/setting.ts';
import { checkFixed, reconcileDunning } from '../../../../src/platform/settings/setting-rules.ts';

const defaults = defaultSettings();

describe('billing settings (billing-rules section 20)', () => {
  it.each([
    ['isp_vat_percent', '16'],
    ['isp_billing_cycle', 'monthly'],
    ['isp_late_fee_percent', '5'],
    ['isp_suspension_days', 30],
    ['isp_dunning_levels', 3],
    ['payment_terms_days', 14],
    ['tax_mode', 'exclusive'],
    ['tax_rounding', 'invoice'],
    ['late_fee_mode', 'once'],
    ['late_fee_basis', 'invoice_total'],
    ['late_fee_grace_days', 0],
    ['late_fee_taxable', false],
    ['dunning_schedule', [3, 10, 20]],
    ['dunning_attribution_days', 14],
    ['proration_unit', 'day'],
    ['gb_unit', 'decimal'],
    ['usage_counting', 'total'],
    ['bill_while_suspended', true],
  ] as const)('%s is %j unless chosen', (key, value) => {
    expect(defaults[key]).toEqual(value);
  });

  it.each([
    ['isp_vat_percent', '7.50', '7.5'],
    ['isp_vat_percent', 16, '16'],
    ['isp_vat_percent', 0, '0'],
    ['isp_late_fee_percent', 2.5, '2.5'],
    ['dunning_schedule', [1], [1]],
    ['dunning_schedule', [], []],
    ['task_schedules', {}, {}],
    ['task_schedules', { 'suspend-unpaid': '0 2 * * 0' }, { 'suspend-unpaid': '0 2 * * 0' }],
  ] as const)('%s takes %j as %j', (key, value, kept) => {
    expect(parseSetting(key, value)).toEqual({ ok: true, value: kept });
  });

  it.each([
    ['isp_vat_percent', '-1'],
    ['isp_vat_percent', '100.01'],
    ['isp_vat_percent', 'sixteen'],
    ['isp_vat_percent', null],
    ['isp_suspension_days', 0],
    ['isp_suspension_days', 1.5],
    ['isp_dunning_levels', -1],
    ['payment_terms_days', '14'],
    ['tax_mode', 'none'],
    ['late_fee_grace_days', -1],
    ['dunning_schedule', [10, 3]],
    ['dunning_schedule', [3, 3]],
    ['dunning_schedule', [0]],
    ['dunning_schedule', '3,10'],
    ['bill_while_suspended', 'yes'],
    ['task_schedules', { 'make-coffee': '0 2 * * 0' }],
    ['task_schedules', { 'suspend-unpaid': '0 25 * * 0' }],
    ['task_schedules', { 'suspend-unpaid': 'daily' }],
  ] as const)('%s cannot be %j', (key, value) => {
    expect(parseSetting(key, value).ok).toBe(false);
  });

  it('a number typed for a per cent is taken', () => {
    expect(settingValueOf('isp_vat_percent', '7.5')).toBe(7.5);
  });
});

describe('dunning_schedule has isp_dunning_levels days (N1)', () => {
  it.each([
    ['both, fitting', { isp_dunning_levels: 2, dunning_schedule: [5, 9] }, 2, [5, 9]],
    ['a schedule alone', { dunning_schedule: [7] }, 1, [7]],
    ['fewer levels alone', { isp_dunning_levels: 2 }, 2, [3, 10]],
    ['none', { isp_dunning_levels: 0 }, 0, []],
  ])('%s', (_, changes, levels, schedule) => {
    expect(reconcileDunning(defaults, changes)).toEqual({
      isp_dunning_levels: levels,
      dunning_schedule: schedule,
    });
  });

  it.each([
    ['more levels without days', { isp_dunning_levels: 4 }],
    ['both, not fitting', { isp_dunning_levels: 2, dunning_schedule: [5] }],
  ])('%s is refused', (_, changes) => {
    expect(() => reconcileDunning(defaults, changes)).toThrow(/one for each of isp_dunning_levels/);
  });

  it('other settings stay what they are', () => {
    expect(reconcileDunning(defaults, { tax_mode: 'inclusive' })).toEqual({ tax_mode: 'inclusive' });
  });
});

describe('currency and time zone may change only while nothing has been issued', () => {
  it.each([
    ['isp_currency', 'USD'],
    ['isp_timezone', 'Africa/Nairobi'],
  ])('%s', (key, value) => {
    const changes = { [key]: value };
    expect(() => checkFixed(defaults, changes, true)).toThrow(
      expect.objectContaining({ code: 'setting_fixed', kind: 'conflict' }),
    );
    expect(() => checkFixed(defaults, changes, false)).not.toThrow();
  });

  it('the same value is no change', () => {
    expect(() => checkFixed(defaults, { isp_currency: 'KES' }, true)).not.toThrow();
  });
});
