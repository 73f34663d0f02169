import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { readAudit, type StoredAudit } from '../../platform/identity/audit.service.ts';
import type { HttpContext, HttpEnv } from '../context.ts';
import { apiRoute, openApiApp } from '../openapi.ts';
import { answerList, idOfCursor, listResponse, pageQuery } from '../paging.ts';
import { id, instant, instantInput, number } from '../schemas/values.ts';

const image = z.record(z.string(), z.unknown()).nullable();

const entrySchema = z
  .object({
    id,
    at: instant,
    actor_kind: z.string(),
    actor_id: z.string().nullable(),
    actor: z.string(),
    address: z.string().nullable(),
    request_id: z.string().nullable(),
    action: z.string(),
    entity: z.string(),
    entity_id: z.string(),
    before: image,
    after: image,
  })
  .openapi('AuditEntry');

const list = apiRoute('audit.read', {
  method: 'get',
  path: '/api/isp/audit-log',
  tags: ['Audit'],
  summary: 'Who changed what, newest first',
  request: {
    query: z.strictObject({
      ...pageQuery,
      entity: z.string().optional(),
      entity_id: z.string().optional(),
      action: z.string().optional(),
      actor: z.string().optional(),
      from: instantInput.optional(),
      to: instantInput.optional(),
    }),
  },
  responses: { 200: listResponse(entrySchema, 'Entries of the audit log.') },
});

/** The audit log as administrators read it. */
export function auditRoutes({ deps }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp().openapi(list, (c) => {
    const query = c.req.valid('query');
    const { entity, entity_id: entityId, action, actor: actorName, from, to } = query;
    return answerList(c, query, {
      fetch: ({ after, limit }) => {
        const beforeId = after === undefined ? undefined : BigInt(idOfCursor(after));
        return readAudit(deps.db, { entity, entityId, action, actorName, from, to, beforeId, limit });
      },
      cursorOf: (row) => [row.id.toString()],
      item,
    });
  });
}

function item(row: StoredAudit) {
  return {
    id: number(row.id),
    at: row.createdAt.toISOString(),
    actor_kind: row.actorKind,
    actor_id: row.actorId,
    actor: row.actorName,
    address: row.address,
    request_id: row.requestId,
    action: row.action,
    entity: row.entity,
    entity_id: row.entityId,
    before: row.before,
    after: row.after,
  };
}
