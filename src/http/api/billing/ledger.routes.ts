import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { printStatement } from '../../../billing/documents/printing.service.ts';
import { ledgerBalances } from '../../../billing/ledger/balance.service.ts';
import { ACCOUNTS } from '../../../billing/ledger/posting.ts';
import { openStatement } from '../../../billing/ledger/statement.service.ts';
import type { CustomerId } from '../../../kernel/ids.ts';
import { getCustomer } from '../../../subscribers/customers/customer.service.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, json, openApiApp } from '../../openapi.ts';
import { answerPdf, pdfResponse } from '../../pdf.ts';
import { idInput, idParams, money, number } from '../../schemas/values.ts';
import { contextOf } from './billing-requests.ts';
import { answerStatement, dateOf, rangeOf, rangeQuery, statementResponse } from './statement-answer.ts';

const statement = apiRoute('billing.read', {
  method: 'get',
  path: '/api/isp/billing/customers/{id}/statement',
  tags: ['Billing'],
  summary: 'Statement of account over local dates [from, to)',
  request: { params: idParams<CustomerId>(), query: z.strictObject(rangeQuery) },
  responses: { 200: statementResponse },
});

const statementPdf = apiRoute('billing.read', {
  method: 'get',
  path: '/api/isp/billing/customers/{id}/statement/pdf',
  tags: ['Billing'],
  summary: 'Statement of account as PDF, up to today unless it says otherwise',
  request: { params: idParams<CustomerId>(), query: z.strictObject(rangeQuery) },
  responses: { 200: pdfResponse('The statement.') },
});

const ledger = apiRoute('reports.read', {
  method: 'get',
  path: '/api/isp/reports/ledger',
  tags: ['Reports'],
  summary: 'What every account of the ledger holds, or how it moved over local dates [from, to)',
  request: { query: z.strictObject({ ...rangeQuery, customer_id: idInput<CustomerId>().optional() }) },
  responses: {
    200: json(
      z
        .object({
          items: z.array(
            z.object({
              account: z.enum(ACCOUNTS),
              currency: z.string(),
              balance: money.openapi({ description: 'A debit is positive.' }),
            }),
          ),
        })
        .openapi('LedgerBalances'),
      'Balances.',
    ),
  },
});

/** The books as they are shown. */
export function ledgerRoutes(context: HttpContext): OpenAPIHono<HttpEnv> {
  const { deps } = context;
  return openApiApp()
    .openapi(statement, async (c) => {
      const query = c.req.valid('query');
      const customer = await getCustomer(deps.db, c.req.valid('param').id);
      const head = {
        customer_id: number(customer.id),
        currency: customer.currency,
        from: query.from ?? null,
        to: query.to ?? null,
      };
      const opened = await openStatement(deps.db, { customerId: customer.id, ...rangeOf(query) });
      // The body has the shape of the schema; a type cannot say so of a stream.
      return answerStatement(c.req.header('accept'), head, opened) as never;
    })
    .openapi(statementPdf, async (c) => {
      const range = { customerId: c.req.valid('param').id, ...rangeOf(c.req.valid('query')) };
      return answerPdf(await printStatement(context.printing, range));
    })
    .openapi(ledger, async (c) => {
      const { from, to, customer_id: customerId } = c.req.valid('query');
      const { settings } = await contextOf(c, context);
      const balances = await ledgerBalances(deps.db, { from: dateOf(from), to: dateOf(to), customerId });
      const currencies = new Set([settings.isp_currency, ...balances.map((one) => one.currency)]);
      const items = [...currencies].flatMap((currency) =>
        ACCOUNTS.map((account) => {
          const found = balances.find((one) => one.account === account && one.currency === currency);
          return { account, currency, balance: number(found?.balanceMinor ?? 0n) };
        }),
      );
      return c.json({ items }, 200);
    });
}
