import { z } from 'zod';
import { isCronPattern } from '../../kernel/cron.ts';
import { formatRate, isRateAbove, parseRate } from '../../kernel/rate.ts';
import { define, flag, oneOf, type SettingDefinition, whole } from './definition.ts';

/** Per cents are kept as decimal strings (billing-rules M4); a number is taken as its shortest decimal text. */
function percent(fallback: string, description: string): SettingDefinition<string> {
  return define({
    schema: z
      .union([z.string(), z.number().transform(String)])
      .refine(isPercent)
      .transform(shortest),
    default: fallback,
    allowed: 'a decimal number from 0 to 100 such as "7.5"',
    description,
  });
}

function isPercent(text: string): boolean {
  const rate = parseRate(text);
  return rate !== undefined && !isRateAbove(rate, 100n);
}

function shortest(text: string): string {
  const rate = parseRate(text);
  return rate === undefined ? text : formatRate(rate);
}

const dunningDays = z.array(z.number().int().min(1).max(3_650)).max(10).refine(isRising);

function isRising(days: readonly number[]): boolean {
  return days.every((day, index) => index === 0 || day > (days[index - 1] ?? 0));
}

/** The tasks whose schedule an operator may change. */
const TASKS = [
  'generate-invoices',
  'suspend-unpaid',
  'reactivate-paid',
  'send-reminders',
  'record-usage',
  'apply-late-fees',
  'expire-prepaid',
] as const;

/** How money is asked for; the sections are those of the billing rules. */
export const BILLING_SETTINGS = {
  isp_vat_percent: percent('16', 'VAT on invoices, in per cent (V1).'),
  isp_billing_cycle: oneOf(
    ['monthly', 'weekly', 'daily'],
    'monthly',
    'Cycle of packages that name none (C3).',
  ),
  isp_late_fee_percent: percent('5', 'Late fee, in per cent of its basis (L2).'),
  isp_suspension_days: whole(
    { min: 1, max: 3_650 },
    30,
    'Days an invoice is overdue before its service is suspended (S1).',
  ),
  isp_dunning_levels: whole(
    { min: 0, max: 10 },
    3,
    'Number of reminders (N1): as many as dunning_schedule has days.',
  ),
  payment_terms_days: whole(
    { min: 0, max: 365 },
    14,
    'Days from the issue of an invoice to its due date (I2).',
  ),
  tax_mode: oneOf(['exclusive', 'inclusive'], 'exclusive', 'Whether prices contain the VAT (V2, V3).'),
  tax_rounding: oneOf(['invoice', 'line'], 'invoice', 'Where VAT is rounded (V2).'),
  late_fee_mode: oneOf(['once', 'recurring'], 'once', 'One late fee ever, or one a month (L3, L4).'),
  late_fee_basis: oneOf(
    ['invoice_total', 'outstanding'],
    'invoice_total',
    'What the late fee is a part of (L2).',
  ),
  late_fee_grace_days: whole({ min: 0, max: 365 }, 0, 'Days overdue that bring no late fee yet (L5).'),
  late_fee_taxable: flag(false, 'Late fees carry VAT (V5).'),
  dunning_schedule: define<readonly number[]>({
    schema: dunningDays,
    default: [3, 10, 20],
    allowed: 'a list of up to 10 rising whole numbers of days such as [3, 10, 20]',
    description: 'Days overdue at which each reminder is sent (N1).',
  }),
  dunning_courtesy_days: whole(
    { min: 0, max: 60 },
    0,
    'Days before the due date at which a friendly notice is sent; 0 = none (N1, level 0).',
  ),
  dunning_attribution_days: whole(
    { min: 1, max: 365 },
    14,
    'Days after a reminder within which a payment counts as its success (Z5).',
  ),
  proration_unit: oneOf(['day', 'second'], 'day', 'What a part of a period is counted in (P2, P10).'),
  gb_unit: oneOf(['decimal', 'binary'], 'decimal', 'A gigabyte is 10^9 octets, or 2^30 (O1).'),
  usage_counting: oneOf(
    ['total', 'download', 'upload'],
    'total',
    'Which octets count against an allowance (O1).',
  ),
  task_schedules: define<Readonly<Partial<Record<(typeof TASKS)[number], string>>>>({
    schema: z.partialRecord(z.enum(TASKS), z.string().refine(isCronPattern)),
    default: {},
    allowed: `an object of five cron fields by task such as {"suspend-unpaid": "0 2 * * 0"}, tasks: ${TASKS.join(', ')}`,
    description: 'When tasks run, by the clock of isp_timezone, in place of their own schedules.',
  }),
  bill_while_suspended: flag(true, 'Periods go on being opened while a service is suspended (S4).'),
} as const;
