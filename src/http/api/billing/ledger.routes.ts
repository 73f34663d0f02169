import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { Temporal } from 'temporal-polyfill';
import { ledgerBalances } from '../../../billing/ledger/balance.service.ts';
import { ACCOUNTS } from '../../../billing/ledger/posting.ts';
import { openStatement, type Statement } from '../../../billing/ledger/statement.service.ts';
import type { CustomerId } from '../../../kernel/ids.ts';
import { getCustomer } from '../../../subscribers/customer.service.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, json, openApiApp } from '../../openapi.ts';
import { id, idInput, idParams, localDate, money, number } from '../../schemas/values.ts';
import { contextOf } from './billing-requests.ts';

const range = {
  from: localDate.optional().openapi({ description: 'From this local date on.' }),
  to: localDate.optional().openapi({ description: 'Before this local date.' }),
};

const statementSchema = z
  .object({
    customer_id: id,
    currency: z.string(),
    from: localDate.nullable(),
    to: localDate.nullable(),
    opening_balance: money,
    entries: z.array(
      z.object({
        date: localDate,
        kind: z.string(),
        document: z.string().openapi({ example: 'INV-000001' }),
        amount: money.openapi({ description: 'Positive when more is owed.' }),
        balance: money.openapi({ description: 'What is owed less the credit.' }),
      }),
    ),
    closing_balance: money,
  })
  .openapi('Statement');

const statement = apiRoute('billing.read', {
  method: 'get',
  path: '/api/isp/billing/customers/{id}/statement',
  tags: ['Billing'],
  summary: 'Statement of account over local dates [from, to)',
  request: { params: idParams<CustomerId>(), query: z.strictObject(range) },
  responses: { 200: json(statementSchema, 'The statement, streamed.') },
});

const ledger = apiRoute('reports.read', {
  method: 'get',
  path: '/api/isp/reports/ledger',
  tags: ['Reports'],
  summary: 'What every account of the ledger holds, or how it moved over local dates [from, to)',
  request: { query: z.strictObject({ ...range, customer_id: idInput<CustomerId>().optional() }) },
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
      const { from, to } = c.req.valid('query');
      const customer = await getCustomer(deps.db, c.req.valid('param').id);
      const range = { customerId: customer.id, from: dateOf(from), to: dateOf(to) };
      const head = {
        customer_id: number(customer.id),
        currency: customer.currency,
        from: from ?? null,
        to: to ?? null,
      };
      // The body has the shape of the schema; a type cannot say so of a stream.
      return streamed(head, await openStatement(deps.db, range)) as never;
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

function dateOf(text: string | undefined): Temporal.PlainDate | undefined {
  return text === undefined ? undefined : Temporal.PlainDate.from(text);
}

/** Writes a statement as it is read, so that a long one takes no memory. */
function streamed(head: object, { openingMinor, entries }: Statement): Response {
  const encoder = new TextEncoder();
  const lines = entries();
  let closingMinor = openingMinor;
  let isFirst = true;
  const opening = JSON.stringify({ ...head, opening_balance: number(openingMinor) }).slice(0, -1);
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode(`${opening},"entries":[`)),
    pull: async (controller) => {
      const next = await lines.next();
      if (next.done === true) {
        controller.enqueue(encoder.encode(`],"closing_balance":${number(closingMinor)}}`));
        controller.close();
        return;
      }
      const { on, event, document, amountMinor, balanceMinor } = next.value;
      closingMinor = balanceMinor;
      const entry = {
        date: on.toString(),
        kind: event,
        document,
        amount: number(amountMinor),
        balance: number(balanceMinor),
      };
      controller.enqueue(encoder.encode(`${isFirst ? '' : ','}${JSON.stringify(entry)}`));
      isFirst = false;
    },
    cancel: async () => {
      await lines.return();
    },
  });
  return new Response(body, { headers: { 'Content-Type': 'application/json; charset=UTF-8' } });
}
