import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { Temporal } from 'temporal-polyfill';
import { readBillingContext } from '../../../billing/billing-context.service.ts';
import type { BillingContext } from '../../../billing/billing-context.ts';
import { INVOICE_KINDS } from '../../../billing/invoices/invoice-draft.ts';
import { INVOICE_STATUSES } from '../../../billing/receivables/invoice-status.ts';
import { startOfDay } from '../../../kernel/calendar.ts';
import type { CustomerId, ServiceId } from '../../../kernel/ids.ts';
import { line } from '../../../platform/text.ts';
import { actorOf } from '../../access.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { type Cursor, idOfCursor, pageQuery } from '../../paging.ts';
import { idInput, localDate } from '../../schemas/values.ts';

/** The queries every list of billing takes. */
export const billingQuery = {
  ...pageQuery,
  customer_id: idInput<CustomerId>().optional(),
  service_id: idInput<ServiceId>().optional(),
  from: localDate.optional().openapi({ description: 'From this local date on.' }),
  to: localDate.optional().openapi({ description: 'Before this local date.' }),
} as const;

/** The queries of documents that have no kind and no status of their own: those of their invoice. */
export const invoiceQuery = {
  ...billingQuery,
  kind: z.enum(INVOICE_KINDS).optional().openapi({ description: 'Of the invoice it is about.' }),
  status: z.enum(INVOICE_STATUSES).optional().openapi({ description: 'Of the invoice it is about, today.' }),
} as const;

/** Why something is done, for the audit log. */
export const reasonInput = line(500).optional();

/** A body that may be left out. */
export function mayBeEmpty<Schema extends z.ZodType>(schema: Schema) {
  return { body: { required: false, content: { 'application/json': { schema } } } } as const;
}

/** A body with nothing but a reason, which may be left out. */
export const reasonBody = mayBeEmpty(z.strictObject({ reason: reasonInput }));

/** The id a page goes on below, from its cursor. */
export function beforeIdOf(after: Cursor | undefined): bigint | undefined {
  return after === undefined ? undefined : BigInt(idOfCursor(after));
}

/** The settings, the day and who asks, for reading. */
export function contextOf(c: Context<HttpEnv>, { deps }: HttpContext): Promise<BillingContext> {
  return readBillingContext(deps.db, deps.clock, actorOf(c));
}

/** The first instant of a local date of the billing time zone. */
export function instantOf(ctx: BillingContext, date: string | undefined): Date | undefined {
  if (date === undefined) return undefined;
  const start = startOfDay(Temporal.PlainDate.from(date), ctx.settings.isp_timezone);
  return new Date(start.epochMilliseconds);
}
