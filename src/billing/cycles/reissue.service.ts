import type { Database, Transaction } from '../../db/database.ts';
import { conflict } from '../../kernel/errors.ts';
import type { InvoiceId, ServiceId } from '../../kernel/ids.ts';
import type { BillingContext } from '../billing-context.ts';
import { findInvoice, linesOfInvoice } from '../invoices/invoice.store.ts';
import { type IssuedInvoice, issueInvoice } from '../invoices/issue.service.ts';
import { openAccount, openLivingAccount } from './account.service.ts';
import type { BilledPeriod, BillingFacts } from './billing-facts.ts';
import { draftOf } from './boundary.service.ts';
import { billService } from './invoice-run.service.ts';
import { setPeriodInvoice } from './reissue.store.ts';

/**
 * Bills the boundaries of a service that are due (R4). When none is and the invoice of the current period was voided,
 * it is issued anew, with the same lines and the next number (R5). Throws `service_not_found`, `service_cancelled`,
 * and `period_already_invoiced` when there is nothing to do.
 */
export async function generateInvoice(
  db: Database,
  ctx: BillingContext,
  serviceId: ServiceId,
): Promise<IssuedInvoice[]> {
  const name = await db.transaction(
    async (tx) => (await openLivingAccount(tx, ctx, serviceId)).service.username,
  );
  const billed = await billService(db, ctx, serviceId);
  const invoices = billed.flatMap(({ invoice }) => (invoice === undefined ? [] : [invoice]));
  if (billed.length > 0) return invoices;
  const again = await db.transaction((tx) => reissue(tx, ctx, serviceId));
  if (again !== undefined) return [again];
  throw conflict('period_already_invoiced', `Nothing of '${name}' is due: its current period is invoiced.`);
}

async function reissue(
  tx: Transaction,
  ctx: BillingContext,
  serviceId: ServiceId,
): Promise<IssuedInvoice | undefined> {
  const facts = await openAccount(tx, ctx, serviceId);
  const period = lastInvoiced(facts);
  if (period === undefined) return undefined;
  const voided = await findInvoice(tx, period.invoiceId);
  if (voided?.voidedAt === undefined) return undefined;
  const lines = await linesOfInvoice(tx, voided.id);
  const draft = draftOf(ctx, facts, { kind: voided.kind, lines, period: voided.period });
  const invoice = await issueInvoice(tx, ctx, draft);
  if (invoice !== undefined) await setPeriodInvoice(tx, period, { from: voided.id, to: invoice.id });
  return invoice;
}

/** The current period in advance, the one that ended last in arrears. */
function lastInvoiced(facts: BillingFacts): (BilledPeriod & { readonly invoiceId: InvoiceId }) | undefined {
  for (const period of facts.periods.toReversed()) {
    const { invoiceId } = period;
    if (invoiceId !== undefined) return { ...period, invoiceId };
  }
  return undefined;
}
