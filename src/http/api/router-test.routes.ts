import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { testRouter } from '../../network/connection/router-test.service.ts';
import type { ConnectionReport } from '../../network/connection/test-connection.service.ts';
import type { HttpContext, HttpEnv } from '../context.ts';
import { apiRoute, json, openApiApp } from '../openapi.ts';
import { idInput } from '../schemas/values.ts';

const request = z
  .strictObject({
    nas_id: idInput().optional(),
    host: z.string().max(253).optional(),
    port: z.int().optional(),
    username: z.string().optional(),
    password: z.string().optional(),
    tls: z.boolean().optional(),
    fingerprint: z.string().optional(),
  })
  .openapi('RouterTestRequest', {
    description:
      'Nothing: the first router. `nas_id`: that router with its stored credentials. Further fields are used instead of what is stored, and nothing is kept.',
  });

const report = z
  .object({
    ok: z.boolean().openapi({ description: 'No check failed; warnings may stand.' }),
    identity: z.string().nullable(),
    version: z.string().nullable(),
    board_name: z.string().nullable(),
    uptime: z.string().nullable(),
    fingerprint: z.string().nullable(),
    took_ms: z.int(),
    checks: z.array(
      z.object({
        check: z.string(),
        state: z.enum(['ok', 'warning', 'failed', 'skipped']),
        detail: z.string(),
        fix: z.string().nullable().openapi({ description: 'What to type into the terminal of the router.' }),
      }),
    ),
  })
  .openapi('RouterTestReport');

const route = (path: string) =>
  apiRoute('network.write', {
    method: 'post',
    path,
    tags: ['Routers'],
    summary: 'Test the RouterOS API of a router step by step',
    description: 'Answers 200 with what was found, whether the router answers or not. Changes nothing on it.',
    request: { body: { required: false, content: { 'application/json': { schema: request } } } },
    responses: { 200: json(report, 'What was found.') },
  });

/** Tests of connections; the second address is the one the product brief writes. */
export function routerTestRoutes({ routers }: HttpContext): OpenAPIHono<HttpEnv> {
  const run = async (input: z.infer<typeof request>): Promise<z.infer<typeof report>> => {
    const { nas_id: nasId, ...connection } = input;
    return answer(await testRouter(routers, { nasId, connection }));
  };
  return openApiApp()
    .openapi(route('/api/isp/mikrotik/test-connection'), async (c) =>
      c.json(await run(c.req.valid('json')), 200),
    )
    .openapi(route('/api/isp/mikrotik/mikrotik/test-connection'), async (c) =>
      c.json(await run(c.req.valid('json')), 200),
    );
}

function answer(found: ConnectionReport): z.infer<typeof report> {
  return {
    ok: found.isOk,
    identity: found.identity ?? null,
    version: found.version ?? null,
    board_name: found.boardName ?? null,
    uptime: found.uptime ?? null,
    fingerprint: found.fingerprint ?? null,
    took_ms: found.tookMs,
    checks: found.checks.map(({ check, state, detail, fix }) => ({ check, state, detail, fix: fix ?? null })),
  };
}
