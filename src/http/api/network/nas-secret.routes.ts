import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { NasId } from '../../../kernel/ids.ts';
import { readNas } from '../../../network/nas/nas-reading.service.ts';
import { finishSecretRotation, rotateNasSecret } from '../../../network/nas/nas-secret.service.ts';
import { actorOf } from '../../access.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, json, openApiApp } from '../../openapi.ts';
import { idParams } from '../../schemas/values.ts';
import { expectedVersion, tagVersion } from '../../versions.ts';
import { nasSchema, nasView, secretInput } from './nas-schemas.ts';

const params = idParams<NasId>();

const rotate = apiRoute('network.write', {
  method: 'post',
  path: '/api/isp/nas/{id}/rotate-secret',
  tags: ['Routers'],
  summary: 'Exchange the shared secret without a gap: both are valid until the rotation is finished',
  request: {
    params,
    body: {
      required: false,
      content: { 'application/json': { schema: z.strictObject({ secret: secretInput.optional() }) } },
    },
  },
  responses: {
    200: json(
      nasSchema.extend({ secret: z.string().optional(), warning: z.string().optional() }),
      'The router; the new secret only if it was made here, and only now.',
    ),
  },
});

const finish = apiRoute('network.write', {
  method: 'post',
  path: '/api/isp/nas/{id}/finish-rotation',
  tags: ['Routers'],
  summary: 'The router uses the new secret: forget the old one',
  request: { params },
  responses: { 200: json(nasSchema, 'The router as it is now.') },
});

/** Shared secrets of routers, exchanged in two steps. */
export function nasSecretRoutes({ deps }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp()
    .openapi(rotate, async (c) => {
      const { id } = c.req.valid('param');
      const { secret: wanted } = c.req.valid('json') ?? {};
      const order = { id, actor: actorOf(c), version: expectedVersion(c), secret: wanted };
      const { secret, isGenerated, warning } = await rotateNasSecret(deps, order);
      const nas = await readNas(deps.db, id);
      tagVersion(c, nas.version);
      const shown = { ...(isGenerated ? { secret } : {}), ...(warning === undefined ? {} : { warning }) };
      return c.json({ ...nasView(nas), ...shown }, 200);
    })
    .openapi(finish, async (c) => {
      const { id } = c.req.valid('param');
      await finishSecretRotation(deps, { id, actor: actorOf(c), version: expectedVersion(c) });
      const nas = await readNas(deps.db, id);
      tagVersion(c, nas.version);
      return c.json(nasView(nas), 200);
    });
}
