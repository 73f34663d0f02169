import { Temporal } from 'temporal-polyfill';
import { invalid } from '../kernel/errors.ts';
import { currencyDigits, formatMoney } from '../kernel/money.ts';
import { formatOctets } from '../kernel/octets.ts';

/** A price a person types in whole units of its currency, `3000` or `29.99`, as minor units. */
export function parsePrice(text: string, currency: string): bigint {
  const digits = currencyDigits(currency);
  const match = /^(\d{1,12})(?:\.(\d+))?$/.exec(text.trim());
  const fraction = match?.[2] ?? '';
  if (!match || fraction.length > digits) {
    const example = digits === 0 ? '3000' : `3000 or 29.${'9'.repeat(digits)}`;
    throw invalid(`'${text}' is no price in ${currency}: write it like ${example}.`);
  }
  return BigInt(`${match[1]}${fraction.padEnd(digits, '0')}`);
}

/** Minor units as a price with its thousands apart: `3,000.00 KES`. */
export function formatPrice(amountMinor: bigint, currency: string): string {
  return formatMoney(amountMinor, currency).replace(/^-?\d+/, groupDigits);
}

/** A whole number with its thousands apart. */
export function formatCount(count: number | bigint): string {
  return groupDigits(count.toString());
}

/** An instant as local date and time of a zone: `2026-03-04 08:06:07`. */
export function formatInstant(at: Date, timeZone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
  return local.toPlainDateTime().toString({ smallestUnit: 'second' }).replace('T', ' ');
}

function groupDigits(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** A rate in bits per second for people: `950 bit/s`, `1.50 Mbit/s`. */
export function formatBitRate(bps: bigint): string {
  return formatOctets(bps).replace(/B$/, 'bit/s');
}
