import type { Temporal } from 'temporal-polyfill';
import type { Sheet, SheetTable } from '../../platform/printing/sheet.ts';
import type { CustomerProfile } from '../../subscribers/customers/customer-profile.ts';
import type { LedgerEvent } from '../ledger/posting.ts';
import { issuerOf, partyOf, type Stationery, wordingOf } from './issuer.ts';
import type { Wording } from './wording.ts';

/** Everything a statement is printed from: local dates `[from, to)`. */
export interface StatementPapers {
  readonly customer: CustomerProfile;
  readonly from: Temporal.PlainDate | undefined;
  readonly to: Temporal.PlainDate;
  readonly openingMinor: bigint;
  readonly entries: readonly StatementLine[];
  readonly stationery: Stationery;
}

/** A line of a statement; `balanceMinor` is what is owed less the credit after it. */
export interface StatementLine {
  readonly on: Temporal.PlainDate;
  readonly event: LedgerEvent;
  readonly document: string;
  readonly amountMinor: bigint;
  readonly balanceMinor: bigint;
}

const EVENTS: Readonly<Record<LedgerEvent, string>> = {
  invoice: 'Invoice',
  payment: 'Payment',
  allocation: 'Allocation',
  allocation_reversal: 'Allocation taken back',
  credit_note: 'Credit note',
  refund: 'Refund',
  void: 'Invoice void',
  write_off: 'Written off',
  write_off_reversal: 'Write-off taken back',
  voucher: 'Voucher',
};

/** A statement of account in words (billing-rules G4). */
export function statementSheet(papers: StatementPapers): Sheet {
  const { customer, from, to, openingMinor, entries, stationery } = papers;
  const say = wordingOf(customer, stationery.settings);
  const closingMinor = entries.at(-1)?.balanceMinor ?? openingMinor;
  const until = to.subtract({ days: 1 });
  const raised = sumOf(entries.map(({ amountMinor }) => amountMinor).filter((one) => one > 0n));
  const lowered = sumOf(entries.map(({ amountMinor }) => amountMinor).filter((one) => one < 0n));
  return {
    kind: 'sheet',
    title: 'Statement of account',
    number: from === undefined ? `up to ${say.date(until)}` : say.period({ startOn: from, endOn: to }),
    madeAtMs: Date.UTC(until.year, until.month - 1, until.day),
    paper: stationery.settings.document_paper,
    issuer: issuerOf(stationery),
    party: partyOf(customer, 'Account of'),
    facts: [
      { label: 'Customer', value: customer.id },
      { label: 'Currency', value: customer.currency },
      { label: 'Entries', value: String(entries.length) },
    ],
    headline: {
      label: closingMinor < 0n ? 'In your favour' : 'Balance owed',
      value: say.money(closingMinor < 0n ? -closingMinor : closingMinor),
      note: `At the end of ${say.date(until)}`,
    },
    tables: [entriesTable(papers, say)],
    sums: [
      { label: 'Opening balance', value: say.amount(openingMinor) },
      { label: 'Charged', value: say.amount(raised) },
      { label: 'Paid and credited', value: say.amount(lowered) },
      { label: 'Closing balance', value: say.money(closingMinor) },
    ],
    notes: ['A balance below zero is credit that pays what is owed next.'],
  };
}

function entriesTable({ from, openingMinor, entries }: StatementPapers, say: Wording): SheetTable {
  const opening = [
    from === undefined ? '' : say.date(from),
    'Opening balance',
    '',
    '',
    say.amount(openingMinor),
  ];
  return {
    isDense: true,
    columns: [
      { title: 'DATE', align: 'start', isFitted: true },
      { title: 'WHAT', align: 'start', isFitted: true },
      { title: 'DOCUMENT', align: 'start', isFitted: false },
      { title: `AMOUNT (${say.currency})`, align: 'end', isFitted: true },
      { title: `BALANCE (${say.currency})`, align: 'end', isFitted: true },
    ],
    rows: [
      opening,
      ...entries.map(({ on, event, document, amountMinor, balanceMinor }) => [
        say.date(on),
        EVENTS[event],
        document,
        say.amount(amountMinor),
        say.amount(balanceMinor),
      ]),
    ],
  };
}

function sumOf(amounts: readonly bigint[]): bigint {
  return amounts.reduce((sum, one) => sum + one, 0n);
}
