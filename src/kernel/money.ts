import { AppError } from './errors.ts';

const DIGITS: Readonly<Record<string, number>> = {
  BHD: 3,
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  IQD: 3,
  ISK: 0,
  JOD: 3,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  PYG: 0,
  RWF: 0,
  TND: 3,
  UGX: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
};

/** The most one document or one credit balance may come to, in minor units: JSON numbers hold sums of several. */
export const AMOUNT_MAX = 1_000_000_000_000_000n;

/** ISO 4217 as this Node.js knows it. */
const KNOWN: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** The number of minor-unit digits of an ISO 4217 currency (billing-rules M1). */
export function currencyDigits(currency: string): number {
  if (!KNOWN.has(currency)) {
    throw new AppError(
      'invalid',
      'validation_failed',
      `'${currency}' is no currency: give a three-letter ISO 4217 code such as KES.`,
    );
  }
  return DIGITS[currency] ?? 2;
}

/** An amount of minor units as people write it: `12.50 KES`. */
export function formatMoney(amountMinor: bigint, currency: string): string {
  const digits = currencyDigits(currency);
  const sign = amountMinor < 0n ? '-' : '';
  const text = (amountMinor < 0n ? -amountMinor : amountMinor).toString().padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  return `${sign}${whole}${digits > 0 ? `.${text.slice(-digits)}` : ''} ${currency}`;
}
