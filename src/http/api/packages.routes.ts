import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { PlanId } from '../../kernel/ids.ts';
import { line } from '../../platform/text.ts';
import { previewPlan } from '../../radius/auth/plan-preview.service.ts';
import { customAttributeObjection } from '../../radius/policy/custom-attribute.ts';
import { planReplyFaults } from '../../radius/policy/plan-reply.ts';
import {
  addPlan,
  archivePlan,
  changePlan,
  getPackage,
  listPackages,
} from '../../subscribers/catalog/catalog.service.ts';
import { checkPlan, PLAN_TIERS, type Plan } from '../../subscribers/catalog/plan.ts';
import { actorOf } from '../access.ts';
import type { HttpContext, HttpEnv } from '../context.ts';
import { apiRoute, body, json, openApiApp } from '../openapi.ts';
import { answerList, listResponse, pageQuery } from '../paging.ts';
import { attributeSchema, packageJson, packageSchema, speedsOf } from '../schemas/package.ts';
import {
  newPackageSchema,
  newPlan,
  packagePatchSchema,
  planPatch,
  previewSchema,
} from '../schemas/package-input.ts';
import { idParams } from '../schemas/values.ts';
import { expectedVersion, tagVersion } from '../versions.ts';

const tags = ['Packages'];
const path = '/api/isp/packages';
const onePath = `${path}/{id}` as const;
const params = idParams<PlanId>();
const answer = { 200: json(packageSchema, 'The package as it is now.') } as const;

const create = apiRoute('catalog.write', {
  method: 'post',
  path,
  tags,
  summary: 'Add a package',
  request: body(newPackageSchema),
  responses: { 201: json(packageSchema, 'The package.') },
});

const preview = apiRoute('catalog.read', {
  method: 'post',
  path: `${path}/preview`,
  tags,
  summary: 'What routers would be sent of a package, without saving it',
  description: 'Class and the keys of MS-CHAP, which are made at each login, are not shown.',
  request: body(previewSchema),
  responses: {
    200: json(
      z.object({
        rate_limit: z.string().nullable().openapi({ description: 'The exact Mikrotik-Rate-Limit.' }),
        download_bps: z.int().nullable(),
        upload_bps: z.int().nullable(),
        attributes: z.array(attributeSchema).openapi({ description: 'Of the Access-Accept.' }),
        throttled_attributes: z.array(attributeSchema),
        walled_attributes: z.array(attributeSchema),
      }),
      'The replies.',
    ),
  },
});

const list = apiRoute('catalog.read', {
  method: 'get',
  path,
  tags,
  summary: 'Packages by code',
  request: {
    query: z.strictObject({
      ...pageQuery,
      q: line(200).optional().openapi({ description: 'The beginning of the code, or a part of the name.' }),
      model: z.enum(['postpaid', 'prepaid']).optional(),
      tier: z.enum(PLAN_TIERS).optional(),
      archived: z.enum(['no', 'only', 'all']).default('no'),
    }),
  },
  responses: { 200: listResponse(packageSchema, 'Packages.') },
});

const read = apiRoute('catalog.read', {
  method: 'get',
  path: onePath,
  tags,
  summary: 'One package, archived or not',
  request: { params },
  responses: { 200: json(packageSchema, 'The package.') },
});

const change = apiRoute('catalog.write', {
  method: 'patch',
  path: onePath,
  tags,
  summary: 'Change a package: what is left out stays, null takes away',
  description:
    'Holds for what is sold and for logins from now on; periods already begun keep their terms. Takes the `ETag` as `If-Match`.',
  request: { params, ...body(packagePatchSchema) },
  responses: answer,
});

const archive = apiRoute('catalog.write', {
  method: 'post',
  path: `${onePath}/archive`,
  tags,
  summary: 'Sell a package no more; services on it go on',
  request: { params },
  responses: answer,
});

const restore = apiRoute('catalog.write', {
  method: 'post',
  path: `${onePath}/restore`,
  tags,
  summary: 'Sell an archived package again',
  request: { params },
  responses: answer,
});

/** What is sold. */
export function packagesRoutes({ deps: { db, clock } }: HttpContext): OpenAPIHono<HttpEnv> {
  const catalog = { db, checkAttribute: customAttributeObjection, checkReply: planReplyFaults };
  const orderOf = (c: Context<HttpEnv>, id: PlanId) => ({
    id,
    actor: actorOf(c),
    expectedVersion: expectedVersion(c),
  });
  return openApiApp()
    .openapi(create, async (c) => {
      const { plan } = await addPlan(catalog, newPlan(c.req.valid('json')), actorOf(c));
      return c.json(tagged(c, plan), 201);
    })
    .openapi(preview, async (c) => {
      const plan = checkPlan(
        { ...newPlan({ ...c.req.valid('json'), ...DRAFT }), currency: DRAFT.currency },
        customAttributeObjection,
      );
      const { full, throttled, walled } = await previewPlan(db, plan);
      const rateLimit = full.find(({ name }) => name === 'Mikrotik-Rate-Limit')?.value;
      return c.json(
        {
          rate_limit: rateLimit ?? null,
          ...speedsOf(rateLimit),
          attributes: [...full],
          throttled_attributes: [...throttled],
          walled_attributes: [...walled],
        },
        200,
      );
    })
    .openapi(list, (c) => {
      const { cursor: _, ...filter } = c.req.valid('query');
      return answerList(c, c.req.valid('query'), {
        fetch: ({ after, limit }) =>
          listPackages(db, { ...filter, limit, afterCode: after && String(after[0]) }),
        cursorOf: (plan) => [plan.code],
        item: packageJson,
      });
    })
    .openapi(read, async (c) => c.json(tagged(c, await getPackage(db, c.req.valid('param').id)), 200))
    .openapi(change, async (c) => {
      const order = orderOf(c, c.req.valid('param').id);
      const plan = await changePlan(catalog, { ...order, patch: planPatch(c.req.valid('json')) });
      return c.json(tagged(c, plan), 200);
    })
    .openapi(archive, async (c) => {
      const order = orderOf(c, c.req.valid('param').id);
      const plan = await archivePlan(catalog, { ...order, archivedAt: new Date(clock.nowMs()) });
      return c.json(tagged(c, plan), 200);
    })
    .openapi(restore, async (c) => {
      const order = orderOf(c, c.req.valid('param').id);
      return c.json(tagged(c, await archivePlan(catalog, { ...order, archivedAt: null })), 200);
    });
}

/** Stands in for what a preview does not look at. */
const DRAFT = { code: 'preview', name: 'Preview', price: 0n, currency: 'USD' } as const;

function tagged(c: Context<HttpEnv>, plan: Plan) {
  tagVersion(c, plan.version);
  return packageJson(plan);
}
