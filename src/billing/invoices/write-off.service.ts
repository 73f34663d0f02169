import type { Transaction } from '../../db/database.ts';
import { conflict } from '../../kernel/errors.ts';
import type { InvoiceId } from '../../kernel/ids.ts';
import { type InvoiceTopic, invoiceEvent } from '../../platform/events/event.ts';
import { recordEvent } from '../../platform/events/outbox.store.ts';
import { recordAudit } from '../../platform/identity/audit.store.ts';
import type { BillingContext } from '../billing-context.ts';
import { insertEntries } from '../ledger/ledger.store.ts';
import { transfer } from '../ledger/posting.ts';
import { settleInvoices } from '../receivables/owed-invoice.store.ts';
import { reactivatePaid } from '../receivables/reactivation.service.ts';
import { payFromWallet } from '../receivables/settlement.service.ts';
import { lockInvoice } from './credit-note.service.ts';
import type { Invoice } from './invoice.ts';

/** Which invoice, and why. */
export interface WriteOffOrder {
  readonly invoiceId: InvoiceId;
  readonly reason?: string | undefined;
}

/**
 * Takes the whole balance of an invoice to bad debt (W1). Throws `invoice_not_found` or `nothing_to_write_off`.
 * Returns how much that was.
 */
export async function writeOffInvoice(
  tx: Transaction,
  ctx: BillingContext,
  order: WriteOffOrder,
): Promise<bigint> {
  const invoice = await lockInvoice(tx, order.invoiceId);
  const owedMinor = invoice.balanceMinor;
  if (owedMinor === 0n) {
    throw conflict('nothing_to_write_off', `Nothing is owed on ${invoice.number}.`);
  }
  await move(tx, ctx, {
    invoice,
    byMinor: owedMinor,
    event: 'write_off',
    topic: 'invoice.written_off',
    order,
  });
  await reactivatePaid(tx, ctx, invoice.customerId);
  return owedMinor;
}

/**
 * Takes a write-off back: the invoice is owed again, and credit pays it (A5). Throws `invoice_not_found` or
 * `not_written_off`. Returns how much is owed again.
 */
export async function reverseWriteOff(
  tx: Transaction,
  ctx: BillingContext,
  order: WriteOffOrder,
): Promise<bigint> {
  const invoice = await lockInvoice(tx, order.invoiceId);
  const writtenOffMinor = invoice.writtenOffMinor;
  if (writtenOffMinor === 0n) {
    throw conflict('not_written_off', `Nothing of ${invoice.number} has been written off.`);
  }
  const topic = 'invoice.write_off_reversed';
  await move(tx, ctx, { invoice, byMinor: -writtenOffMinor, event: 'write_off_reversal', topic, order });
  await payFromWallet(tx, ctx, { id: invoice.customerId, currency: invoice.currency });
  return writtenOffMinor;
}

async function move(
  tx: Transaction,
  ctx: BillingContext,
  change: {
    readonly invoice: Invoice;
    readonly byMinor: bigint;
    readonly event: 'write_off' | 'write_off_reversal';
    readonly topic: InvoiceTopic;
    readonly order: WriteOffOrder;
  },
): Promise<void> {
  const { invoice, byMinor, event, topic, order } = change;
  const { id, customerId, currency } = invoice;
  await settleInvoices(tx, ctx.now, [{ invoiceId: id, column: 'amount_written_off', byMinor }]);
  const lines = transfer('bad_debt', 'ar', byMinor);
  await insertEntries(tx, ctx, [{ event, refId: id, customerId, currency, lines }]);
  await recordEvent(tx, invoiceEvent(topic, id));
  await recordAudit(tx, {
    actor: ctx.actor,
    action: topic,
    entity: 'invoice',
    entityId: id,
    after: {
      number: invoice.number,
      amount: byMinor < 0n ? -byMinor : byMinor,
      reason: order.reason ?? null,
    },
  });
}
