import { invalid } from '../../kernel/errors.ts';
import type { CustomerId, InvoiceId, PaymentId } from '../../kernel/ids.ts';

/** Money that came in. */
export interface Payment {
  readonly id: PaymentId;
  readonly customerId: CustomerId;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly refundedMinor: bigint;
  readonly method: string;
  readonly provider: string;
  readonly externalRef: string | undefined;
  readonly invoiceId: InvoiceId | undefined;
  readonly receivedAt: Date;
}

/** A payment to be recorded. `externalRef` is the provider's own reference: the same one is the same payment (A4). */
export interface PaymentOrder {
  readonly customerId: CustomerId;
  readonly amountMinor: bigint;
  readonly method: string;
  readonly provider: string;
  readonly externalRef?: string | undefined;
  /** Paid first (A1). */
  readonly invoiceId?: InvoiceId | undefined;
  /** When the payer says one: it must be the customer's (M2). */
  readonly currency?: string | undefined;
}

/** Refuses what is no payment; throws `validation_failed`. */
export function checkPayment(order: PaymentOrder): void {
  const fields: Record<string, string> = {};
  if (order.amountMinor <= 0n) fields.amount = 'must be above 0';
  for (const [name, text] of [
    ['method', order.method],
    ['provider', order.provider],
    ['external_ref', order.externalRef],
  ] as const) {
    if (text !== undefined && (text.trim() === '' || text.length > 200))
      fields[name] = 'must have 1 to 200 characters';
  }
  const names = Object.keys(fields);
  if (names.length > 0) throw invalid(`The payment cannot be recorded: check ${names.join(', ')}.`, fields);
}
