import { roundRatio } from './rounding.ts';

/** A percentage held exactly: it is `units / scale` per cent, `scale` a power of ten (billing-rules M4). */
export interface Rate {
  readonly units: bigint;
  readonly scale: bigint;
}

const DECIMAL = /^(\d{1,6})(?:\.(\d{1,9}))?$/;

/** A rate from a decimal string such as `7.5`; undefined when it is none, has a sign or more than 9 decimals. */
export function parseRate(text: string): Rate | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, whole = '', decimals = ''] = match;
  const kept = decimals.replace(/0+$/, '');
  return { units: BigInt(whole + kept), scale: 10n ** BigInt(kept.length) };
}

/** The shortest decimal string of a rate: `16`, `7.5`. */
export function formatRate(rate: Rate): string {
  const decimals = rate.scale.toString().length - 1;
  const digits = rate.units.toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  return decimals === 0 ? whole : `${whole}.${digits.slice(-decimals)}`;
}

/** `rate` per cent of an amount, rounded once (billing-rules M3): 5 % of 1170 is 59. */
export function percentOf(rate: Rate, amountMinor: bigint): bigint {
  return roundRatio(amountMinor * rate.units, 100n * rate.scale);
}

/** The part of an amount that `rate` per cent on top of the rest makes (billing-rules V3): 16 % in 1000 is 138. */
export function percentWithin(rate: Rate, grossMinor: bigint): bigint {
  return roundRatio(grossMinor * rate.units, 100n * rate.scale + rate.units);
}

/** Whether a rate is above so many per cent. */
export function isRateAbove(rate: Rate, percent: bigint): boolean {
  return rate.units > percent * rate.scale;
}
