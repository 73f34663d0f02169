import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { Temporal } from 'temporal-polyfill';
import { printVoucherBatch } from '../../billing/documents/voucher-printing.service.ts';
import {
  addVoucher,
  addVoucherBatch,
  type PrintedVoucher,
  readVouchers,
} from '../../billing/prepaid/voucher.service.ts';
import { type NewVoucher, VOUCHER_TYPES, type Voucher } from '../../billing/prepaid/voucher.ts';
import { redeemVoucher } from '../../billing/prepaid/voucher-redemption.service.ts';
import { inBilling } from '../../billing/use-case.service.ts';
import type { CustomerId, PlanId, ServiceId } from '../../kernel/ids.ts';
import { line } from '../../platform/text.ts';
import { actorOf } from '../access.ts';
import type { HttpContext, HttpEnv } from '../context.ts';
import { apiRoute, body, json, openApiApp } from '../openapi.ts';
import { answerList, idOfCursor, listResponse, pageQuery } from '../paging.ts';
import { answerPdf, pdfResponse } from '../pdf.ts';
import { currencyInput } from '../schemas/customer.ts';
import {
  flagInput,
  id,
  idInput,
  idParams,
  instant,
  instantInput,
  money,
  moneyInput,
  number,
  numberOrNull,
} from '../schemas/values.ts';

const tags = ['Vouchers'];
const path = '/api/isp/vouchers';
const BATCH_MAX = 1_000;

const voucherFields = {
  id,
  type: z.enum(VOUCHER_TYPES),
  value: money.nullable(),
  currency: z.string().nullable(),
  package_id: id.nullable(),
  batch_id: id.nullable(),
  expires_at: instant.nullable(),
  used_at: instant.nullable(),
  used_by: id.nullable().openapi({ description: 'The customer who used it.' }),
  service_id: id.nullable().openapi({ description: 'The service it was used for.' }),
  created_at: instant,
};
const usedSchema = z.object(voucherFields).openapi('UsedVoucher');
const voucherSchema = z.object({ ...voucherFields, code: z.string() }).openapi('Voucher');

const worthInput = {
  type: z.enum(VOUCHER_TYPES),
  value: moneyInput.nullish().openapi({ description: 'Of a credit voucher.' }),
  currency: currencyInput.nullish().openapi({ description: 'Left out: that of the installation.' }),
  package_id: idInput<PlanId>()
    .nullish()
    .openapi({ description: 'Of a package voucher: a prepaid package.' }),
  expires_at: instantInput.nullish().openapi({ description: 'From this instant on it is refused.' }),
};

const create = apiRoute('billing.correct', {
  method: 'post',
  path,
  tags,
  summary: 'Make a voucher; its code is made when none is named',
  request: body(z.strictObject({ code: line(60).optional(), ...worthInput })),
  responses: { 201: json(voucherSchema, 'The voucher.') },
});

const list = apiRoute('billing.correct', {
  method: 'get',
  path,
  tags,
  summary: 'Vouchers with their codes, newest first',
  request: {
    query: z.strictObject({
      ...pageQuery,
      batch_id: idInput<string>().optional(),
      used: flagInput.optional(),
    }),
  },
  responses: { 200: listResponse(voucherSchema, 'Vouchers.') },
});

const createBatch = apiRoute('billing.correct', {
  method: 'post',
  path: `${path}/batches`,
  tags,
  summary: 'Make many vouchers of one worth, to be printed',
  request: body(
    z.strictObject({
      name: line(100).optional(),
      count: z.int().min(1).max(BATCH_MAX),
      ...worthInput,
    }),
  ),
  responses: {
    201: json(
      z.object({ id, name: z.string(), count: z.int(), items: z.array(voucherSchema) }),
      'The batch with its codes.',
    ),
  },
});

const batchPdf = apiRoute('billing.correct', {
  method: 'get',
  path: `${path}/batches/{id}/pdf`,
  tags,
  summary: 'The vouchers of a batch that were not used yet, as cards to cut',
  request: { params: idParams<string>() },
  responses: { 200: pdfResponse('24 cards on a page.') },
});

