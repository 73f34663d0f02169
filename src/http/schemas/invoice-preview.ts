import { z } from '@hono/zod-openapi';
import type { ForecastInvoice } from '../../billing/cycles/preview.service.ts';
import { LINE_KINDS } from '../../billing/invoices/invoice-draft.ts';
import { id, localDate, money, number } from './values.ts';

/** An invoice that is not issued: it has no number. */
export const forecastSchema = z
  .object({
    issue_date: localDate,
    due_date: localDate,
    subtotal: money,
    discount_total: money,
    tax_total: money,
    total: money,
    lines: z.array(
      z.object({
        kind: z.enum(LINE_KINDS),
        description: z.string(),
        amount: money,
        discount: money,
        period_start: localDate.nullable(),
        period_end: localDate.nullable(),
      }),
    ),
  })
  .openapi('InvoicePreview');

/** What a new service would be invoiced at once. */
export const previewSchema = z.object({ invoice: forecastSchema.nullable() }).openapi('SignUpPreview');

/** An invoice that is not issued as JSON. */
export function forecastJson(invoice: ForecastInvoice): z.input<typeof forecastSchema> {
  return {
    issue_date: invoice.issueOn.toString(),
    due_date: invoice.dueOn.toString(),
    subtotal: number(invoice.subtotalMinor),
    discount_total: number(invoice.discountMinor),
    tax_total: number(invoice.taxMinor),
    total: number(invoice.totalMinor),
    lines: invoice.lines.map((line) => ({
      kind: line.kind,
      description: line.description,
      amount: number(line.amountMinor),
      discount: number(line.discountMinor),
      period_start: line.period?.startOn.toString() ?? null,
      period_end: line.period?.endOn.toString() ?? null,
    })),
  };
}

/** A document that was issued, in short. */
export const documentSchema = z
  .object({ id, number: z.string(), subtotal: money, tax_total: money, total: money })
  .openapi('IssuedDocument');

/** A document in short as JSON; null when there is none. */
export function documentJson(
  document:
    | {
        readonly id: string;
        readonly number: string;
        readonly subtotalMinor: bigint;
        readonly taxMinor: bigint;
        readonly totalMinor: bigint;
      }
    | undefined,
): z.input<typeof documentSchema> | null {
  if (document === undefined) return null;
  return {
    id: number(document.id),
    number: document.number,
    subtotal: number(document.subtotalMinor),
    tax_total: number(document.taxMinor),
    total: number(document.totalMinor),
  };
}
