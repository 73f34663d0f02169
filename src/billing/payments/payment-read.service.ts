import type { Queryable } from '../../db/database.ts';
import { notFound } from '../../kernel/errors.ts';
import type { PaymentId } from '../../kernel/ids.ts';
import { listPayments, type PaymentFilter, type PaymentView } from './payment-list.store.ts';

export type { PaymentFilter, PaymentView } from './payment-list.store.ts';

/** Payments newest first. */
export function readPayments(q: Queryable, filter: PaymentFilter): Promise<PaymentView[]> {
  return listPayments(q, filter);
}

/** One payment; throws `payment_not_found`. */
export async function readPayment(q: Queryable, id: PaymentId): Promise<PaymentView> {
  const [payment] = await listPayments(q, { id, limit: 1 });
  if (payment === undefined) throw notFound('payment_not_found', `There is no payment ${id}.`);
  return payment;
}
