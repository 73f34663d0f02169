import type { Temporal } from 'temporal-polyfill';

/** Something that made the balance of an invoice smaller, as it is printed. */
export interface SettledPart {
  readonly on: Temporal.PlainDate;
  readonly what: string;
  readonly reference: string;
  readonly amountMinor: bigint;
}
