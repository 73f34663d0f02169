import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ServiceId } from '../../../kernel/ids.ts';
import { SERVICE_STATUSES } from '../../../subscribers/service-status.ts';
import {
  readService,
  readServices,
  type ServiceListing,
} from '../../../subscribers/services/reading.service.ts';
import { readSessions } from '../../../usage/sessions/session-reading.service.ts';
import { readServiceUsage, type ServiceUsage } from '../../../usage/usage-reading.service.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, json, openApiApp } from '../../openapi.ts';
import { answerList, idOfCursor, listResponse, pageQuery } from '../../paging.ts';
import { boundary, id, idParams, instant, localDate, number, numberOrNull } from '../../schemas/values.ts';
import { placeOf, sessionCursor } from '../radius/session-cursor.ts';
import { customerOf } from './own.ts';

const tags = ['Customer'];
const params = idParams<ServiceId>();

const ownServiceSchema = z
  .object({
    id,
    package: z.string(),
    username: z.string(),
    description: z.string().nullable(),
    status: z.enum(SERVICE_STATUSES),
    reason: z.string().nullable(),
    rate_limit: z.string().nullable(),
    next_billing_date: localDate.nullable(),
    period_start: boundary.nullable(),
    period_end: boundary.nullable(),
    expires_at: instant.nullable(),
    auto_renew: z.boolean(),
  })
  .openapi('OwnService');

const ownSessionSchema = z
  .object({
    id,
    state: z.enum(['live', 'uncertain', 'closed']),
    started_at: instant,
    closed_at: instant.nullable(),
    duration_s: z.int(),
    upload_bytes: z.int(),
    download_bytes: z.int(),
    ip: z.string().nullable(),
  })
  .openapi('OwnSession');

const usageSchema = z
  .object({
    since: instant.nullable(),
    upload_bytes: z.int(),
    download_bytes: z.int(),
    used_bytes: z.int().openapi({ description: 'What counts against the allowance, by `usage_counting`.' }),
    allowance_bytes: z.int().nullable(),
    days: z.array(
      z.object({ date: localDate, upload_bytes: z.int(), download_bytes: z.int(), peak_bps: z.int() }),
    ),
  })
  .openapi('OwnUsage');

const list = apiRoute('own.read', {
  method: 'get',
  path: '/api/customer/services',
  tags,
  summary: 'My services',
  request: { query: z.strictObject(pageQuery) },
  responses: { 200: listResponse(ownServiceSchema, 'My services.') },
});

const read = apiRoute('own.read', {
  method: 'get',
  path: '/api/customer/services/{id}',
  tags,
  summary: 'One of my services',
  request: { params },
  responses: { 200: json(ownServiceSchema, 'The service.') },
});

const sessions = apiRoute('own.read', {
  method: 'get',
  path: '/api/customer/services/{id}/sessions',
  tags,
  summary: 'Sessions of one of my services, the newest first',
  request: { params, query: z.strictObject(pageQuery) },
  responses: { 200: listResponse(ownSessionSchema, 'Sessions.') },
});

const usage = apiRoute('own.read', {
  method: 'get',
  path: '/api/customer/services/{id}/usage',
  tags,
  summary: 'What one of my services used: in this period, and day by day',
  request: {
    params,
    query: z.strictObject({ days: z.coerce.number().int().min(1).max(366).default(31) }),
  },
  responses: { 200: json(usageSchema, 'Usage in bytes.') },
});

/** What a customer sees of their own services; of others' not even the existence. */
export function ownServiceRoutes({ deps }: HttpContext): OpenAPIHono<HttpEnv> {
  const { db, clock } = deps;
  const own = (c: Context<HttpEnv>, id: ServiceId) => readService(db, { id, owner: customerOf(c) });
  return openApiApp()
    .openapi(list, (c) => {
      const customerId = customerOf(c);
      return answerList(c, c.req.valid('query'), {
        fetch: ({ after, limit }) => {
          const place = after && { id: idOfCursor(after), username: '' };
          return readServices(db, { customerId, sort: 'id', after: place, limit });
        },
        cursorOf: (row) => [row.id],
        item: serviceView,
      });
    })
    .openapi(read, async (c) => c.json(serviceView(await own(c, c.req.valid('param').id)), 200))
    .openapi(sessions, async (c) => {
      const { id: serviceId } = await own(c, c.req.valid('param').id);
      return answerList(c, c.req.valid('query'), {
        fetch: ({ after, limit }) =>
          readSessions(db, { serviceId, includeClosed: true, after: after && placeOf(after), limit }),
        cursorOf: sessionCursor,
        item: (session) => ({
          id: number(session.id),
          state: session.state,
          started_at: session.startedAt.toISOString(),
          closed_at: session.closedAt?.toISOString() ?? null,
          duration_s: session.sessionTimeS,
          upload_bytes: number(session.uploadOctets),
          download_bytes: number(session.downloadOctets),
          ip: session.framedIp ?? null,
        }),
      });
    })
    .openapi(usage, async (c) => {
      const { id: serviceId } = await own(c, c.req.valid('param').id);
      const { days } = c.req.valid('query');
      const at = new Date(clock.nowMs());
      return c.json(usageView(await readServiceUsage(db, { serviceId, at, days })), 200);
    });
}

function serviceView(service: ServiceListing): z.output<typeof ownServiceSchema> {
  return {
    id: number(service.id),
    package: service.planCode,
    username: service.username,
    description: service.description ?? null,
    status: service.status,
    reason: service.reason ?? null,
    rate_limit: service.rateLimit ?? service.planRateLimit ?? null,
    next_billing_date: service.nextBillingDate ?? null,
    period_start: service.periodStartOn ?? service.periodStart?.toISOString() ?? null,
    period_end: service.periodEndOn ?? service.periodEnd?.toISOString() ?? null,
    expires_at: service.expiresAt?.toISOString() ?? null,
    auto_renew: service.autoRenew,
  };
}

function usageView({ segment, days }: ServiceUsage): z.output<typeof usageSchema> {
  return {
    since: segment?.fromAt.toISOString() ?? null,
    upload_bytes: number(segment?.uploadOctets ?? 0n),
    download_bytes: number(segment?.downloadOctets ?? 0n),
    used_bytes: number(segment?.usedOctets ?? 0n),
    allowance_bytes: numberOrNull(segment?.allowanceOctets),
    days: days.map((day) => ({
      date: day.date,
      upload_bytes: number(day.uploadOctets),
      download_bytes: number(day.downloadOctets),
      peak_bps: number(day.peakBps),
    })),
  };
}
