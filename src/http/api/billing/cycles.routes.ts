import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { Temporal } from 'temporal-polyfill';
import { readBillingContext } from '../../../billing/billing-context.service.ts';
import { type ListedCycle, readCycles } from '../../../billing/cycles/cycle-list.service.ts';
import { generateInvoice } from '../../../billing/cycles/reissue.service.ts';
import { readInvoice } from '../../../billing/invoices/invoice-read.service.ts';
import type { ServiceId } from '../../../kernel/ids.ts';
import { localDate as dateOf } from '../../../subscribers/period.ts';
import { actorOf } from '../../access.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, body, json, openApiApp } from '../../openapi.ts';
import { answerList, listResponse, pageQuery } from '../../paging.ts';
import { id, idInput, localDate, money, number, numberOrNull } from '../../schemas/values.ts';
import { invoiceJson, invoiceSchema } from './document-schemas.ts';

const cycleSchema = z
  .object({
    id,
    service_id: id,
    seq: z.int(),
    period_start: localDate,
    period_end: localDate,
    state: z.enum(['open', 'closed', 'replaced']),
    allowance_bytes: z.int().nullable().openapi({ description: 'Null = unlimited.' }),
    used_bytes: z.int(),
    overage: money.nullable().openapi({ description: 'Charged for data beyond it; null until it ended.' }),
    invoice_id: id.nullable(),
    invoice: z.string().nullable(),
  })
  .openapi('BillingCycle');

const list = apiRoute('billing.read', {
  method: 'get',
  path: '/api/isp/billing/cycles/{service_id}',
  tags: ['Service billing'],
  summary: 'The billing periods of a service, newest first',
  request: {
    params: z.object({
      service_id: idInput<ServiceId>().openapi({ param: { name: 'service_id', in: 'path' } }),
    }),
    query: z.strictObject(pageQuery),
  },
  responses: { 200: listResponse(cycleSchema, 'Its periods.') },
});

const generate = apiRoute('billing.write', {
  method: 'post',
  path: '/api/isp/billing/generate-invoice',
  tags: ['Service billing'],
  summary: 'Bill what is due of a service, or issue the voided invoice of its period anew',
  request: body(z.strictObject({ service_id: idInput<ServiceId>() })),
  responses: {
    201: json(
      invoiceSchema.partial().extend({ service_id: id, invoices: z.array(invoiceSchema) }),
      'The newest invoice, and all of them, oldest first.',
    ),
  },
});

/** Billing periods and their invoices. */
export function cyclesRoutes({ deps }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp()
    .openapi(list, async (c) => {
      const { service_id: serviceId } = c.req.valid('param');
      const { settings } = await readBillingContext(deps.db, deps.clock, actorOf(c));
      return answerList(c, c.req.valid('query'), {
        fetch: ({ after, limit }) =>
          readCycles(deps.db, {
            serviceId,
            beforeSeq: after === undefined ? undefined : Number(after[0]),
            limit,
          }),
        cursorOf: (cycle) => [String(cycle.seq)],
        item: (cycle) => cycleJson(cycle, serviceId, settings.isp_timezone),
      });
    })
    .openapi(generate, async (c) => {
      const { service_id: serviceId } = c.req.valid('json');
      const ctx = await readBillingContext(deps.db, deps.clock, actorOf(c));
      const issued = await generateInvoice(deps.db, ctx, serviceId);
      const views = await Promise.all(issued.map((invoice) => readInvoice(deps.db, invoice.id)));
      const invoices = views.map((view) => invoiceJson(view, ctx.today));
      return c.json({ ...invoices.at(-1), service_id: number(serviceId), invoices }, 201);
    });
}

function cycleJson(cycle: ListedCycle, serviceId: ServiceId, timeZone: string): z.input<typeof cycleSchema> {
  const on = (at: Date): string =>
    dateOf(Temporal.Instant.fromEpochMilliseconds(at.getTime()), timeZone).toString();
  return {
    id: number(cycle.id),
    service_id: number(serviceId),
    seq: cycle.seq,
    period_start: on(cycle.startAt),
    period_end: on(cycle.endAt),
    state: cycle.state as z.input<typeof cycleSchema>['state'],
    allowance_bytes: numberOrNull(cycle.allowanceOctets),
    used_bytes: number(cycle.usedOctets),
    overage: numberOrNull(cycle.overageMinor),
    invoice_id: numberOrNull(cycle.invoiceId),
    invoice: cycle.invoiceNumber ?? null,
  };
}
