import type { Temporal } from 'temporal-polyfill';
import { currencyDigits } from '../../kernel/money.ts';
import type { LocalPeriod } from '../invoices/invoice-draft.ts';

/** How one document writes figures and dates. */
export interface Wording {
  readonly currency: string;
  /** An amount with its currency: `KES 1,234.50`. */
  money(amountMinor: bigint): string;
  /** An amount where the currency is known: `1,234.50`. */
  amount(amountMinor: bigint): string;
  /** `1 Apr 2026`. */
  date(on: Temporal.PlainDate): string;
  /** First and last day of a period. */
  period(period: LocalPeriod): string;
}

/** Writes as a language does (BCP 47), exactly: amounts never become floating-point numbers. */
export function wordingFor(locale: string, currency: string): Wording {
  const digits = currencyDigits(currency);
  const decimals = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const plain = new Intl.NumberFormat(locale, decimals);
  const full = new Intl.NumberFormat(locale, {
    ...decimals,
    style: 'currency',
    currency,
    currencyDisplay: 'code',
  });
  const dates = new Intl.DateTimeFormat(locale, {
    timeZone: 'UTC',
    calendar: 'gregory',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  });
  const date = (on: Temporal.PlainDate): string => dates.format(Date.UTC(on.year, on.month - 1, on.day));
  return {
    currency,
    money: (amountMinor) => signed(full.format(decimalText(amountMinor, digits))),
    amount: (amountMinor) => signed(plain.format(decimalText(amountMinor, digits))),
    date,
    period: ({ startOn, endOn }) => {
      const last = endOn.subtract({ days: 1 });
      return last.equals(startOn) ? date(startOn) : `${date(startOn)} – ${date(last)}`;
    },
  };
}

/** A minus as wide as a figure in place of the hyphen. */
function signed(text: string): string {
  return text.replace('-', '−');
}

/** Minor units as a decimal number: 3480 of a currency with two digits is `34.80`. */
export function decimalText(amountMinor: bigint, digits: number): `${number}` {
  const sign = amountMinor < 0n ? '-' : '';
  const text = (amountMinor < 0n ? -amountMinor : amountMinor).toString().padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  // Digits, and a point where there are decimals.
  return `${sign}${whole}${digits > 0 ? `.${text.slice(-digits)}` : ''}` as `${number}`;
}
