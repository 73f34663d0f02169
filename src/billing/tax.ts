import { invariant } from '../kernel/invariant.ts';
import { parseRate, percentOf, percentWithin, type Rate } from '../kernel/rate.ts';
import { shareOut } from '../kernel/rounding.ts';
import type { Settings } from '../platform/settings/setting.ts';

/** How tax is reckoned; an invoice remembers its terms (billing-rules V1). */
export interface TaxTerms {
  /** Inclusive: prices contain the tax (V3). */
  readonly mode: 'exclusive' | 'inclusive';
  readonly rate: Rate;
  readonly rounding: 'invoice' | 'line';
  /** Pays no tax, and the net price where prices contain it (V4). */
  readonly isExempt: boolean;
}

/** Amounts split into what is earned and what is passed on as tax. */
export interface TaxedAmounts {
  /** Without tax, one for each amount; they add up to the subtotal. */
  readonly netsMinor: readonly bigint[];
  readonly subtotalMinor: bigint;
  readonly taxMinor: bigint;
}

/** The terms in force for a customer. */
export function taxTerms(settings: Settings, isExempt: boolean): TaxTerms {
  return {
    mode: settings.tax_mode,
    rate: storedRate(settings.isp_vat_percent),
    rounding: settings.tax_rounding,
    isExempt,
  };
}

/** A rate that was checked when it was stored. */
export function storedRate(text: string): Rate {
  const rate = parseRate(text);
  invariant(rate !== undefined, `'${text}' is a stored rate`);
  return rate;
}

/** The terms of what carries no tax, such as late fees (V5). */
export const UNTAXED: TaxTerms = {
  mode: 'exclusive',
  rate: { units: 0n, scale: 1n },
  rounding: 'invoice',
  isExempt: false,
};

/** Taxes amounts after discount, as the price list words them (V2 to V5). Signs may differ. */
export function taxAmounts(terms: TaxTerms, amountsMinor: readonly bigint[]): TaxedAmounts {
  return terms.mode === 'exclusive' ? taxOnTop(terms, amountsMinor) : taxInside(terms, amountsMinor);
}

function taxOnTop(terms: TaxTerms, amountsMinor: readonly bigint[]): TaxedAmounts {
  const { rate, rounding, isExempt } = terms;
  const subtotalMinor = sum(amountsMinor);
  const taxed = rounding === 'line' ? amountsMinor : [subtotalMinor];
  const taxMinor = isExempt ? 0n : sum(taxed.map((amount) => percentOf(rate, amount)));
  return { netsMinor: amountsMinor, subtotalMinor, taxMinor };
}

function taxInside(terms: TaxTerms, amountsMinor: readonly bigint[]): TaxedAmounts {
  const { rate, rounding, isExempt } = terms;
  const grossMinor = sum(amountsMinor);
  const insideMinor =
    rounding === 'line'
      ? sum(amountsMinor.map((amount) => percentWithin(rate, amount)))
      : percentWithin(rate, grossMinor);
  const subtotalMinor = grossMinor - insideMinor;
  const netsMinor =
    rounding === 'line'
      ? amountsMinor.map((amount) => amount - percentWithin(rate, amount))
      : shareOut(subtotalMinor, amountsMinor);
  return { netsMinor, subtotalMinor, taxMinor: isExempt ? 0n : insideMinor };
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
