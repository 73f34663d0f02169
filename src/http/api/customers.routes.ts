import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { CustomerId } from '../../kernel/ids.ts';
import { line } from '../../platform/text.ts';
import {
  addCustomer,
  CUSTOMER_SORTS,
  type CustomerCursor,
  type CustomerFilter,
  changeCustomer,
  customerTags,
  getCustomer,
  listCustomers,
} from '../../subscribers/customers/customer.service.ts';
import type { CustomerProfile } from '../../subscribers/customers/customer-profile.ts';
import { SERVICE_STATUSES } from '../../subscribers/service-status.ts';
import { actorOf } from '../access.ts';
import type { HttpContext, HttpEnv } from '../context.ts';
import { apiRoute, body, json, openApiApp } from '../openapi.ts';
import { answerList, type Cursor, idOfCursor, listResponse, pageQuery } from '../paging.ts';
import {
  currencyInput,
  customerJson,
  customerPatchSchema,
  customerSchema,
  detailsFrom,
  newCustomerSchema,
} from '../schemas/customer.ts';
import { flagInput, idParams, instantInput } from '../schemas/values.ts';
import { expectedVersion, tagVersion } from '../versions.ts';

const tags = ['Customers'];
const path = '/api/isp/customers';
const onePath = `${path}/{id}` as const;
const params = idParams<CustomerId>();

const create = apiRoute('customers.write', {
  method: 'post',
  path,
  tags,
  summary: 'Add a customer',
  request: body(newCustomerSchema),
  responses: { 201: json(customerSchema, 'The customer.') },
});

const list = apiRoute('customers.read', {
  method: 'get',
  path,
  tags,
  summary: 'Customers by name, or as asked for',
  request: {
    query: z.strictObject({
      ...pageQuery,
      q: line(200)
        .optional()
        .openapi({
          description:
            'Words, or how they begin, of name, company, e-mail address and phone number; a whole phone number in any ' +
            'spelling; or how a user name begins.',
        }),
      tag: line(40).optional(),
      currency: currencyInput.optional(),
      tax_exempt: flagInput.optional(),
      service_status: z.enum(SERVICE_STATUSES).optional(),
      created_from: instantInput.optional(),
      created_to: instantInput.optional(),
      sort: z.enum(CUSTOMER_SORTS).default('name'),
    }),
  },
  responses: { 200: listResponse(customerSchema, 'Customers.') },
});

const tagList = apiRoute('customers.read', {
  method: 'get',
  path: `${path}/tags`,
  tags,
  summary: 'The tags in use',
  responses: {
    200: json(z.object({ items: z.array(z.object({ tag: z.string(), customers: z.int() })) }), 'All tags.'),
  },
});

const read = apiRoute('customers.read', {
  method: 'get',
  path: onePath,
  tags,
  summary: 'One customer',
  request: { params },
  responses: { 200: json(customerSchema, 'The customer.') },
});

const change = apiRoute('customers.write', {
  method: 'patch',
  path: onePath,
  tags,
  summary: 'Change a customer: what is left out stays, null empties',
  description: 'Takes the `ETag` of the customer as `If-Match`.',
  request: { params, ...body(customerPatchSchema) },
  responses: { 200: json(customerSchema, 'The customer as it is now.') },
});

/** Who pays. */
export function customersRoutes({ deps: { db } }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp()
    .openapi(create, async (c) => {
      const input = c.req.valid('json');
      const details = { ...detailsFrom(input), name: input.name };
      const customer = await addCustomer(db, { details, currency: input.currency, actor: actorOf(c) });
      return c.json(tagged(c, customer), 201);
    })
    .openapi(list, (c) => {
      const query = c.req.valid('query');
      const { tax_exempt, service_status, created_from, created_to, cursor: _, ...same } = query;
      const filter: Omit<CustomerFilter, 'after'> = {
        ...same,
        taxExempt: tax_exempt,
        serviceStatus: service_status,
        createdFrom: created_from,
        createdTo: created_to,
      };
      return answerList(c, query, {
        fetch: ({ after, limit }) =>
          listCustomers(db, { ...filter, limit, after: after && positionOf(after) }),
        cursorOf: ({ customer, sortName }) => [sortName, customer.id],
        item: ({ customer }) => customerJson(customer),
      });
    })
    .openapi(tagList, async (c) => c.json({ items: await customerTags(db) }, 200))
    .openapi(read, async (c) => c.json(tagged(c, await getCustomer(db, c.req.valid('param').id)), 200))
    .openapi(change, async (c) => {
      const input = c.req.valid('json');
      const customer = await changeCustomer(db, {
        id: c.req.valid('param').id,
        details: detailsFrom(input),
        currency: input.currency,
        expectedVersion: expectedVersion(c),
        actor: actorOf(c),
      });
      return c.json(tagged(c, customer), 200);
    });
}

function tagged(c: Context<HttpEnv>, customer: CustomerProfile) {
  tagVersion(c, customer.version);
  return customerJson(customer);
}

function positionOf(cursor: Cursor): CustomerCursor {
  const [name] = cursor;
  return { id: BigInt(idOfCursor(cursor)), name: typeof name === 'string' ? name : undefined };
}
