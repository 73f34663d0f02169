import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { REMINDER_STATUSES } from '../../../billing/collection/dunning.ts';
import { type DunningLog, readDunningLogs } from '../../../billing/collection/dunning-log.service.ts';
import { INVOICE_KINDS } from '../../../billing/invoices/invoice-draft.ts';
import type { InvoiceId } from '../../../kernel/ids.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, openApiApp } from '../../openapi.ts';
import { answerList, listResponse } from '../../paging.ts';
import { id, idInput, instant, number, numberOrNull } from '../../schemas/values.ts';
import { beforeIdOf, billingQuery, contextOf, instantOf } from './billing-requests.ts';

const logSchema = z
  .object({
    id,
    invoice: z.string().openapi({ example: 'INV-000001' }),
    invoice_id: id,
    customer_id: id,
    service_id: id.nullable(),
    level: z.int().openapi({ description: '0 is the courtesy notice before the due date.' }),
    status: z.enum(REMINDER_STATUSES),
    channel: z.string(),
    sent_at: instant.nullable(),
    error: z.string().nullable(),
  })
  .openapi('DunningLog');

const list = apiRoute('billing.read', {
  method: 'get',
  path: '/api/isp/billing/dunning-logs',
  tags: ['Billing'],
  summary: 'What became of reminders, newest first',
  request: {
    query: z.strictObject({
      ...billingQuery,
      status: z.enum(REMINDER_STATUSES).optional(),
      kind: z.enum(INVOICE_KINDS).optional().openapi({ description: 'Of the invoice it is about.' }),
      invoice_id: idInput<InvoiceId>().optional(),
    }),
  },
  responses: { 200: listResponse(logSchema, 'Entries of the dunning log.') },
});

/** The dunning log. */
export function dunningLogsRoutes(context: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp().openapi(list, async (c) => {
    const query = c.req.valid('query');
    const ctx = await contextOf(c, context);
    const filter = {
      customerId: query.customer_id,
      serviceId: query.service_id,
      invoiceId: query.invoice_id,
      status: query.status,
      kind: query.kind,
      from: instantOf(ctx, query.from),
      to: instantOf(ctx, query.to),
    };
    return answerList(c, query, {
      fetch: ({ after, limit }) =>
        readDunningLogs(context.deps.db, { ...filter, limit, beforeId: beforeIdOf(after) }),
      cursorOf: (log) => [log.id],
      item: logJson,
    });
  });
}

function logJson(log: DunningLog): z.input<typeof logSchema> {
  return {
    id: number(log.id),
    invoice: log.invoice,
    invoice_id: number(log.invoiceId),
    customer_id: number(log.customerId),
    service_id: numberOrNull(log.serviceId),
    level: log.level,
    status: log.status,
    channel: log.channel,
    sent_at: log.sentAt?.toISOString() ?? null,
    error: log.error ?? null,
  };
}
