import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { printStatement } from '../../../billing/documents/printing.service.ts';
import { openStatement } from '../../../billing/ledger/statement.service.ts';
import { getCustomer } from '../../../subscribers/customers/customer.service.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, openApiApp } from '../../openapi.ts';
import { answerPdf, pdfResponse } from '../../pdf.ts';
import { number } from '../../schemas/values.ts';
import { answerStatement, rangeOf, rangeQuery, statementResponse } from '../billing/statement-answer.ts';
import { customerOf } from './own.ts';

const tags = ['Customer'];
const path = '/api/customer/statement';
const request = { query: z.strictObject(rangeQuery) };

const statement = apiRoute('own.read', {
  method: 'get',
  path,
  tags,
  summary: 'My statement of account over local dates [from, to)',
  request,
  responses: { 200: statementResponse },
});

const statementPdf = apiRoute('own.read', {
  method: 'get',
  path: `${path}/pdf`,
  tags,
  summary: 'My statement of account as PDF, up to today unless it says otherwise',
  request,
  responses: { 200: pdfResponse('The statement.') },
});

/** A customer's own statement of account. */
export function ownStatementRoutes({ deps, printing }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp()
    .openapi(statement, async (c) => {
      const query = c.req.valid('query');
      const customer = await getCustomer(deps.db, customerOf(c));
      const { currency } = customer;
      const head = {
        customer_id: number(customer.id),
        currency,
        from: query.from ?? null,
        to: query.to ?? null,
      };
      const opened = await openStatement(deps.db, { customerId: customer.id, ...rangeOf(query) });
      // The body has the shape of the schema; a type cannot say so of a stream.
      return answerStatement(c.req.header('accept'), head, opened) as never;
    })
    .openapi(statementPdf, async (c) => {
      const range = { customerId: customerOf(c), ...rangeOf(c.req.valid('query')) };
      return answerPdf(await printStatement(printing, range));
    });
}
