import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { previewAnySignUp, signUpAny } from '../../../billing/prepaid/activation.service.ts';
import type { CustomerId, PlanId, ServiceId } from '../../../kernel/ids.ts';
import { line } from '../../../platform/text.ts';
import { SERVICE_STATUSES } from '../../../subscribers/service-status.ts';
import { editService } from '../../../subscribers/services/edit.service.ts';
import type { ServiceDeps } from '../../../subscribers/services/provisioning.service.ts';
import {
  readService,
  readServiceLog,
  readServices,
  SERVICE_SORTS,
} from '../../../subscribers/services/reading.service.ts';
import { actorOf } from '../../access.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, body, json, openApiApp } from '../../openapi.ts';
import { answerList, type Cursor, idOfCursor, listResponse, pageQuery } from '../../paging.ts';
import { forecastJson, previewSchema } from '../../schemas/invoice-preview.ts';
import { id, idInput, idParams, instant, number } from '../../schemas/values.ts';
import { expectedVersion, tagVersion } from '../../versions.ts';
import {
  newServiceInput,
  serviceSchema,
  serviceView,
  signUpOf,
  termsInput,
  termsOf,
} from './service-schemas.ts';

const tags = ['Services'];
const params = idParams<ServiceId>();
const created = serviceSchema.extend({
  password: z.string().optional().openapi({ description: 'Only when it was made here, and only now.' }),
});

const createAt = <const Path extends string>(path: Path) =>
  apiRoute('services.write', {
    method: 'post',
    path,
    tags,
    summary: 'Create a service: it can log in within a second',
    description:
      'A postpaid one is active at once unless `activate` is false; a prepaid one starts when the wallet covers its first period, now or with a later payment.',
    request: body(newServiceInput),
    responses: { 201: json(created, 'The new service.') },
  });
const create = createAt('/api/isp/services');
const createByBrief = createAt('/api/isp/mikrotik/services/create');

const preview = apiRoute('services.write', {
  method: 'post',
  path: '/api/isp/services/preview',
  tags,
  summary: 'The first invoice of a service before it is created; nothing is kept',
  request: body(newServiceInput),
  responses: { 200: json(previewSchema, 'What would be invoiced at once; null when nothing.') },
});

const list = apiRoute('services.read', {
  method: 'get',
  path: '/api/isp/services',
  tags,
  summary: 'Services, filtered and sorted',
  request: {
    query: z.strictObject({
      ...pageQuery,
      customer_id: idInput<CustomerId>().optional(),
      package_id: idInput<PlanId>().optional(),
      status: z.enum(SERVICE_STATUSES).optional(),
      username: z.string().max(253).optional(),
      q: line(200)
        .optional()
        .openapi({
          description:
            'Words, or how they begin, of user name and description, or of name, company, e-mail address and phone ' +
            'number of the customer; or a whole phone number, MAC or IP address.',
        }),
      sort: z.enum(SERVICE_SORTS).default('id'),
    }),
  },
  responses: { 200: listResponse(serviceSchema, 'Services.') },
});

const read = apiRoute('services.read', {
  method: 'get',
  path: '/api/isp/services/{id}',
  tags,
  summary: 'One service; never its password',
  request: { params },
  responses: { 200: json(serviceSchema, 'The service.') },
});

const edit = apiRoute('services.write', {
  method: 'patch',
  path: '/api/isp/services/{id}',
  tags,
  summary: 'Change what is said of a service',
  description:
    'Addresses, pools and routes reach the subscriber with the next login. Takes the `ETag` as `If-Match`.',
  request: { params, ...body(z.strictObject(termsInput)) },
  responses: { 200: json(serviceSchema, 'The service as it is now.') },
});

const logs = apiRoute('services.read', {
  method: 'get',
  path: '/api/isp/services/{id}/logs',
  tags,
  summary: 'What happened to a service, newest first',
  request: { params, query: z.strictObject(pageQuery) },
  responses: {
    200: listResponse(
      z.object({
        id,
        at: instant,
        action: z.string(),
        actor: z.string(),
        detail: z.record(z.string(), z.unknown()),
      }),
      'Entries of its log.',
    ),
  },
});

/** Services as an operator creates, finds and describes them. */
export function serviceRoutes({ deps }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp()
    .openapi(create, (c) => answerCreated(c, deps, c.req.valid('json')))
    .openapi(createByBrief, (c) => answerCreated(c, deps, c.req.valid('json')))
    .openapi(preview, async (c) => {
      const invoice = await previewAnySignUp(deps, signUpOf(c.req.valid('json'), actorOf(c)));
      return c.json({ invoice: invoice === undefined ? null : forecastJson(invoice) }, 200);
    })
    .openapi(list, (c) => {
      const query = c.req.valid('query');
      const { customer_id: customerId, package_id: planId, status, username, q, sort } = query;
      return answerList(c, query, {
        fetch: ({ after, limit }) =>
          readServices(deps.db, {
            customerId,
            planId,
            status,
            username,
            q,
            sort,
            after: after && placeOf(after),
            limit,
          }),
        cursorOf: (row) => [row.username, row.id],
        item: serviceView,
      });
    })
    .openapi(read, async (c) => {
      const service = await readService(deps.db, { id: c.req.valid('param').id });
      tagVersion(c, service.version);
      return c.json(serviceView(service), 200);
    })
    .openapi(edit, async (c) => {
      const { id } = c.req.valid('param');
      const terms = termsOf(c.req.valid('json'));
      await editService(deps, { id, actor: actorOf(c), version: expectedVersion(c), terms });
      const service = await readService(deps.db, { id });
      tagVersion(c, service.version);
      return c.json(serviceView(service), 200);
    })
    .openapi(logs, async (c) => {
      const { id: serviceId } = await readService(deps.db, { id: c.req.valid('param').id });
      return answerList(c, c.req.valid('query'), {
        fetch: ({ after, limit }) =>
          readServiceLog(deps.db, { serviceId, beforeId: after && idOfCursor(after), limit }),
        cursorOf: (row) => [row.id],
        item: (row) => ({
          id: number(row.id),
          at: row.at.toISOString(),
          action: row.action,
          actor: row.actor,
          detail: row.detail,
        }),
      });
    });
}

async function answerCreated(
  c: Context<HttpEnv>,
  deps: ServiceDeps,
  input: z.output<typeof newServiceInput>,
) {
  const made = await signUpAny(deps, signUpOf(input, actorOf(c)));
  const service = await readService(deps.db, { id: made.id });
  tagVersion(c, service.version);
  c.header('Location', `/api/isp/services/${service.id}`);
  const { generatedPassword: password } = made;
  return c.json({ ...serviceView(service), ...(password === undefined ? {} : { password }) }, 201);
}

function placeOf(cursor: Cursor): { id: string; username: string } {
  return { id: idOfCursor(cursor), username: String(cursor[0]) };
}
