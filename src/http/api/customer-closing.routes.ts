import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { mergeCustomer } from '../../billing/prepaid/merge.service.ts';
import type { CustomerId } from '../../kernel/ids.ts';
import {
  anonymiseCustomer,
  DUPLICATE_KEYS,
  findDuplicates,
} from '../../subscribers/customers/customer-closing.service.ts';
import type { CustomerProfile } from '../../subscribers/customers/customer-profile.ts';
import { actorOf } from '../access.ts';
import type { HttpContext, HttpEnv } from '../context.ts';
import { apiRoute, body, json, openApiApp } from '../openapi.ts';
import { answerList, listResponse, pageQuery } from '../paging.ts';
import { customerJson, customerSchema } from '../schemas/customer.ts';
import { id, idInput, idParams } from '../schemas/values.ts';
import { tagVersion } from '../versions.ts';

const tags = ['Customers'];
const path = '/api/isp/customers';
const params = idParams<CustomerId>();

const duplicateSchema = z
  .object({
    value: z.string().openapi({ description: 'What they share, in lower case.' }),
    count: z.int(),
    customers: z
      .array(z.object({ id, name: z.string() }))
      .openapi({ description: 'At most 20, oldest first.' }),
  })
  .openapi('DuplicateCustomers');

const duplicates = apiRoute('customers.read', {
  method: 'get',
  path: `${path}/duplicates`,
  tags,
  summary: 'Customers who share a phone number, an e-mail address or a name',
  request: { query: z.strictObject({ ...pageQuery, by: z.enum(DUPLICATE_KEYS).default('phone') }) },
  responses: { 200: listResponse(duplicateSchema, 'Groups of customers.') },
});

const merge = apiRoute('customers.erase', {
  method: 'post',
  path: `${path}/{id}/merge`,
  tags,
  summary: 'Merge a duplicate into another customer, for good',
  description:
    'Services, documents, credit and sign-ins move; details the kept customer lacks are taken over.',
  request: { params, ...body(z.strictObject({ into: idInput<CustomerId>() })) },
  responses: { 200: json(customerSchema, 'The customer that is kept.') },
});

const anonymise = apiRoute('customers.erase', {
  method: 'post',
  path: `${path}/{id}/anonymise`,
  tags,
  summary: 'Erase who a customer was, for good; documents stay',
  description: 'Only without services that are not cancelled, and with nothing owed and no credit left.',
  request: { params },
  responses: { 200: json(customerSchema, 'The customer as it is now.') },
});

/** Customers who were entered twice, and customers who are to be forgotten. */
export function customerClosingRoutes({ deps: { db, clock } }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp()
    .openapi(duplicates, (c) => {
      const { by, ...page } = c.req.valid('query');
      return answerList(c, page, {
        fetch: ({ after, limit }) => findDuplicates(db, { by, limit, after: after && String(after[0]) }),
        cursorOf: (group) => [group.value],
        item: (group) => ({ ...group, customers: [...group.customers] }),
      });
    })
    .openapi(merge, async (c) => {
      const order = { id: c.req.valid('param').id, into: c.req.valid('json').into, actor: actorOf(c) };
      return c.json(tagged(c, await mergeCustomer({ db, clock }, order)), 200);
    })
    .openapi(anonymise, async (c) => {
      const order = { id: c.req.valid('param').id, actor: actorOf(c) };
      return c.json(tagged(c, await anonymiseCustomer({ db, clock }, order)), 200);
    });
}

function tagged(c: Context<HttpEnv>, customer: CustomerProfile) {
  tagVersion(c, customer.version);
  return customerJson(customer);
}
