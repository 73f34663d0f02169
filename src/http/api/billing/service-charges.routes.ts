import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { readBillingContext } from '../../../billing/billing-context.service.ts';
import { addItem } from '../../../billing/cycles/item.service.ts';
import { forecastCustomer, forecastInvoice } from '../../../billing/cycles/preview.service.ts';
import { redeemOnService } from '../../../billing/cycles/start-billing.service.ts';
import { inBilling } from '../../../billing/use-case.service.ts';
import type { CustomerId, ServiceId } from '../../../kernel/ids.ts';
import { actorOf } from '../../access.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, body, json, openApiApp } from '../../openapi.ts';
import { documentJson, documentSchema, forecastJson, forecastSchema } from '../../schemas/invoice-preview.ts';
import { id, idParams, localDate, money, moneyInput, number } from '../../schemas/values.ts';

const params = idParams<ServiceId>();
const promotion = apiRoute('services.write', {
  method: 'post',
  path: '/api/isp/services/{id}/promotions',
  tags: ['Service billing'],
  summary: 'Redeem a promotion code: it discounts base lines from the next one on',
  request: { params, ...body(z.strictObject({ code: z.string().min(1).max(63) })) },
  responses: {
    200: json(
      z.object({
        id,
        code: z.string(),
        service_id: id,
        cycles_left: z.int().nullable().openapi({ description: 'Base lines still to discount; null = all.' }),
      }),
      'The redemption.',
    ),
  },
});
const item = apiRoute('billing.write', {
  method: 'post',
  path: '/api/isp/billing/services/{id}/items',
  tags: ['Service billing'],
  summary: 'Add a one-off item: to the next invoice, or with `invoice_now` on one of its own',
  request: {
    params,
    ...body(
      z.strictObject({
        amount: moneyInput,
        description: z.string().max(200),
        invoice_now: z.boolean().default(false),
      }),
    ),
  },
  responses: {
    201: json(
      z.object({
        id,
        service_id: id,
        amount: money,
        description: z.string(),
        invoice: documentSchema.nullable(),
      }),
      'The item, and its invoice when it has one already.',
    ),
  },
});
const forecast = apiRoute('billing.read', {
  method: 'get',
  path: '/api/isp/billing/services/{id}/forecast',
  tags: ['Service billing'],
  summary: 'The next invoice of a service by what is known now; nothing is kept',
  request: { params },
  responses: {
    200: json(
      z.object({ next_billing_date: localDate.nullable(), invoices: z.array(forecastSchema) }),
      'The invoices of the next boundary; none when nothing is owed.',
    ),
  },
});

const customerForecast = apiRoute('billing.read', {
  method: 'get',
  path: '/api/isp/billing/customers/{id}/forecast',
  tags: ['Service billing'],
  summary: 'The next invoices of a customer by what is known now, service by service; nothing is kept',
  request: { params: idParams<CustomerId>() },
  responses: {
    200: json(
      z.object({
        items: z.array(
          z.object({
            service_id: id,
            next_billing_date: localDate.nullable(),
            invoices: z.array(forecastSchema),
          }),
        ),
      }),
      'His services that will be billed.',
    ),
  },
});

/** What is sold or given with one service, and what its next invoice will be. */
export function serviceChargeRoutes({ deps }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp()
    .openapi(promotion, async (c) => {
      const { id: serviceId } = c.req.valid('param');
      const { code } = c.req.valid('json');
      const redeemed = await inBilling(deps, actorOf(c), (tx, ctx) =>
        redeemOnService(tx, ctx, serviceId, code),
      );
      return c.json(
        {
          id: number(redeemed.id),
          code: redeemed.promotion.code,
          service_id: number(serviceId),
          cycles_left: redeemed.cyclesLeft,
        },
        200,
      );
    })
    .openapi(item, async (c) => {
      const { id: serviceId } = c.req.valid('param');
      const { amount: amountMinor, description, invoice_now: isInvoicedNow } = c.req.valid('json');
      const order = { serviceId, amountMinor, description, isInvoicedNow };
      const added = await inBilling(deps, actorOf(c), (tx, ctx) => addItem(tx, ctx, order));
      const { invoice } = added;
      return c.json(
        {
          id: number(added.id),
          service_id: number(serviceId),
          amount: number(added.amountMinor),
          description: added.description,
          invoice: documentJson(invoice),
        },
        201,
      );
    })
    .openapi(forecast, async (c) => {
      const ctx = await readBillingContext(deps.db, deps.clock, actorOf(c));
      const { on, invoices } = await forecastInvoice(deps.db, ctx, c.req.valid('param').id);
      return c.json({ next_billing_date: on?.toString() ?? null, invoices: invoices.map(forecastJson) }, 200);
    })
    .openapi(customerForecast, async (c) => {
      const ctx = await readBillingContext(deps.db, deps.clock, actorOf(c));
      const forecasts = await forecastCustomer(deps.db, ctx, c.req.valid('param').id);
      const items = forecasts.map(({ serviceId, forecast: { on, invoices } }) => ({
        service_id: number(serviceId),
        next_billing_date: on?.toString() ?? null,
        invoices: invoices.map(forecastJson),
      }));
      return c.json({ items }, 200);
    });
}
