import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import {
  addPromotion,
  changePromotion,
  getPromotion,
  listPromotions,
} from '../../billing/promotions/promotion-terms.service.ts';
import type { KeptPromotion } from '../../billing/promotions/promotion-terms.ts';
import type { PlanId } from '../../kernel/ids.ts';
import { line } from '../../platform/text.ts';
import { actorOf } from '../access.ts';
import type { HttpContext, HttpEnv } from '../context.ts';
import { apiRoute, body, json, openApiApp } from '../openapi.ts';
import { answerList, idOfCursor, listResponse, pageQuery } from '../paging.ts';
import {
  newPromotionSchema,
  promotionJson,
  promotionPatch,
  promotionPatchSchema,
  promotionSchema,
} from '../schemas/promotion.ts';
import { flagInput, idInput, idParams } from '../schemas/values.ts';
import { expectedVersion, tagVersion } from '../versions.ts';

const tags = ['Promotions'];
const path = '/api/isp/promotions';
const onePath = `${path}/{id}` as const;
const params = idParams<string>();

const create = apiRoute('catalog.write', {
  method: 'post',
  path,
  tags,
  summary: 'Add a discount code',
  request: body(newPromotionSchema),
  responses: { 201: json(promotionSchema, 'The promotion.') },
});

const list = apiRoute('catalog.read', {
  method: 'get',
  path,
  tags,
  summary: 'Discount codes, newest first',
  request: {
    query: z.strictObject({
      ...pageQuery,
      q: line(40).optional().openapi({ description: 'The beginning of the code.' }),
      package_id: idInput<PlanId>().optional(),
      redeemable: flagInput.optional().openapi({ description: 'Only codes that can be redeemed now.' }),
    }),
  },
  responses: { 200: listResponse(promotionSchema, 'Promotions.') },
});

const read = apiRoute('catalog.read', {
  method: 'get',
  path: onePath,
  tags,
  summary: 'One promotion',
  request: { params },
  responses: { 200: json(promotionSchema, 'The promotion.') },
});

const change = apiRoute('catalog.write', {
  method: 'patch',
  path: onePath,
  tags,
  summary: 'Change a promotion: what is left out stays, null takes away',
  description:
    'What redemptions already made rest on (type, value, currency, duration, cycles) stays once there is one. Takes the `ETag` as `If-Match`.',
  request: { params, ...body(promotionPatchSchema) },
  responses: { 200: json(promotionSchema, 'The promotion as it is now.') },
});

/** Discounts by code. */
export function promotionsRoutes({ deps: { db, clock } }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp()
    .openapi(create, async (c) => {
      const input = c.req.valid('json');
      const { code, type, value } = input;
      const given = Object.entries(promotionPatch(input)).filter(
        ([, one]) => one !== null && one !== undefined,
      );
      const promotion = await addPromotion(
        db,
        { ...Object.fromEntries(given), code, type, value },
        actorOf(c),
      );
      return c.json(tagged(c, promotion), 201);
    })
    .openapi(list, (c) => {
      const query = c.req.valid('query');
      const redeemableAt = query.redeemable === true ? new Date(clock.nowMs()) : undefined;
      return answerList(c, query, {
        fetch: ({ after, limit }) =>
          listPromotions(db, {
            q: query.q,
            planId: query.package_id,
            redeemableAt,
            beforeId: after && BigInt(idOfCursor(after)),
            limit,
          }),
        cursorOf: (one) => [one.id],
        item: promotionJson,
      });
    })
    .openapi(read, async (c) => c.json(tagged(c, await getPromotion(db, c.req.valid('param').id)), 200))
    .openapi(change, async (c) => {
      const promotion = await changePromotion(db, {
        id: c.req.valid('param').id,
        patch: promotionPatch(c.req.valid('json')),
        actor: actorOf(c),
        expectedVersion: expectedVersion(c),
      });
      return c.json(tagged(c, promotion), 200);
    });
}

function tagged(c: Context<HttpEnv>, promotion: KeptPromotion) {
  tagVersion(c, promotion.version);
  return promotionJson(promotion);
}
