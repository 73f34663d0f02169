import type { Transaction } from '../../db/database.ts';
import { AppError, conflict, invalid, notFound } from '../../kernel/errors.ts';
import type { InvoiceId } from '../../kernel/ids.ts';
import { invariant } from '../../kernel/invariant.ts';
import { recordEvent } from '../../platform/events/outbox.store.ts';
import { recordAudit } from '../../platform/identity/audit.store.ts';
import type { BillingContext } from '../billing-context.ts';
import { insertEntries } from '../ledger/ledger.store.ts';
import { creditNotePostings } from '../ledger/posting.ts';
import { settleInvoices } from '../receivables/owed-invoice.store.ts';
import { payFromWallet, recordPaid } from '../receivables/settlement.service.ts';
import { creditWallet } from '../receivables/wallet.service.ts';
import { creditedTotal, insertCreditNote } from './credit-note.store.ts';
import {
  type CreditNoteDraft,
  creditAmounts,
  creditedRevenue,
  creditUse,
  type IssuedCreditNote,
} from './credit-note.ts';
import { formatNumber } from './document-number.ts';
import { findInvoice, linesOfInvoice } from './invoice.store.ts';
import type { Invoice } from './invoice.ts';
import { requireAccount } from './issue.service.ts';
import { takeNumber } from './number-series.store.ts';

/** Why a credit note is issued: by the rules of a change or cancellation, or by hand. */
export interface CreditNoteOptions {
  readonly isAutomatic: boolean;
  readonly reason?: string | undefined;
}

/**
 * Issues a credit note in the caller's transaction: it lowers the balance of its invoice, the rest goes to the wallet,
 * which pays the oldest open invoices (K1, A5). Throws `invoice_not_found`, `invoice_not_creditable` (void or written
 * off, K2), `credit_exceeds_invoice`, `validation_failed` for an amount that is not positive. Automatic ones (P4) may
 * exceed the total of the invoice, and are undefined where nothing is left to give back: void or written off.
 */
export async function issueCreditNote(
  tx: Transaction,
  ctx: BillingContext,
  draft: CreditNoteDraft,
  options: CreditNoteOptions & { readonly isAutomatic: false },
): Promise<IssuedCreditNote>;
export async function issueCreditNote(
  tx: Transaction,
  ctx: BillingContext,
  draft: CreditNoteDraft,
  options: CreditNoteOptions,
): Promise<IssuedCreditNote | undefined>;
export async function issueCreditNote(
  tx: Transaction,
  ctx: BillingContext,
  draft: CreditNoteDraft,
  options: CreditNoteOptions,
): Promise<IssuedCreditNote | undefined> {
  const invoice = await lockInvoice(tx, draft.invoiceId);
  if (options.isAutomatic && !isCreditable(invoice)) return undefined;
  checkCreditable(invoice);
  const amounts = creditAmounts(invoice, draft);
  if (options.isAutomatic) invariant(amounts.totalMinor > 0n, 'a credit note gives something back (P4)');
  else checkGross(invoice, amounts.totalMinor, await creditedTotal(tx, invoice.id));
  const use = creditUse(amounts.totalMinor, invoice.balanceMinor);
  const revenue = creditedRevenue(amounts, await linesOfInvoice(tx, invoice.id));
  const value = await takeNumber(tx, 'CN');
  const id = await insertCreditNote(tx, {
    invoice,
    amounts,
    use,
    number: value,
    issueOn: ctx.today,
    at: ctx.now,
    isAutomatic: options.isAutomatic,
    reason: options.reason,
  });
  const { customerId, currency } = invoice;
  const lines = creditNotePostings(revenue, { taxMinor: amounts.taxMinor, ...use });
  await insertEntries(tx, ctx, [{ event: 'credit_note', refId: id, customerId, currency, lines }]);
  await recordEvent(tx, { topic: 'credit_note.issued', payload: { credit_note_id: id } });
  await applyCredit(tx, ctx, { id, ...use }, invoice);
  const number = formatNumber('CN', value);
  await recordAudit(tx, {
    actor: ctx.actor,
    action: 'credit_note.issued',
    entity: 'invoice',
    entityId: invoice.id,
    after: { credit_note: number, total: amounts.totalMinor, reason: options.reason ?? null },
  });
  return { id, number, invoiceId: invoice.id, customerId, ...amounts, ...use };
}

/** An invoice with the row of its customer locked, and so everything about it; throws `invoice_not_found`. */
export async function lockInvoice(tx: Transaction, id: InvoiceId): Promise<Invoice> {
  const before = await findInvoice(tx, id);
  if (before === undefined) throw invoiceNotFound(id);
  await requireAccount(tx, before.customerId);
  const invoice = await findInvoice(tx, id);
  invariant(invoice !== undefined, 'invoices are never deleted');
  return invoice;
}

/** The failure of asking for an invoice that is not there. */
export function invoiceNotFound(id: InvoiceId): AppError {
  return notFound('invoice_not_found', `There is no invoice ${id}.`);
}

function isCreditable(invoice: Invoice): boolean {
  return invoice.voidedAt === undefined && invoice.writtenOffMinor === 0n;
}

function checkCreditable(invoice: Invoice): void {
  if (isCreditable(invoice)) return;
  const state = invoice.voidedAt === undefined ? 'written off' : 'void';
  throw conflict(
    'invoice_not_creditable',
    `${invoice.number} is ${state}: there is nothing to give credit on.`,
  );
}

function checkGross(invoice: Invoice, grossMinor: bigint, creditedMinor: bigint): void {
  if (grossMinor <= 0n) {
    throw invalid('The amount of a credit note must be positive.', { amount: 'must be above 0' });
  }
  if (creditedMinor + grossMinor <= invoice.totalMinor) return;
  const leftMinor = creditedMinor > invoice.totalMinor ? 0n : invoice.totalMinor - creditedMinor;
  throw new AppError(
    'invalid',
    'credit_exceeds_invoice',
    `Of ${invoice.number} at most ${leftMinor} can still be credited: its total is ${invoice.totalMinor}, ${creditedMinor} have been credited.`,
  );
}

async function applyCredit(
  tx: Transaction,
  ctx: BillingContext,
  note: Pick<IssuedCreditNote, 'id' | 'appliedMinor' | 'toCreditMinor'>,
  invoice: Invoice,
): Promise<void> {
  const { customerId, currency } = invoice;
  if (note.appliedMinor > 0n) {
    const settlement = {
      invoiceId: invoice.id,
      column: 'amount_credited' as const,
      byMinor: note.appliedMinor,
    };
    await recordPaid(tx, await settleInvoices(tx, ctx.now, [settlement]));
  }
  if (note.toCreditMinor > 0n) {
    const amountMinor = note.toCreditMinor;
    await creditWallet(tx, ctx, { customerId, source: 'credit_note', sourceId: note.id, amountMinor });
  }
  await payFromWallet(tx, ctx, { id: customerId, currency });
}