const redeem = apiRoute('billing.write', {
  method: 'post',
  path: `${path}/redeem`,
  tags,
  summary: 'Use a voucher: credit to the wallet, or a free period for a prepaid service',
  request: body(
    z.strictObject({
      code: line(100),
      customer_id: idInput<CustomerId>(),
      service_id: idInput<ServiceId>().nullish().openapi({
        description: 'Of a package voucher; may be left out when the customer has one prepaid service.',
      }),
    }),
  ),
  responses: { 200: json(usedSchema, 'The voucher, used.') },
});

/** Vouchers: made and printed by administrators, used once by anybody. */
export function vouchersRoutes({ deps, printing }: HttpContext): OpenAPIHono<HttpEnv> {
  const { db, box } = deps;
  return openApiApp()
    .openapi(create, async (c) => {
      const { code, ...input } = c.req.valid('json');
      const made = await inBilling(deps, actorOf(c), (tx, ctx) =>
        addVoucher(tx, ctx, box, { ...worthOf(input, ctx.settings.isp_currency), code }),
      );
      return c.json(printedJson(made), 201);
    })
    .openapi(createBatch, async (c) => {
      const { name = 'Vouchers', count, ...input } = c.req.valid('json');
      const batch = await inBilling(deps, actorOf(c), (tx, ctx) =>
        addVoucherBatch(tx, ctx, box, { ...worthOf(input, ctx.settings.isp_currency), name, count }),
      );
      const items = batch.vouchers.map(printedJson);
      return c.json({ id: number(batch.id), name: batch.name, count, items }, 201);
    })
    .openapi(batchPdf, async (c) =>
      answerPdf(await printVoucherBatch({ ...printing, box }, c.req.valid('param').id)),
    )
    .openapi(redeem, async (c) => {
      const { code, customer_id: customerId, service_id: serviceId } = c.req.valid('json');
      const order = { code, customerId, serviceId: serviceId ?? undefined };
      const used = await inBilling(deps, actorOf(c), (tx, ctx) => redeemVoucher(tx, ctx, box, order));
      return c.json(voucherJson(used), 200);
    })
    .openapi(list, (c) => {
      const query = c.req.valid('query');
      return answerList(c, query, {
        fetch: ({ after, limit }) =>
          readVouchers(db, box, {
            batchId: query.batch_id,
            isUsed: query.used,
            beforeId: after && idOfCursor(after),
            limit,
          }),
        cursorOf: (voucher) => [voucher.id],
        item: printedJson,
      });
    });
}

interface WorthInput {
  readonly type: Voucher['worth']['type'];
  readonly value?: bigint | null | undefined;
  readonly currency?: string | null | undefined;
  readonly package_id?: PlanId | null | undefined;
  readonly expires_at?: Date | null | undefined;
}

function worthOf(input: WorthInput, currency: string): NewVoucher {
  const at = input.expires_at;
  return {
    type: input.type,
    valueMinor: input.value ?? undefined,
    currency: input.currency ?? currency,
    planId: input.package_id ?? undefined,
    expiresAt: at ? Temporal.Instant.fromEpochMilliseconds(at.getTime()) : undefined,
  };
}

function printedJson(voucher: PrintedVoucher) {
  return { ...voucherJson(voucher), code: voucher.code };
}

function voucherJson({ worth, ...voucher }: Voucher) {
  const credit = worth.type === 'credit' ? worth : undefined;
  return {
    id: number(voucher.id),
    type: worth.type,
    value: numberOrNull(credit?.valueMinor),
    currency: credit?.currency ?? null,
    package_id: worth.type === 'package' ? number(worth.planId) : null,
    batch_id: numberOrNull(voucher.batchId),
    expires_at: utc(voucher.expiresAt),
    used_at: utc(voucher.usedAt),
    used_by: numberOrNull(voucher.usedBy),
    service_id: numberOrNull(voucher.usedServiceId),
    created_at: new Date(voucher.createdAt.epochMilliseconds).toISOString(),
  };
}

function utc(at: Temporal.Instant | undefined): string | null {
  return at === undefined ? null : new Date(at.epochMilliseconds).toISOString();
}
