import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { Temporal } from 'temporal-polyfill';
import { holdReminders } from '../../../billing/collection/dunning.service.ts';
import { printInvoice } from '../../../billing/documents/printing.service.ts';
import { INVOICE_KINDS } from '../../../billing/invoices/invoice-draft.ts';
import { readInvoice, readInvoices } from '../../../billing/invoices/invoice-read.service.ts';
import { voidInvoice } from '../../../billing/invoices/void.service.ts';
import { reverseWriteOff, writeOffInvoice } from '../../../billing/invoices/write-off.service.ts';
import { INVOICE_STATUSES } from '../../../billing/receivables/invoice-status.ts';
import { inBilling } from '../../../billing/use-case.service.ts';
import type { InvoiceId } from '../../../kernel/ids.ts';
import { actorOf } from '../../access.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, body, json, openApiApp } from '../../openapi.ts';
import { answerList, listResponse } from '../../paging.ts';
import { answerPdf, pdfResponse } from '../../pdf.ts';
import { idParams, localDate } from '../../schemas/values.ts';
import { beforeIdOf, billingQuery, contextOf, reasonBody } from './billing-requests.ts';
import { invoiceJson, invoiceSchema } from './document-schemas.ts';

const tags = ['Billing'];
const path = '/api/isp/billing/invoices';
const params = idParams<InvoiceId>();
const answer = { 200: json(invoiceSchema, 'The invoice as it is now.') };

const list = apiRoute('billing.read', {
  method: 'get',
  path,
  tags,
  summary: 'Invoices, newest first',
  request: {
    query: z.strictObject({
      ...billingQuery,
      status: z.enum(INVOICE_STATUSES).optional(),
      kind: z.enum(INVOICE_KINDS).optional(),
    }),
  },
  responses: { 200: listResponse(invoiceSchema, 'Invoices.') },
});

const read = apiRoute('billing.read', {
  method: 'get',
  path: `${path}/{id}`,
  tags,
  summary: 'One invoice',
  request: { params },
  responses: { 200: json(invoiceSchema, 'The invoice.') },
});

const pdf = apiRoute('billing.read', {
  method: 'get',
  path: `${path}/{id}/pdf`,
  tags,
  summary: 'One invoice as PDF, as it stands today',
  request: { params },
  responses: { 200: pdfResponse('The invoice.') },
});

const makeVoid = apiRoute('billing.correct', {
  method: 'post',
  path: `${path}/{id}/void`,
  tags,
  summary: 'Void an invoice nothing was paid, credited or written off of',
  request: { params, ...reasonBody },
  responses: answer,
});

const writeOff = apiRoute('billing.correct', {
  method: 'post',
  path: `${path}/{id}/write-off`,
  tags,
  summary: 'Write the whole balance off as bad debt',
  request: { params, ...reasonBody },
  responses: answer,
});

const reverse = apiRoute('billing.correct', {
  method: 'post',
  path: `${path}/{id}/write-off/reverse`,
  tags,
  summary: 'Take a write-off back: the invoice is owed again',
  request: { params, ...reasonBody },
  responses: answer,
});

const hold = apiRoute('billing.write', {
  method: 'put',
  path: `${path}/{id}/reminder-hold`,
  tags,
  summary: 'Let reminders wait until a day (a promise to pay), or with null go on',
  request: { params, ...body(z.strictObject({ until: localDate.nullable() })) },
  responses: answer,
});

/** What customers are billed. */
export function invoicesRoutes(context: HttpContext): OpenAPIHono<HttpEnv> {
  const { deps } = context;
  const show = async (id: InvoiceId, today: Temporal.PlainDate) =>
    invoiceJson(await readInvoice(deps.db, id), today);
  return openApiApp()
    .openapi(list, async (c) => {
      const query = c.req.valid('query');
      const { customer_id: customerId, service_id: serviceId, status, kind, from, to } = query;
      const { today } = await contextOf(c, context);
      const filter = { customerId, serviceId, status, kind, from, to };
      return answerList(c, query, {
        fetch: ({ after, limit }) =>
          readInvoices(deps.db, { ...filter, limit, beforeId: beforeIdOf(after) }, today),
        cursorOf: ({ invoice }) => [invoice.id],
        item: (view) => invoiceJson(view, today),
      });
    })
    .openapi(read, async (c) => {
      const { today } = await contextOf(c, context);
      return c.json(await show(c.req.valid('param').id, today), 200);
    })
    .openapi(pdf, async (c) =>
      answerPdf(await printInvoice(context.printing, { id: c.req.valid('param').id })),
    )
    .openapi(makeVoid, async (c) => {
      const order = { invoiceId: c.req.valid('param').id, reason: c.req.valid('json')?.reason };
      const today = await inBilling(deps, actorOf(c), async (tx, ctx) => {
        await voidInvoice(tx, ctx, order);
        return ctx.today;
      });
      return c.json(await show(order.invoiceId, today), 200);
    })
    .openapi(writeOff, async (c) => {
      const order = { invoiceId: c.req.valid('param').id, reason: c.req.valid('json')?.reason };
      const today = await inBilling(deps, actorOf(c), async (tx, ctx) => {
        await writeOffInvoice(tx, ctx, order);
        return ctx.today;
      });
      return c.json(await show(order.invoiceId, today), 200);
    })
    .openapi(reverse, async (c) => {
      const order = { invoiceId: c.req.valid('param').id, reason: c.req.valid('json')?.reason };
      const today = await inBilling(deps, actorOf(c), async (tx, ctx) => {
        await reverseWriteOff(tx, ctx, order);
        return ctx.today;
      });
      return c.json(await show(order.invoiceId, today), 200);
    })
    .openapi(hold, async (c) => {
      const invoiceId = c.req.valid('param').id;
      const { until } = c.req.valid('json');
      const today = await inBilling(deps, actorOf(c), async (tx, ctx) => {
        const day = until === null ? undefined : Temporal.PlainDate.from(until);
        await holdReminders(tx, ctx, { invoiceId, until: day });
        return ctx.today;
      });
      return c.json(await show(invoiceId, today), 200);
    });
}
