import { gzipSync } from 'node:zlib';
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { HttpContext, HttpEnv } from '../context.ts';
import { type ApiDocument, describeApi } from '../document/api-document.ts';
import { apiRoute, json, openApiApp } from '../openapi.ts';
import { apiReferencePage } from '../ui/api-docs.page.tsx';
import type { Assets } from '../ui/assets.ts';

const document = apiRoute('public', {
  method: 'get',
  path: '/api/openapi.json',
  tags: ['Reference'],
  summary: 'The whole API as OpenAPI 3.1',
  responses: { 200: json(z.custom<ApiDocument>().openapi({ type: 'object' }), 'The document.') },
});

const page = apiRoute('public', {
  method: 'get',
  path: '/api/docs',
  tags: ['Reference'],
  summary: 'The same, to be read',
  responses: { 200: { description: 'A page.', content: { 'text/html': { schema: z.string() } } } },
});

/** Mounts the description of everything mounted before it; made at the first request and kept. */
export function mountReference(
  app: OpenAPIHono<HttpEnv>,
  { installation }: HttpContext,
  assets: Assets,
): void {
  let made: { readonly document: ApiDocument; readonly page: Page } | undefined;
  const reference = () => {
    if (made !== undefined) return made;
    const described = describeApi(app, installation.version);
    made = { document: described, page: pageOf(apiReferencePage(described, assets)) };
    return made;
  };
  app.route(
    '/',
    openApiApp()
      .openapi(document, (c) => c.json(reference().document, 200))
      .openapi(page, (c) => {
        const { html, gzip } = reference().page;
        c.header('Vary', 'Accept-Encoding');
        if (!/\bgzip\b/.test(c.req.header('accept-encoding') ?? '')) return c.html(html);
        c.header('Content-Type', 'text/html; charset=utf-8');
        c.header('Content-Encoding', 'gzip');
        return c.body(gzip);
      }),
  );
}

/** More than half a megabyte of lists, and a fifteenth of that on its way. */
interface Page {
  readonly html: string;
  readonly gzip: Uint8Array<ArrayBuffer>;
}

function pageOf(html: string): Page {
  return { html, gzip: Uint8Array.from(gzipSync(html)) };
}
