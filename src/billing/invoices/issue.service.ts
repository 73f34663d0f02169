import { violatedConstraint } from '../../db/constraint-errors.ts';
import type { Transaction } from '../../db/database.ts';
import { AppError, conflict, invalid, notFound } from '../../kernel/errors.ts';
import type { CustomerId, InvoiceId } from '../../kernel/ids.ts';
import { invariant } from '../../kernel/invariant.ts';
import { AMOUNT_MAX } from '../../kernel/money.ts';
import { invoiceEvent } from '../../platform/events/event.ts';
import { recordEvent } from '../../platform/events/outbox.store.ts';
import type { Settings } from '../../platform/settings/setting.ts';
import type { BillingContext } from '../billing-context.ts';
import { insertEntries } from '../ledger/ledger.store.ts';
import { invoicePostings } from '../ledger/posting.ts';
import { type CustomerAccount, lockAccount } from '../receivables/account.store.ts';
import type { Payer } from '../receivables/payer.ts';
import { payFromWallet } from '../receivables/settlement.service.ts';
import { type TaxTerms, taxTerms, UNTAXED } from '../tax.ts';
import { formatNumber } from './document-number.ts';
import { type InvoiceAmounts, invoiceAmounts } from './invoice-amounts.ts';
import type { InvoiceDraft, InvoiceKind } from './invoice-draft.ts';
import { insertInvoice } from './issue.store.ts';

/** What was issued. */
export interface IssuedInvoice extends InvoiceAmounts {
  readonly id: InvoiceId;
  /** As printed: `INV-000001`. */
  readonly number: string;
}

/** What a caller knows already, and what it has to write itself. */
export interface IssueOptions {
  /** The customer, whose row the caller has locked. Default: locked and read. */
  readonly payer?: Payer | undefined;
  /** Writes what belongs to the invoice (undefined when there is none), in one round trip with its entries. */
  readonly beside?: (invoice: IssuedInvoice | undefined) => Promise<unknown>;
}

/** The tax terms of an invoice of a kind for a customer (billing-rules V4, V5). */
export function termsFor(settings: Settings, kind: InvoiceKind, isTaxExempt: boolean): TaxTerms {
  const isUntaxed = kind === 'late_fee' && !settings.late_fee_taxable;
  return isUntaxed ? UNTAXED : taxTerms(settings, isTaxExempt);
}

/**
 * Issues an invoice in the caller's transaction, with everything that follows: tax, number, ledger, the use of credit
 * (A5) and events. Undefined when there are no lines (I5). Throws `customer_not_found`, `currency_mismatch` (M2),
 * `validation_failed` for a total beyond all measure, and `already_charged` when a line's charge key has been used, which
 * ends the transaction.
 */
export async function issueInvoice(
  tx: Transaction,
  ctx: BillingContext,
  draft: InvoiceDraft,
  options: IssueOptions = {},
): Promise<IssuedInvoice | undefined> {
  const account = options.payer ?? (await requireAccount(tx, draft.customerId));
  checkCurrency(account, draft.currency);
  const tax = termsFor(ctx.settings, draft.kind, account.isTaxExempt);
  const amounts = invoiceAmounts(draft.lines, tax);
  if (amounts.lines.length === 0) {
    await options.beside?.(undefined);
    return undefined;
  }
  if (amounts.totalMinor > AMOUNT_MAX) {
    throw invalid(`An invoice over ${amounts.totalMinor} is refused: ${AMOUNT_MAX} is the most it can be.`);
  }
  invariant(amounts.totalMinor >= 0n, 'an invoice is never negative: give credit with a credit note (P4)');
  const { id, number, creditMinor } = await insert(tx, { draft, amounts, tax, at: ctx.now });
  const issued = { id, number: formatNumber('INV', number), ...amounts };
  const isZero = amounts.totalMinor === 0n;
  const isPaying = !isZero && creditMinor > 0n;
  // Sent together, run in this order.
  await Promise.all([
    insertEntries(tx, ctx, [
      {
        event: 'invoice',
        refId: id,
        customerId: account.id,
        currency: account.currency,
        lines: invoicePostings(amounts.lines, amounts.taxMinor),
      },
    ]),
    recordEvent(tx, invoiceEvent('invoice.issued', id)),
    isZero && recordEvent(tx, invoiceEvent('invoice.paid', id)),
    isPaying || options.beside?.(issued),
  ]);
  if (isPaying) {
    // A bought period is paid with the money that was looked at for it (Q2). It may lock services, which come before
    // what is written beside.
    await payFromWallet(tx, ctx, account, draft.kind === 'prepaid' ? id : undefined);
    await options.beside?.(issued);
  }
  return issued;
}

/** The locked account of a customer; throws `customer_not_found`. */
export async function requireAccount(tx: Transaction, id: CustomerId): Promise<CustomerAccount> {
  const account = await lockAccount(tx, id);
  if (account === undefined) throw notFound('customer_not_found', `There is no customer ${id}.`);
  return account;
}

/** A customer has one currency (M2); throws `currency_mismatch`. */
export function checkCurrency(account: Payer, currency: string): void {
  if (account.currency === currency) return;
  throw conflict(
    'currency_mismatch',
    `'${account.name}' pays in ${account.currency}, this is in ${currency}: a customer has one currency.`,
  );
}

async function insert(
  tx: Transaction,
  invoice: Parameters<typeof insertInvoice>[1],
): ReturnType<typeof insertInvoice> {
  try {
    return await insertInvoice(tx, invoice);
  } catch (error) {
    if (violatedConstraint(error) !== 'invoice_lines_charge_key') throw error;
    throw new AppError('conflict', 'already_charged', 'One of the lines has been invoiced already.', {
      cause: error,
    });
  }
}
