import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { NasId } from '../../../kernel/ids.ts';
import { importRouter, ROUTER_PARTS } from '../../../network/import/import-router.service.ts';
import { actorOf } from '../../access.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, body, json, openApiApp } from '../../openapi.ts';
import { idParams } from '../../schemas/values.ts';
import { importAnswer, importAnswerView } from '../imports/import-schemas.ts';

const route = apiRoute('network.write', {
  method: 'post',
  path: '/api/isp/nas/{id}/import',
  tags: ['Imports'],
  summary: 'Import the configuration of a router: profiles, secrets, queues; first as a dry run',
  description:
    'Profiles become packages with rate, pool and address list, at price 0; secrets become services; a simple queue for ' +
    'one address becomes a service on that address. The router is only read. What becomes of each row: ' +
    '`/api/isp/imports/{id}/rows`.',
  request: {
    params: idParams<NasId>(),
    ...body(
      z.strictObject({
        dry_run: z.boolean().default(true),
        parts: z
          .array(z.enum(ROUTER_PARTS))
          .min(1)
          .default([...ROUTER_PARTS]),
      }),
    ),
  },
  responses: { 200: json(importAnswer, 'What was done, or would be.') },
});

/** Taking over what a router keeps itself. */
export function routerImportRoutes({ deps, routers }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp().openapi(route, async (c) => {
    const { dry_run: isDryRun, parts } = c.req.valid('json');
    const order = { nasId: c.req.valid('param').id, parts, isDryRun, actor: actorOf(c) };
    return c.json(importAnswerView(await importRouter({ ...deps, router: routers.router }, order)), 200);
  });
}
