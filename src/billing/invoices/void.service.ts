import type { Transaction } from '../../db/database.ts';
import { conflict } from '../../kernel/errors.ts';
import type { InvoiceId } from '../../kernel/ids.ts';
import { invoiceEvent } from '../../platform/events/event.ts';
import { recordEvent } from '../../platform/events/outbox.store.ts';
import { recordAudit } from '../../platform/identity/audit.store.ts';
import type { BillingContext } from '../billing-context.ts';
import { insertEntries, linesOfEntry } from '../ledger/ledger.store.ts';
import { reversal } from '../ledger/posting.ts';
import { reactivatePaid } from '../receivables/reactivation.service.ts';
import { lockInvoice } from './credit-note.service.ts';
import { markVoid } from './invoice.store.ts';
import type { Invoice } from './invoice.ts';

/**
 * Voids an invoice nobody has paid anything of: its ledger entry is reversed, its charge keys are free again, it keeps
 * its number (I3, I8). Throws `invoice_not_found` or `invoice_not_voidable`.
 */
export async function voidInvoice(
  tx: Transaction,
  ctx: BillingContext,
  order: { readonly invoiceId: InvoiceId; readonly reason?: string | undefined },
): Promise<void> {
  const invoice = await lockInvoice(tx, order.invoiceId);
  checkVoidable(invoice);
  await markVoid(tx, invoice.id, ctx.now);
  const { customerId, currency } = invoice;
  const lines = reversal(await linesOfEntry(tx, 'invoice', invoice.id));
  await insertEntries(tx, ctx, [{ event: 'void', refId: invoice.id, customerId, currency, lines }]);
  await recordEvent(tx, invoiceEvent('invoice.voided', invoice.id));
  await recordAudit(tx, {
    actor: ctx.actor,
    action: 'invoice.voided',
    entity: 'invoice',
    entityId: invoice.id,
    after: { number: invoice.number, total: invoice.totalMinor, reason: order.reason ?? null },
  });
  await reactivatePaid(tx, ctx, customerId);
}

function checkVoidable(invoice: Invoice): void {
  const touchedMinor = invoice.paidMinor + invoice.creditedMinor + invoice.writtenOffMinor;
  if (invoice.voidedAt === undefined && touchedMinor === 0n) return;
  const why =
    invoice.voidedAt === undefined
      ? 'something was paid, credited or written off: correct it with a credit note'
      : 'it is void already';
  throw conflict('invoice_not_voidable', `${invoice.number} cannot be voided: ${why}.`);
}
