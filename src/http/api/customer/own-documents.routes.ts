import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { printCreditNote, printInvoice } from '../../../billing/documents/printing.service.ts';
import { invoiceNotFound } from '../../../billing/invoices/credit-note.service.ts';
import {
  creditNoteNotFound,
  readCreditNote,
  readCreditNotes,
} from '../../../billing/invoices/credit-note-read.service.ts';
import { readInvoice, readInvoices } from '../../../billing/invoices/invoice-read.service.ts';
import { INVOICE_STATUSES } from '../../../billing/receivables/invoice-status.ts';
import type { CreditNoteId, InvoiceId } from '../../../kernel/ids.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, json, openApiApp } from '../../openapi.ts';
import { answerList, listResponse, pageQuery } from '../../paging.ts';
import { answerPdf, pdfResponse } from '../../pdf.ts';
import { idParams } from '../../schemas/values.ts';
import { beforeIdOf, contextOf } from '../billing/billing-requests.ts';
import { creditNoteJson, creditNoteSchema, invoiceJson, invoiceSchema } from '../billing/document-schemas.ts';
import { customerOf } from './own.ts';

const tags = ['Customer'];
const invoicePath = '/api/customer/invoices';
const notePath = '/api/customer/credit-notes';
const invoiceParams = idParams<InvoiceId>();
const noteParams = idParams<CreditNoteId>();

const invoices = apiRoute('own.read', {
  method: 'get',
  path: invoicePath,
  tags,
  summary: 'My invoices, newest first',
  request: { query: z.strictObject({ ...pageQuery, status: z.enum(INVOICE_STATUSES).optional() }) },
  responses: { 200: listResponse(invoiceSchema, 'My invoices.') },
});

const invoice = apiRoute('own.read', {
  method: 'get',
  path: `${invoicePath}/{id}`,
  tags,
  summary: 'One of my invoices',
  request: { params: invoiceParams },
  responses: { 200: json(invoiceSchema, 'The invoice.') },
});

const invoicePdf = apiRoute('own.read', {
  method: 'get',
  path: `${invoicePath}/{id}/pdf`,
  tags,
  summary: 'One of my invoices as PDF',
  request: { params: invoiceParams },
  responses: { 200: pdfResponse('The invoice.') },
});

const notes = apiRoute('own.read', {
  method: 'get',
  path: notePath,
  tags,
  summary: 'My credit notes, newest first',
  request: { query: z.strictObject(pageQuery) },
  responses: { 200: listResponse(creditNoteSchema, 'My credit notes.') },
});

const note = apiRoute('own.read', {
  method: 'get',
  path: `${notePath}/{id}`,
  tags,
  summary: 'One of my credit notes',
  request: { params: noteParams },
  responses: { 200: json(creditNoteSchema, 'The credit note.') },
});

const notePdf = apiRoute('own.read', {
  method: 'get',
  path: `${notePath}/{id}/pdf`,
  tags,
  summary: 'One of my credit notes as PDF',
  request: { params: noteParams },
  responses: { 200: pdfResponse('The credit note.') },
});

/** A customer's own documents; of others' not even the existence. */
export function ownDocumentRoutes(context: HttpContext): OpenAPIHono<HttpEnv> {
  const { printing } = context;
  const { db } = context.deps;
  return openApiApp()
    .openapi(invoices, async (c) => {
      const query = c.req.valid('query');
      const filter = { customerId: customerOf(c), status: query.status };
      const { today } = await contextOf(c, context);
      return answerList(c, query, {
        fetch: ({ after, limit }) =>
          readInvoices(db, { ...filter, limit, beforeId: beforeIdOf(after) }, today),
        cursorOf: (view) => [view.invoice.id],
        item: (view) => invoiceJson(view, today),
      });
    })
    .openapi(invoice, async (c) => {
      const owner = customerOf(c);
      const { id } = c.req.valid('param');
      const { today } = await contextOf(c, context);
      const view = await readInvoice(db, id);
      if (view.invoice.customerId !== owner) throw invoiceNotFound(id);
      return c.json(invoiceJson(view, today), 200);
    })
    .openapi(invoicePdf, async (c) =>
      answerPdf(await printInvoice(printing, { id: c.req.valid('param').id, owner: customerOf(c) })),
    )
    .openapi(notes, (c) => {
      const query = c.req.valid('query');
      const customerId = customerOf(c);
      return answerList(c, query, {
        fetch: ({ after, limit }) => readCreditNotes(db, { customerId, limit, beforeId: beforeIdOf(after) }),
        cursorOf: (one) => [one.id],
        item: creditNoteJson,
      });
    })
    .openapi(note, async (c) => {
      const owner = customerOf(c);
      const { id } = c.req.valid('param');
      const found = await readCreditNote(db, id);
      if (found.customerId !== owner) throw creditNoteNotFound(id);
      return c.json(creditNoteJson(found), 200);
    })
    .openapi(notePdf, async (c) =>
      answerPdf(await printCreditNote(printing, { id: c.req.valid('param').id, owner: customerOf(c) })),
    );
}
