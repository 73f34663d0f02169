import { and, eq, sql } from 'drizzle-orm';
import type { Temporal } from 'temporal-polyfill';
import type { Queryable, Transaction } from '../../db/database.ts';
import { orm } from '../../db/orm.ts';
import { payments, refunds } from '../../db/schema/billing-money.ts';
import type { CustomerId, InvoiceId, PaymentId } from '../../kernel/ids.ts';
import type { Payment, PaymentOrder } from './payment.ts';

/** Writes a payment; undefined when its provider's reference is there already (A4), also by a transaction under way. */
export async function insertPayment(
  tx: Transaction,
  payment: PaymentOrder & {
    readonly currency: string;
    readonly at: Temporal.Instant;
    readonly recordedBy: string;
  },
): Promise<Payment | undefined> {
  const [row] = await orm(tx)
    .insert(payments)
    .values({
      customerId: BigInt(payment.customerId),
      currency: payment.currency,
      amount: payment.amountMinor,
      method: payment.method,
      provider: payment.provider,
      externalRef: payment.externalRef ?? null,
      invoiceId: payment.invoiceId === undefined ? null : BigInt(payment.invoiceId),
      receivedAt: new Date(payment.at.epochMilliseconds),
      recordedBy: payment.recordedBy,
    })
    .onConflictDoNothing({ target: [payments.provider, payments.externalRef] })
    .returning();
  return row && paymentOf(row);
}

/** The payment with a provider's reference. */
export async function findPaymentByRef(
  q: Queryable,
  provider: string,
  externalRef: string,
): Promise<Payment | undefined> {
  const [row] = await orm(q)
    .select()
    .from(payments)
    .where(and(eq(payments.provider, provider), eq(payments.externalRef, externalRef)));
  return row && paymentOf(row);
}

/** One payment. */
export async function findPayment(q: Queryable, id: PaymentId): Promise<Payment | undefined> {
  const [row] = await orm(q)
    .select()
    .from(payments)
    .where(eq(payments.id, BigInt(id)));
  return row && paymentOf(row);
}

/** Writes a refund and adds it to its payment, beyond whose amount the database refuses it. Returns its id. */
export async function insertRefund(
  tx: Transaction,
  refund: {
    readonly paymentId: PaymentId;
    readonly fromCreditMinor: bigint;
    readonly takenBackMinor: bigint;
    readonly reason: string | undefined;
    readonly at: Temporal.Instant;
    readonly recordedBy: string;
  },
): Promise<string> {
  const amountMinor = refund.fromCreditMinor + refund.takenBackMinor;
  await orm(tx)
    .update(payments)
    .set({ refunded: sql`${payments.refunded} + ${amountMinor}` })
    .where(eq(payments.id, BigInt(refund.paymentId)));
  const [row] = await orm(tx)
    .insert(refunds)
    .values({
      paymentId: BigInt(refund.paymentId),
      amount: amountMinor,
      fromCredit: refund.fromCreditMinor,
      takenBack: refund.takenBackMinor,
      reason: refund.reason ?? null,
      refundedAt: new Date(refund.at.epochMilliseconds),
      recordedBy: refund.recordedBy,
    })
    .returning({ id: refunds.id });
  return String(row?.id);
}

/** A row of the table as the rest of the program knows it. */
export function paymentOf(row: typeof payments.$inferSelect): Payment {
  return {
    id: row.id.toString() as PaymentId,
    customerId: row.customerId.toString() as CustomerId,
    currency: row.currency,
    amountMinor: row.amount,
    refundedMinor: row.refunded,
    method: row.method,
    provider: row.provider,
    externalRef: row.externalRef ?? undefined,
    invoiceId: row.invoiceId === null ? undefined : (row.invoiceId.toString() as InvoiceId),
    receivedAt: row.receivedAt,
  };
}
