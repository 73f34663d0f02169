import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { invalid } from '../../../kernel/errors.ts';
import type { CustomerId, NasId, ServiceId, SessionId } from '../../../kernel/ids.ts';
import { parseAddress } from '../../../kernel/ip.ts';
import { changeAndAwait } from '../../../network/enforcement/enforcement-wait.service.ts';
import { networkOutcome } from '../../../network/enforcement/network-outcome.ts';
import { disconnectSession } from '../../../network/enforcement/session-disconnect.service.ts';
import { readService } from '../../../subscribers/services/reading.service.ts';
import { readSession, readSessions, whoHad } from '../../../usage/sessions/session-reading.service.ts';
import { actorOf } from '../../access.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, json, openApiApp } from '../../openapi.ts';
import { answerList, listResponse, pageQuery } from '../../paging.ts';
import {
  flagInput,
  id,
  idInput,
  idParams,
  instant,
  instantInput,
  numberOrNull,
} from '../../schemas/values.ts';
import { networkSchema, networkView, sessionSchema, sessionView } from '../services/network-schemas.ts';
import { placeOf, sessionCursor } from './session-cursor.ts';

const tags = ['RADIUS'];
const PATIENCE_MS = 2_500;

const list = apiRoute('network.read', {
  method: 'get',
  path: '/api/isp/radius/sessions',
  tags,
  summary: 'Live sessions, the newest first; with history=true closed ones too',
  request: {
    query: z.strictObject({
      ...pageQuery,
      history: flagInput.optional(),
      username: z.string().max(253).optional(),
      service_id: idInput<ServiceId>().optional(),
      customer_id: idInput<CustomerId>().optional(),
      nas_id: idInput<NasId>().optional(),
      ip: z.string().max(64).optional(),
      grade: z.enum(['full', 'throttled', 'walled']).optional(),
    }),
  },
  responses: { 200: listResponse(sessionSchema, 'Sessions.') },
});

const ofService = apiRoute('network.read', {
  method: 'get',
  path: '/api/isp/services/{id}/sessions',
  tags,
  summary: 'Every session of a service, the newest first',
  request: { params: idParams<ServiceId>(), query: z.strictObject(pageQuery) },
  responses: { 200: listResponse(sessionSchema, 'Sessions.') },
});

const disconnect = apiRoute('services.write', {
  method: 'post',
  path: '/api/isp/radius/sessions/{id}/disconnect',
  tags,
  summary: 'End one live session; the subscriber may dial again',
  request: { params: idParams<SessionId>() },
  responses: {
    200: json(z.object({ session: sessionSchema, network: networkSchema }), 'What happened on the network.'),
  },
});

const holder = z.object({
  session: sessionSchema,
  customer_id: id.nullable(),
  customer_name: z.string().nullable(),
});

const who = apiRoute('network.read', {
  method: 'get',
  path: '/api/isp/radius/who-had',
  tags,
  summary: 'Who had an IPv4 address, an IPv6 address or an IPv6 prefix at an instant',
  request: {
    query: z.strictObject({
      address: z.string().max(64).openapi({ example: '10.20.30.40' }),
      at: instantInput.optional().openapi({ description: 'Now when left out.' }),
    }),
  },
  responses: {
    200: json(z.object({ address: z.string(), at: instant, items: z.array(holder) }), 'The latest first.'),
  },
});

/** Sessions as the routers report them. */
export function sessionRoutes({ deps, clock }: HttpContext): OpenAPIHono<HttpEnv> {
  const { db } = deps;
  return openApiApp()
    .openapi(list, (c) => {
      const query = c.req.valid('query');
      const filter = {
        username: query.username,
        serviceId: query.service_id,
        customerId: query.customer_id,
        nasId: query.nas_id,
        address: query.ip === undefined ? undefined : checkIp(query.ip),
        grade: query.grade,
        includeClosed: query.history ?? false,
      };
      return answerList(c, query, {
        fetch: ({ after, limit }) => readSessions(db, { ...filter, after: after && placeOf(after), limit }),
        cursorOf: sessionCursor,
        item: sessionView,
      });
    })
    .openapi(ofService, async (c) => {
      const { id: serviceId } = await readService(db, { id: c.req.valid('param').id });
      return answerList(c, c.req.valid('query'), {
        fetch: ({ after, limit }) =>
          readSessions(db, { serviceId, includeClosed: true, after: after && placeOf(after), limit }),
        cursorOf: sessionCursor,
        item: sessionView,
      });
    })
    .openapi(disconnect, async (c) => {
      const { id } = c.req.valid('param');
      const change = () => disconnectSession(db, { id, actor: actorOf(c) });
      const { effect } = await changeAndAwait(db, change, PATIENCE_MS);
      const session = sessionView(await readSession(db, id));
      return c.json({ session, network: networkView(networkOutcome(effect)) }, 200);
    })
    .openapi(who, async (c) => {
      const { address, at = new Date(clock.nowMs()) } = c.req.valid('query');
      const holders = await whoHad(db, { address, at });
      const items = holders.map(({ session, customer }) => ({
        session: sessionView(session),
        customer_id: numberOrNull(customer?.id),
        customer_name: customer?.name ?? null,
      }));
      return c.json({ address, at: at.toISOString(), items }, 200);
    });
}

function checkIp(text: string): string {
  if (parseAddress(text)?.family === 4) return text;
  const message = `'${text}' is no IPv4 address: for IPv6 ask /api/isp/radius/who-had.`;
  throw invalid(message, { ip: message });
}
