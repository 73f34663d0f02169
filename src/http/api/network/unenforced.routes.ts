import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { invalid } from '../../../kernel/errors.ts';
import type { NasId } from '../../../kernel/ids.ts';
import {
  readUnenforced,
  type Unenforced,
  type UnenforcedPlace,
} from '../../../network/enforcement/unenforced.service.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, openApiApp } from '../../openapi.ts';
import { answerList, type Cursor, listResponse, pageQuery } from '../../paging.ts';
import { id, idInput, instant, number, numberOrNull } from '../../schemas/values.ts';
import { instantOf } from '../radius/session-cursor.ts';

const item = z
  .object({
    key: z.string(),
    service_id: id,
    username: z.string(),
    nas_id: id,
    nas_name: z.string().nullable(),
    what: z.enum(['speed_of_session', 'end_of_session', 'kept_on_router']).openapi({
      description: 'An order for a live session, or what a router keeps itself (mode `local`).',
    }),
    session_id: id.nullable(),
    reason: z.string().nullable().openapi({ description: 'What stood in its way at the last try.' }),
    tries: z.int(),
    since: instant,
    next_try_at: instant,
  })
  .openapi('Unenforced');

const list = apiRoute('network.read', {
  method: 'get',
  path: '/api/isp/monitoring/not-enforced',
  tags: ['Monitoring'],
  summary: 'What the network does not do yet as the database has it, oldest first',
  request: {
    query: z.strictObject({
      ...pageQuery,
      nas_id: idInput<NasId>().optional().openapi({ description: 'Of this router only.' }),
    }),
  },
  responses: { 200: listResponse(item, 'With the reason and the next try; none is good news.') },
});

/** What is not yet enforced, over all routers. */
export function unenforcedRoutes({ deps }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp().openapi(list, (c) => {
    const query = c.req.valid('query');
    return answerList(c, query, {
      fetch: ({ after, limit }) =>
        readUnenforced(deps.db, { nasId: query.nas_id, after: after && placeOf(after), limit }),
      cursorOf: ({ since, key }) => [since.toISOString(), key],
      item: view,
    });
  });
}

function placeOf(cursor: Cursor): UnenforcedPlace {
  const [, key] = cursor;
  if (typeof key === 'string') return { since: instantOf(cursor), key };
  throw invalid('The cursor is none of this list: pass the next_cursor of the page before.', {
    cursor: 'must be the next_cursor of the page before',
  });
}

function view(one: Unenforced): z.infer<typeof item> {
  return {
    key: one.key,
    service_id: number(one.serviceId),
    username: one.username,
    nas_id: number(one.nasId),
    nas_name: one.nasName ?? null,
    what: one.what,
    session_id: numberOrNull(one.sessionId),
    reason: one.reason ?? null,
    tries: one.tries,
    since: one.since.toISOString(),
    next_try_at: one.nextTryAt.toISOString(),
  };
}
