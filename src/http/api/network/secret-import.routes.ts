import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { NasId } from '../../../kernel/ids.ts';
import { importSecrets } from '../../../network/import/import-secrets.service.ts';
import { actorOf } from '../../access.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, body, json, openApiApp } from '../../openapi.ts';
import { id, idParams, numberOrNull } from '../../schemas/values.ts';

const text = z.string().nullable();

const answer = z
  .object({
    import_id: id
      .nullable()
      .openapi({ description: 'Of the import as it is remembered; none for a dry run.' }),
    dry_run: z.boolean(),
    secrets: z.array(
      z.object({
        username: z.string(),
        action: z.enum(['create', 'exists', 'leave']),
        problem: text.openapi({ description: 'Why it is left.' }),
        package: z.string().openapi({ description: 'The profile of the router.' }),
        rate_limit: text,
        pool: text,
        ip: text,
        mac: text,
      }),
    ),
    created: z.int().nullable(),
    failed: z.int().nullable(),
    errors: z.array(z.object({ line: z.int(), reason: z.string() })),
    packages_created: z.array(z.string()),
  })
  .openapi('SecretImport');

const route = apiRoute('network.write', {
  method: 'post',
  path: '/api/isp/nas/{id}/import-secrets',
  tags: ['Routers'],
  summary: 'Make services of the PPP secrets of a router; first as a dry run',
  description:
    'The router is only read. Secrets whose passwords it hides are left. Packages are made of profiles with a rate, at price 0.',
  request: {
    params: idParams<NasId>(),
    ...body(z.strictObject({ dry_run: z.boolean().default(true) })),
  },
  responses: { 200: json(answer, 'What would be done, or what was done.') },
});

/** Bringing the subscribers of a router in. */
export function secretImportRoutes({ deps, routers }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp().openapi(route, async (c) => {
    const { dry_run: isDryRun } = c.req.valid('json');
    const order = { nasId: c.req.valid('param').id, isDryRun, actor: actorOf(c) };
    const { secrets, report, importId } = await importSecrets({ ...deps, router: routers.router }, order);
    const found: z.infer<typeof answer> = {
      import_id: numberOrNull(importId),
      dry_run: isDryRun,
      secrets: secrets.map((one) => ({
        username: one.username,
        action: one.action,
        problem: one.problem ?? null,
        package: one.profile,
        rate_limit: one.rateLimit ?? null,
        pool: one.pool ?? null,
        ip: one.ip ?? null,
        mac: one.mac ?? null,
      })),
      created: report?.created ?? null,
      failed: report?.failed ?? null,
      errors: report?.errors ?? [],
      packages_created: report?.packagesCreated ?? [],
    };
    return c.json(found, 200);
  });
}
