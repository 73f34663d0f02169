import { formatRate } from '../../kernel/rate.ts';
import type { Cell, Fact, SheetTable } from '../../platform/printing/sheet.ts';
import type { IssuedLine } from '../invoices/invoice.ts';
import type { TaxTerms } from '../tax.ts';
import type { Wording } from './wording.ts';

/** What is charged or credited, a line each; the last column adds up to the subtotal. */
export function linesTable(lines: readonly IssuedLine[], tax: TaxTerms, say: Wording): SheetTable {
  const hasDiscount = lines.some(({ discountMinor }) => discountMinor !== 0n);
  const isInside = tax.mode === 'inclusive';
  const shown = [
    { title: 'DESCRIPTION', isWanted: true, cell: (line: IssuedLine) => descriptionOf(line, say) },
    {
      title: isInside ? 'PRICE WITH VAT' : 'PRICE',
      isWanted: hasDiscount || isInside,
      cell: ({ amountMinor }: IssuedLine) => say.amount(amountMinor),
    },
    {
      title: 'DISCOUNT',
      isWanted: hasDiscount,
      cell: ({ discountMinor }: IssuedLine) => (discountMinor === 0n ? '' : say.amount(-discountMinor)),
    },
    {
      title: `${isInside ? 'NET' : 'AMOUNT'} (${say.currency})`,
      isWanted: true,
      cell: ({ netMinor }: IssuedLine) => say.amount(netMinor),
    },
  ].filter(({ isWanted }) => isWanted);
  return {
    columns: shown.map(({ title }, index) => ({
      title,
      align: index === 0 ? 'start' : 'end',
      isFitted: index > 0,
    })),
    rows: lines.map((line) => shown.map(({ cell }) => cell(line))),
  };
}

/** Tax by rate. */
export function taxTable(
  amounts: { readonly subtotalMinor: bigint; readonly taxMinor: bigint },
  tax: TaxTerms,
  say: Wording,
): SheetTable {
  return {
    columns: [
      { title: 'VAT', align: 'start', isFitted: false },
      { title: 'NET', align: 'end', isFitted: true },
      { title: 'TAX', align: 'end', isFitted: true },
    ],
    rows: [
      [
        tax.isExempt ? 'Exempt' : `${formatRate(tax.rate)} %`,
        say.amount(amounts.subtotalMinor),
        say.amount(amounts.taxMinor),
      ],
    ],
  };
}

/** Subtotal and tax, as the first of the sums. */
export function taxSums(
  amounts: { readonly subtotalMinor: bigint; readonly taxMinor: bigint },
  tax: TaxTerms,
  say: Wording,
): Fact[] {
  const label = tax.isExempt ? 'VAT (exempt)' : `VAT ${formatRate(tax.rate)} %`;
  return [
    { label: 'Subtotal', value: say.amount(amounts.subtotalMinor) },
    { label, value: say.amount(amounts.taxMinor) },
  ];
}

/** What the tax terms mean for who reads the lines. */
export function taxNotes(tax: TaxTerms): string[] {
  if (tax.isExempt) return ['The customer is exempt from VAT.'];
  return tax.mode === 'inclusive' ? ['Prices contain VAT; the net column is without it.'] : [];
}

function descriptionOf({ description, period }: IssuedLine, say: Wording): Cell {
  return { text: description, note: period === undefined ? '' : say.period(period) };
}
