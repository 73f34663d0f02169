import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { readLogo, removeLogo, setLogo } from '../../platform/printing/logo.service.ts';
import { actorOf } from '../access.ts';
import type { HttpContext, HttpEnv } from '../context.ts';
import { apiRoute, openApiApp } from '../openapi.ts';

const tags = ['Settings'];
const path = '/api/isp/settings/logo';
const picture = { schema: z.string().openapi({ format: 'binary' }) };
const pictures = { 'image/png': picture, 'image/jpeg': picture };

const read = apiRoute('settings.read', {
  method: 'get',
  path,
  tags,
  summary: 'The logo on documents',
  responses: { 200: { description: 'The picture.', content: pictures } },
});

const change = apiRoute('settings.write', {
  method: 'put',
  path,
  tags,
  summary: 'Put a logo on documents: a PNG or JPEG of at most 256 kB',
  request: { body: { required: true, content: pictures } },
  responses: { 204: { description: 'Every document printed from now on has it.' } },
});

const remove = apiRoute('settings.write', {
  method: 'delete',
  path,
  tags,
  summary: 'Take the logo off documents',
  responses: { 204: { description: 'Documents begin with the name of the company.' } },
});

/** The picture at the head of documents. */
export function logoRoutes({ deps, printing }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp()
    .openapi(read, async () => {
      const { mediaType, image } = await readLogo(deps.db);
      return new Response(Uint8Array.from(image), { headers: { 'Content-Type': mediaType } });
    })
    .openapi(change, async (c) => {
      await setLogo(
        { db: deps.db, printer: printing.printer },
        actorOf(c),
        Buffer.from(await c.req.arrayBuffer()),
      );
      return c.body(null, 204);
    })
    .openapi(remove, async (c) => {
      await removeLogo(deps.db, actorOf(c));
      return c.body(null, 204);
    });
}
