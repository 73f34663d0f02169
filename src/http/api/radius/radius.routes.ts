import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { invalid } from '../../../kernel/errors.ts';
import type { NasId, ServiceId } from '../../../kernel/ids.ts';
import { readRoleCounters } from '../../../platform/health/role-health.service.ts';
import { type DecidedLogin, readLogins } from '../../../radius/auth/auth-log-reading.service.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, json, openApiApp } from '../../openapi.ts';
import { answerList, type Cursor, listResponse, pageQuery } from '../../paging.ts';
import { id, idInput, instant, instantInput, numberOrNull } from '../../schemas/values.ts';
import { instantOf } from './session-cursor.ts';

const tags = ['RADIUS'];
const DAYS_DEFAULT = 7;
const DAY_MS = 86_400_000;
/** Lines are written in batches, so one may appear this much after its instant. */
const LATE_MS = 10_000;
const OUTCOMES = ['accept', 'walled', 'reject', 'drop'] as const;

const loginSchema = z
  .object({
    at: instant,
    outcome: z.enum(OUTCOMES),
    reason: z.string().nullable(),
    method: z.string(),
    username: z.string(),
    service_id: id.nullable(),
    nas: z.string().nullable(),
    calling_station: z.string().nullable(),
    source: z.string().nullable().openapi({ description: 'Where the packet came from.' }),
    count: z.int().openapi({ description: 'How many packets a line of a drop stands for.' }),
    checks: z.array(z.object({ check: z.string(), result: z.string() })),
  })
  .openapi('Login');

const log = apiRoute('network.read', {
  method: 'get',
  path: '/api/isp/radius/auth-log',
  tags,
  summary: 'Logins and drops, newest first, with every check',
  request: {
    query: z.strictObject({
      ...pageQuery,
      from: instantInput.optional().openapi({ description: `${DAYS_DEFAULT} days back when left out.` }),
      to: instantInput.optional(),
      username: z.string().max(253).optional(),
      service_id: idInput<ServiceId>().optional(),
      nas_id: idInput<NasId>().optional(),
      outcome: z.enum(OUTCOMES).optional(),
      reason: z.string().max(63).optional(),
    }),
  },
  responses: { 200: listResponse(loginSchema, 'Lines of the authentication log.') },
});

const counters = apiRoute('network.read', {
  method: 'get',
  path: '/api/isp/radius/counters',
  tags,
  summary: 'What every running RADIUS server counts since its start',
  responses: {
    200: json(
      z.object({
        items: z.array(
          z.object({
            instance: z.string(),
            host: z.string(),
            started_at: instant,
            seen_at: instant,
            counters: z.record(z.string(), z.unknown()),
          }),
        ),
      }),
      'One entry for each server.',
    ),
  },
});

/** What the RADIUS servers decided and counted. */
export function radiusRoutes({ deps, clock }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp()
    .openapi(log, (c) => {
      const query = c.req.valid('query');
      const to = query.to ?? new Date(clock.nowMs() + LATE_MS);
      const filter = {
        from: query.from ?? new Date(to.getTime() - DAYS_DEFAULT * DAY_MS),
        to,
        username: query.username,
        serviceId: query.service_id,
        nasId: query.nas_id,
        outcome: query.outcome,
        reason: query.reason,
      };
      return answerList(c, query, {
        fetch: ({ after, limit }) =>
          readLogins(deps.db, { ...filter, below: after && placeOf(after), limit }),
        cursorOf: (row) => [row.at.toISOString(), row.key],
        item: loginView,
      });
    })
    .openapi(counters, async (c) => {
      const roles = await readRoleCounters(deps.db, 'radius');
      const items = roles.map((role) => ({
        instance: role.instance,
        host: role.host,
        started_at: role.startedAt.toISOString(),
        seen_at: role.seenAt.toISOString(),
        counters: role.counters,
      }));
      return c.json({ items }, 200);
    });
}

function loginView(login: DecidedLogin): z.output<typeof loginSchema> {
  return {
    at: login.at.toISOString(),
    outcome: login.outcome,
    reason: login.reason ?? null,
    method: login.method,
    username: login.username,
    service_id: numberOrNull(login.serviceId),
    nas: login.nasName ?? null,
    calling_station: login.callingStation ?? null,
    source: login.source ?? null,
    count: login.count,
    checks: login.checks,
  };
}

/** The line a cursor names: its instant, and its place in the table. */
function placeOf(cursor: Cursor): { at: Date; key: string } {
  const key = cursor[1];
  if (typeof key === 'string' && /^\d{1,10}:\(\d{1,10},\d{1,5}\)$/.test(key))
    return { at: instantOf(cursor), key };
  throw invalid('The cursor is none of this list: pass the next_cursor of the page before.', {
    cursor: 'must be the next_cursor of the page before',
  });
}
