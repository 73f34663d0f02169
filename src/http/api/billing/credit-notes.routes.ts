import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { printCreditNote } from '../../../billing/documents/printing.service.ts';
import { readCreditNote, readCreditNotes } from '../../../billing/invoices/credit-note-read.service.ts';
import { giveCredit } from '../../../billing/prepaid/top-up.service.ts';
import { inBilling } from '../../../billing/use-case.service.ts';
import type { CreditNoteId, InvoiceId } from '../../../kernel/ids.ts';
import { actorOf } from '../../access.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, body, json, openApiApp } from '../../openapi.ts';
import { answerList, listResponse } from '../../paging.ts';
import { answerPdf, pdfResponse } from '../../pdf.ts';
import { idInput, idParams, moneyInput } from '../../schemas/values.ts';
import { beforeIdOf, contextOf, invoiceQuery, reasonInput } from './billing-requests.ts';
import { creditNoteJson, creditNoteSchema } from './document-schemas.ts';

const tags = ['Billing'];
const path = '/api/isp/billing/credit-notes';

const list = apiRoute('billing.read', {
  method: 'get',
  path,
  tags,
  summary: 'Credit notes, newest first',
  request: { query: z.strictObject({ ...invoiceQuery, invoice_id: idInput<InvoiceId>().optional() }) },
  responses: { 200: listResponse(creditNoteSchema, 'Credit notes.') },
});

const read = apiRoute('billing.read', {
  method: 'get',
  path: `${path}/{id}`,
  tags,
  summary: 'One credit note',
  request: { params: idParams<CreditNoteId>() },
  responses: { 200: json(creditNoteSchema, 'The credit note.') },
});

const pdf = apiRoute('billing.read', {
  method: 'get',
  path: `${path}/{id}/pdf`,
  tags,
  summary: 'One credit note as PDF',
  request: { params: idParams<CreditNoteId>() },
  responses: { 200: pdfResponse('The credit note.') },
});

const issue = apiRoute('billing.correct', {
  method: 'post',
  path: '/api/isp/billing/invoices/{id}/credit-notes',
  tags,
  summary: 'Give credit on an invoice: its balance first, the rest to the credit balance',
  request: {
    params: idParams<InvoiceId>(),
    ...body(
      z.strictObject({
        amount: moneyInput.openapi({ description: 'With tax, in minor units.' }),
        reason: reasonInput,
      }),
    ),
  },
  responses: { 201: json(creditNoteSchema, 'The credit note.') },
});

/** Corrections of invoices. */
export function creditNotesRoutes(context: HttpContext): OpenAPIHono<HttpEnv> {
  const { deps, printing } = context;
  return openApiApp()
    .openapi(list, async (c) => {
      const query = c.req.valid('query');
      const { customer_id: customerId, service_id: serviceId, invoice_id: invoiceId } = query;
      const { kind, status, from, to } = query;
      const { today } = await contextOf(c, context);
      const invoiceStatus = status && { is: status, on: today };
      const filter = { customerId, serviceId, invoiceId, kind, invoiceStatus, from, to };
      return answerList(c, query, {
        fetch: ({ after, limit }) =>
          readCreditNotes(deps.db, { ...filter, limit, beforeId: beforeIdOf(after) }),
        cursorOf: (note) => [note.id],
        item: creditNoteJson,
      });
    })
    .openapi(read, async (c) =>
      c.json(creditNoteJson(await readCreditNote(deps.db, c.req.valid('param').id)), 200),
    )
    .openapi(pdf, async (c) => answerPdf(await printCreditNote(printing, { id: c.req.valid('param').id })))
    .openapi(issue, async (c) => {
      const { amount: grossMinor, reason } = c.req.valid('json');
      const draft = { invoiceId: c.req.valid('param').id, grossMinor };
      const note = await inBilling(deps, actorOf(c), (tx, ctx) => giveCredit(tx, ctx, draft, reason));
      return c.json(creditNoteJson(await readCreditNote(deps.db, note.id)), 201);
    });
}
