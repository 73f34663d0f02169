import { type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  type PaymentView,
  readPayment,
  readPayments,
} from '../../../billing/payments/payment-read.service.ts';
import { refundPayment } from '../../../billing/payments/refund.service.ts';
import { takePayment } from '../../../billing/prepaid/top-up.service.ts';
import { inBilling } from '../../../billing/use-case.service.ts';
import type { CustomerId, InvoiceId, PaymentId } from '../../../kernel/ids.ts';
import { line } from '../../../platform/text.ts';
import { actorOf } from '../../access.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, body, json, openApiApp } from '../../openapi.ts';
import { answerList, listResponse } from '../../paging.ts';
import { currencyInput } from '../../schemas/customer.ts';
import {
  id,
  idInput,
  idParams,
  instant,
  money,
  moneyInput,
  number,
  numberOrNull,
} from '../../schemas/values.ts';
import {
  beforeIdOf,
  contextOf,
  instantOf,
  invoiceQuery,
  mayBeEmpty,
  reasonInput,
} from './billing-requests.ts';

const tags = ['Billing'];
const path = '/api/isp/billing/payments';

const paymentSchema = z
  .object({
    id,
    customer_id: id,
    amount: money,
    currency: z.string(),
    method: z.string(),
    provider: z.string(),
    external_ref: z.string().nullable(),
    invoice_id: id.nullable().openapi({ description: 'The invoice it was meant for.' }),
    refunded: money,
    received_at: instant,
    allocations: z.array(z.object({ invoice_id: id, invoice: z.string(), amount: money })),
    credit: money.openapi({ description: 'What is left of it in the credit balance.' }),
  })
  .openapi('Payment');

const list = apiRoute('billing.read', {
  method: 'get',
  path,
  tags,
  summary: 'Payments, newest first',
  request: { query: z.strictObject(invoiceQuery) },
  responses: { 200: listResponse(paymentSchema, 'Payments.') },
});

const read = apiRoute('billing.read', {
  method: 'get',
  path: `${path}/{id}`,
  tags,
  summary: 'One payment',
  request: { params: idParams<PaymentId>() },
  responses: { 200: json(paymentSchema, 'The payment.') },
});

const receive = apiRoute('billing.write', {
  method: 'post',
  path,
  tags,
  summary: 'Record a payment: the named invoice first, then the oldest, the rest is credit',
  description: 'The same `external_ref` of a provider is the same payment: it is answered again with 200.',
  request: body(
    z.strictObject({
      customer_id: idInput<CustomerId>(),
      amount: moneyInput,
      currency: currencyInput.optional(),
      method: line(100).default('cash'),
      provider: line(100).default('manual'),
      external_ref: line(200).nullish(),
      invoice_id: idInput<InvoiceId>().nullish(),
    }),
  ),
  responses: {
    200: json(paymentSchema, 'It was recorded before.'),
    201: json(paymentSchema, 'The payment.'),
  },
});

const refund = apiRoute('billing.correct', {
  method: 'post',
  path: `${path}/{id}/refund`,
  tags,
  summary: 'Give a payment back: out of the credit balance first, then off the latest invoices',
  request: {
    params: idParams<PaymentId>(),
    ...mayBeEmpty(
      z.strictObject({
        amount: moneyInput.optional().openapi({ description: 'Left out: all that is left of the payment.' }),
        reason: reasonInput,
      }),
    ),
  },
  responses: { 200: json(paymentSchema, 'The payment as it is now.') },
});

/** Money in and out. */
export function paymentsRoutes(context: HttpContext): OpenAPIHono<HttpEnv> {
  const { deps } = context;
  return openApiApp()
    .openapi(list, async (c) => {
      const query = c.req.valid('query');
      const ctx = await contextOf(c, context);
      const filter = {
        customerId: query.customer_id,
        serviceId: query.service_id,
        kind: query.kind,
        invoiceStatus: query.status && { is: query.status, on: ctx.today },
        from: instantOf(ctx, query.from),
        to: instantOf(ctx, query.to),
      };
      return answerList(c, query, {
        fetch: ({ after, limit }) => readPayments(deps.db, { ...filter, limit, beforeId: beforeIdOf(after) }),
        cursorOf: (payment) => [payment.id],
        item: paymentJson,
      });
    })
    .openapi(read, async (c) => c.json(paymentJson(await readPayment(deps.db, c.req.valid('param').id)), 200))
    .openapi(receive, async (c) => {
      const input = c.req.valid('json');
      const order = {
        customerId: input.customer_id,
        amountMinor: input.amount,
        currency: input.currency,
        method: input.method,
        provider: input.provider,
        externalRef: input.external_ref ?? undefined,
        invoiceId: input.invoice_id ?? undefined,
      };
      const received = await inBilling(deps, actorOf(c), (tx, ctx) => takePayment(tx, ctx, order));
      const answer = paymentJson(await readPayment(deps.db, received.payment.id));
      return received.isRepeat ? c.json(answer, 200) : c.json(answer, 201);
    })
    .openapi(refund, async (c) => {
      const input = c.req.valid('json');
      const paymentId = c.req.valid('param').id;
      const order = { paymentId, amountMinor: input?.amount, reason: input?.reason };
      await inBilling(deps, actorOf(c), (tx, ctx) => refundPayment(tx, ctx, order));
      return c.json(paymentJson(await readPayment(deps.db, paymentId)), 200);
    });
}

function paymentJson(payment: PaymentView): z.input<typeof paymentSchema> {
  return {
    id: number(payment.id),
    customer_id: number(payment.customerId),
    amount: number(payment.amountMinor),
    currency: payment.currency,
    method: payment.method,
    provider: payment.provider,
    external_ref: payment.externalRef ?? null,
    invoice_id: numberOrNull(payment.invoiceId),
    refunded: number(payment.refundedMinor),
    received_at: payment.receivedAt.toISOString(),
    allocations: payment.allocations.map((one) => ({
      invoice_id: number(one.invoiceId),
      invoice: one.invoice,
      amount: number(one.amountMinor),
    })),
    credit: number(payment.creditMinor),
  };
}
