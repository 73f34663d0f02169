import { Temporal } from 'temporal-polyfill';
import type { Fact, Sheet, SheetTable } from '../../platform/printing/sheet.ts';
import type { CustomerProfile } from '../../subscribers/customers/customer-profile.ts';
import type { IssuedLine } from '../invoices/invoice.ts';
import type { TaxTerms } from '../tax.ts';
import { linesTable, taxNotes, taxSums, taxTable } from './document-lines.ts';
import { issuerOf, partyOf, type Stationery, wordingOf } from './issuer.ts';
import type { Wording } from './wording.ts';

/** Everything a credit note is printed from; the tax terms are those of its invoice. */
export interface CreditNotePapers {
  readonly note: {
    readonly number: string;
    readonly invoiceNumber: string;
    /** ISO date. */
    readonly issueDate: string;
    readonly subtotalMinor: bigint;
    readonly taxMinor: bigint;
    readonly totalMinor: bigint;
    readonly appliedMinor: bigint;
    readonly toCreditMinor: bigint;
    readonly reason: string | undefined;
    readonly lines: readonly IssuedLine[];
  };
  readonly tax: TaxTerms;
  readonly customer: CustomerProfile;
  readonly username: string | undefined;
  readonly stationery: Stationery;
}

/** A credit note in words. */
export function creditNoteSheet({ note, tax, customer, username, stationery }: CreditNotePapers): Sheet {
  const say = wordingOf(customer, stationery.settings);
  const issueOn = Temporal.PlainDate.from(note.issueDate);
  const went = [
    { text: `taken off invoice ${note.invoiceNumber}`, minor: note.appliedMinor },
    { text: 'added to your credit balance', minor: note.toCreditMinor },
  ].filter(({ minor }) => minor > 0n);
  const facts: Fact[] = [
    { label: 'Issued', value: say.date(issueOn) },
    { label: 'For invoice', value: note.invoiceNumber },
    ...(username === undefined ? [] : [{ label: 'Service', value: username }]),
    { label: 'Customer', value: customer.id },
  ];
  return {
    kind: 'sheet',
    title: 'Credit note',
    number: note.number,
    madeAtMs: Date.parse(note.issueDate),
    paper: stationery.settings.document_paper,
    issuer: issuerOf(stationery),
    party: partyOf(customer, 'Credit to'),
    facts,
    headline: {
      label: 'Amount credited',
      value: say.money(note.totalMinor),
      note: went.map(({ text, minor }) => `${say.money(minor)} ${text}`).join(', '),
    },
    tables: [note.lines.length > 0 ? linesTable(note.lines, tax, say) : wholeTable(note, say)],
    sums: [...taxSums(note, tax, say), { label: 'Total credited', value: say.money(note.totalMinor) }],
    sideTable: taxTable(note, tax, say),
    notes: [
      ...taxNotes(tax),
      ...(note.reason === undefined || note.lines.length === 0 ? [] : [`Reason: ${note.reason}`]),
    ],
  };
}

/** A credit of one amount has no lines of its own (K1). */
function wholeTable(
  { invoiceNumber, reason, subtotalMinor }: CreditNotePapers['note'],
  say: Wording,
): SheetTable {
  return {
    columns: [
      { title: 'DESCRIPTION', align: 'start', isFitted: false },
      { title: `AMOUNT (${say.currency})`, align: 'end', isFitted: true },
    ],
    rows: [[{ text: `Credit on invoice ${invoiceNumber}`, note: reason ?? '' }, say.amount(subtotalMinor)]],
  };
}
