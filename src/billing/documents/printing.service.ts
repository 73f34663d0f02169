import type { Temporal } from 'temporal-polyfill';
import type { Queryable } from '../../db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { CreditNoteId, CustomerId, InvoiceId, ServiceId } from '../../kernel/ids.ts';
import { findLogo } from '../../platform/printing/logo.store.ts';
import type { Printer } from '../../platform/printing/printer.port.ts';
import { readSettings } from '../../platform/settings/setting.store.ts';
import { getCustomer } from '../../subscribers/customers/customer.service.ts';
import { readService } from '../../subscribers/services/reading.service.ts';
import { invoiceNotFound } from '../invoices/credit-note.service.ts';
import { creditNoteNotFound, readCreditNote } from '../invoices/credit-note-read.service.ts';
import { readInvoice } from '../invoices/invoice-read.service.ts';
import { openStatement, type StatementEntry, type StatementRange } from '../ledger/statement.service.ts';
import type { BillingDeps } from '../use-case.service.ts';
import { creditNoteSheet } from './credit-note-sheet.ts';
import { invoiceSheet } from './invoice-sheet.ts';
import type { Stationery } from './issuer.ts';
import { settledParts } from './settled-part.store.ts';
import { statementSheet } from './statement-sheet.ts';

/** What documents are printed with. */
export interface PrintingDeps extends BillingDeps {
  readonly printer: Printer;
}

/** A document ready to be sent; `name` is the name of its file without an ending. */
export interface PrintedDocument {
  readonly name: string;
  readonly pdf: Uint8Array<ArrayBuffer>;
}

/** Whose documents may be printed: with `owner`, those of one customer, and others do not exist. */
interface Ownership {
  readonly owner?: CustomerId | undefined;
}

/** A statement of more entries is for a spreadsheet: at a page of 40 entries this is 50 pages. */
export const STATEMENT_ENTRIES_MAX = 2_000;

/** An invoice as it stands today; throws `invoice_not_found`, and what the printer throws. */
export async function printInvoice(
  deps: PrintingDeps,
  { id, owner }: Ownership & { readonly id: InvoiceId },
): Promise<PrintedDocument> {
  const { db } = deps;
  const view = await readInvoice(db, id);
  const { invoice } = view;
  if (owner !== undefined && invoice.customerId !== owner) throw invoiceNotFound(id);
  const stationery = await stationeryOf(db);
  const sheet = invoiceSheet({
    view,
    customer: await getCustomer(db, invoice.customerId),
    username: await usernameOf(deps, invoice.serviceId),
    settled: await settledParts(db, id, stationery.settings.isp_timezone),
    stationery,
    today: todayOf(deps, stationery),
  });
  return { name: invoice.number, pdf: await deps.printer.print(sheet) };
}

/** A credit note; throws `credit_note_not_found`, and what the printer throws. */
export async function printCreditNote(
  deps: PrintingDeps,
  { id, owner }: Ownership & { readonly id: CreditNoteId },
): Promise<PrintedDocument> {
  const { db } = deps;
  const note = await readCreditNote(db, id);
  if (owner !== undefined && note.customerId !== owner) throw creditNoteNotFound(id);
  const { invoice } = await readInvoice(db, note.invoiceId);
  const sheet = creditNoteSheet({
    note,
    tax: invoice.tax,
    customer: await getCustomer(db, note.customerId),
    username: await usernameOf(deps, note.serviceId),
    stationery: await stationeryOf(db),
  });
  return { name: note.number, pdf: await deps.printer.print(sheet) };
}

/**
 * A statement of account, up to today unless it says otherwise; throws `customer_not_found`, `statement_too_long`,
 * and what the printer throws.
 */
export async function printStatement(deps: PrintingDeps, range: StatementRange): Promise<PrintedDocument> {
  const { db } = deps;
  const customer = await getCustomer(db, range.customerId);
  const stationery = await stationeryOf(db);
  const to = range.to ?? todayOf(deps, stationery).add({ days: 1 });
  const { openingMinor, entries } = await openStatement(db, { ...range, to });
  const papers = { customer, from: range.from, to, openingMinor, stationery };
  const sheet = statementSheet({ ...papers, entries: await fewEntries(entries()) });
  const name = `statement-${customer.id}-${to.subtract({ days: 1 })}`;
  return { name, pdf: await deps.printer.print(sheet) };
}

async function fewEntries(entries: AsyncIterable<StatementEntry>): Promise<StatementEntry[]> {
  const few: StatementEntry[] = [];
  for await (const entry of entries) {
    few.push(entry);
    if (few.length > STATEMENT_ENTRIES_MAX) throw tooLong();
  }
  return few;
}

function tooLong(): AppError {
  return new AppError(
    'invalid',
    'statement_too_long',
    `A printed statement has at most ${STATEMENT_ENTRIES_MAX} entries: ask for a shorter time with from and to, or ` +
      'take it whole as CSV (Accept: text/csv).',
  );
}

async function stationeryOf(q: Queryable): Promise<Stationery> {
  const logo = await findLogo(q);
  return { settings: await readSettings(q), logo: logo?.image };
}

function todayOf({ clock }: PrintingDeps, { settings }: Stationery): Temporal.PlainDate {
  return clock.now().toZonedDateTimeISO(settings.isp_timezone).toPlainDate();
}

async function usernameOf({ db }: PrintingDeps, id: ServiceId | undefined): Promise<string | undefined> {
  return id === undefined ? undefined : (await readService(db, { id })).username;
}
