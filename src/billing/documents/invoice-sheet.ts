import { Temporal } from 'temporal-polyfill';
import { localHour } from '../../kernel/calendar.ts';
import type { Fact, Headline, PaymentBox, Sheet, SheetTable, Stamp } from '../../platform/printing/sheet.ts';
import type { CustomerProfile } from '../../subscribers/customers/customer-profile.ts';
import { type Invoice, type IssuedLine, statusOfInvoice } from '../invoices/invoice.ts';
import { daysOverdue, type InvoiceStatus } from '../receivables/invoice-status.ts';
import { linesTable, taxNotes, taxSums, taxTable } from './document-lines.ts';
import { issuerOf, linesOf, partyOf, paymentLink, type Stationery, wordingOf } from './issuer.ts';
import type { SettledPart } from './settled-part.ts';
import type { Wording } from './wording.ts';

/** Everything an invoice is printed from. */
export interface InvoicePapers {
  readonly view: {
    readonly invoice: Invoice;
    readonly lines: readonly IssuedLine[];
    /** The number of the invoice a late fee is for. */
    readonly sourceNumber: string | undefined;
  };
  readonly customer: CustomerProfile;
  /** The user name of the service. */
  readonly username: string | undefined;
  readonly settled: readonly SettledPart[];
  readonly stationery: Stationery;
  readonly today: Temporal.PlainDate;
}

/** An invoice in words, as it stands on a day. */
export function invoiceSheet(papers: InvoicePapers): Sheet {
  const { view, customer, stationery, today } = papers;
  const { invoice, lines } = view;
  const { settings } = stationery;
  const say = wordingOf(customer, settings);
  const status = statusOfInvoice(invoice, today);
  const settled = settledTable(papers.settled, say);
  return {
    kind: 'sheet',
    title: invoice.kind === 'late_fee' ? 'Late fee invoice' : 'Invoice',
    number: invoice.number,
    madeAtMs: invoice.issuedAt.getTime(),
    paper: settings.document_paper,
    issuer: issuerOf(stationery),
    party: partyOf(customer, 'Bill to'),
    facts: factsOf(papers, say),
    stamp: STAMPS[status],
    headline: headlineOf(papers, status, say),
    tables: [linesTable(lines, invoice.tax, say), ...(settled === undefined ? [] : [settled])],
    sums: sumsOf(invoice, say),
    sideTable: taxTable(invoice, invoice.tax, say),
    notes: taxNotes(invoice.tax),
    payment: paymentOf(papers, status),
  };
}

const STAMPS: Readonly<Record<InvoiceStatus, Stamp | undefined>> = {
  open: undefined,
  partially_paid: { text: 'PART PAID', tone: 'warn' },
  paid: { text: 'PAID', tone: 'good' },
  overdue: { text: 'OVERDUE', tone: 'bad' },
  void: { text: 'VOID', tone: 'bad', isAcross: true },
  written_off: { text: 'WRITTEN OFF', tone: 'calm' },
};

function factsOf({ view, customer, username }: InvoicePapers, say: Wording): Fact[] {
  const { invoice, sourceNumber } = view;
  const { issueOn, dueOn, period } = invoice;
  return [
    { label: 'Issued', value: say.date(issueOn) },
    { label: 'Due', value: say.date(dueOn) },
    ...(period === undefined ? [] : [{ label: 'Period', value: say.period(period) }]),
    ...(sourceNumber === undefined ? [] : [{ label: 'For invoice', value: sourceNumber }]),
    ...(username === undefined ? [] : [{ label: 'Service', value: username }]),
    { label: 'Customer', value: customer.id },
  ];
}

function headlineOf(
  { view, stationery, today }: InvoicePapers,
  status: InvoiceStatus,
  say: Wording,
): Headline {
  const { dueOn, balanceMinor, totalMinor, writtenOffMinor, paidAt, voidedAt } = view.invoice;
  const day = (at: Date | undefined): string =>
    at === undefined ? '' : say.date(localDay(at, stationery.settings.isp_timezone));
  switch (status) {
    case 'void':
      return {
        label: 'Void',
        value: say.money(0n),
        note: `Nothing is to be paid: void since ${day(voidedAt)}`,
      };
    case 'written_off':
      return {
        label: 'Written off',
        value: say.money(writtenOffMinor),
        note: 'Nothing is asked for any more',
      };
    case 'paid':
      return {
        label: 'Paid in full',
        value: say.money(totalMinor),
        note: `Thank you. Settled on ${day(paidAt)}`,
      };
    case 'overdue': {
      const days = daysOverdue(dueOn, today);
      const note = `Was due on ${say.date(dueOn)}, ${days} ${days === 1 ? 'day' : 'days'} ago`;
      return { label: 'Amount overdue', value: say.money(balanceMinor), note };
    }
    case 'open':
    case 'partially_paid':
      return {
        label: 'Amount due',
        value: say.money(balanceMinor),
        note: `Please pay by ${say.date(dueOn)}`,
      };
  }
}

function localDay(at: Date, timeZone: string): Temporal.PlainDate {
  return Temporal.PlainDate.from(localHour(at.getTime(), timeZone).date);
}

function sumsOf(invoice: Invoice, say: Wording): Fact[] {
  const taken = [
    { label: 'Paid', minor: invoice.paidMinor },
    { label: 'Credited', minor: invoice.creditedMinor },
    { label: 'Written off', minor: invoice.writtenOffMinor },
  ].filter(({ minor }) => minor !== 0n);
  return [
    ...taxSums(invoice, invoice.tax, say),
    { label: 'Total', value: say.amount(invoice.totalMinor) },
    ...taken.map(({ label, minor }) => ({ label, value: say.amount(-minor) })),
    { label: 'Balance', value: say.money(invoice.balanceMinor) },
  ];
}

function settledTable(parts: readonly SettledPart[], say: Wording): SheetTable | undefined {
  if (parts.length === 0) return undefined;
  return {
    title: 'Payments and credits',
    columns: [
      { title: 'DATE', align: 'start', isFitted: true },
      { title: 'WHAT', align: 'start', isFitted: false },
      { title: 'REFERENCE', align: 'start', isFitted: false },
      { title: `AMOUNT (${say.currency})`, align: 'end', isFitted: true },
    ],
    rows: parts.map(({ on, what, reference, amountMinor }) => [
      say.date(on),
      what,
      reference,
      say.amount(amountMinor),
    ]),
  };
}

function paymentOf({ view, stationery }: InvoicePapers, status: InvoiceStatus): PaymentBox | undefined {
  const { invoice } = view;
  if (invoice.balanceMinor <= 0n || status === 'written_off') return undefined;
  const { payment_instructions, payment_link } = stationery.settings;
  const lines = linesOf(payment_instructions.replaceAll('{number}', invoice.number));
  const link = paymentLink(payment_link, invoice);
  if (lines.length === 0 && link === undefined) return undefined;
  return { title: 'How to pay', lines: [...lines, ...(link === undefined ? [] : [link])], link };
}
