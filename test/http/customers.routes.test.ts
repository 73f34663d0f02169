import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, openTestApi, type TestApi } from './api.ts';
import { DENIED, HARMLESS_TEXTS, HOSTILE_BODIES } from './hostile.ts';

const path = '/api/isp/customers';
let api: TestApi;

beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

describe('a new customer', () => {
  it('has defaults for what was left out, and is in the audit log with masked contacts', async () => {
    const { status, body, headers } = await api.call('POST', path, {
      as: 'user',
      body: {
        name: '  Amina Odhiambo ',
        phone: '+254 712 345-678',
        email: 'amina@example.net',
        city: 'Kisumu',
      },
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(Number),
      name: 'Amina Odhiambo',
      company: null,
      phone: '+254712345678',
      email: 'amina@example.net',
      street: null,
      city: 'Kisumu',
      region: null,
      postal_code: null,
      country: null,
      tax_number: null,
      currency: 'KES',
      tax_exempt: false,
      credit_balance: 0,
      locale: null,
      notification_channels: ['email', 'sms'],
      tags: [],
      notes: null,
      merged_into_id: null,
      anonymised_at: null,
      version: 1,
      created_at: expect.stringMatching(/Z$/),
    });
    expect(headers.get('etag')).toBe('"1"');
    const audit = await api.call('GET', `/api/isp/audit-log?entity=customer&entity_id=${body.id}`);
    expect(audit.body.items).toMatchObject([
      {
        action: 'customer.created',
        actor: 'user@example.net',
        before: null,
        after: { name: 'Amina Odhiambo', phone: '+2***78', email: 'a***@e***', city: 'Ki***mu' },
      },
    ]);
  });

  it.each([
    ['no name', {}, 'name'],
    ['an empty name', { name: ' ' }, 'name'],
    ['a name of two lines', { name: 'Ann\r\nBcc: all@example.net' }, 'name'],
    ['a name with a NUL', { name: 'Ann\u0000' }, 'name'],
    ['a number for a name', { name: 7 }, 'name'],
    ['an e-mail address with a header in it', { name: 'A', email: 'a@b.c\r\nBcc: x@y.z' }, 'email'],
    ['an e-mail address without domain', { name: 'A', email: 'ann@home' }, 'email'],
    ['letters for a phone number', { name: 'A', phone: 'call me' }, 'phone'],
    ['a currency that is none', { name: 'A', currency: 'shilling' }, 'currency'],
    ['a country by name', { name: 'A', country: 'Kenya' }, 'country'],
    ['a language that is none', { name: 'A', locale: 'x' }, 'locale'],
    ['an unknown channel', { name: 'A', notification_channels: ['pigeon'] }, 'notification_channels.0'],
    ['a tag with a comma', { name: 'A', tags: ['a,b'] }, 'tags.0'],
    ['text for a flag', { name: 'A', tax_exempt: 'yes' }, 'tax_exempt'],
    ['a balance, which only payments change', { name: 'A', credit_balance: 5 }, 'credit_balance'],
    ['an unknown key', { name: 'A', is_admin: true }, 'is_admin'],
    ['an object for a text', { name: 'A', notes: { $gt: '' } }, 'notes'],
  ] as const)('with %s is refused by the name of the field', async (_, body, field) => {
    const before = await count();
    const answer = await api.call('POST', path, { body });
    expect([answer.status, answer.body.error.code]).toEqual([422, 'validation_failed']);
    expect(Object.keys(answer.body.error.fields)).toEqual([field]);
    expect(await count()).toBe(before);
  });

  it.each(HOSTILE_BODIES)('with %s is refused', async (_, body, statuses) => {
    const before = await count();
    const answer = await api.call('POST', path, { body });
    expect(statuses).toContain(answer.status);
    expect(answer.body.error).toMatchObject({ code: expect.any(String), message: expect.any(String) });
    expect(await count()).toBe(before);
  });

  it.each(HARMLESS_TEXTS)('may be named like %s', async (_, name) => {
    const { status, body } = await api.call('POST', path, { body: { name } });
    expect([status, body.name]).toEqual([201, name]);
    expect((await api.call('GET', `${path}?q=${encodeURIComponent(name)}`)).body.items).toMatchObject([
      { name },
    ]);
  });

  it.each(DENIED)('is not made for %s', async (_, as, status, code) => {
    const before = await count();
    const answer = await api.call('POST', path, { as, body: { name: 'Eve' } });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    expect(await count()).toBe(before);
  });
});

describe('one customer', () => {
  it('is answered whole', async () => {
    const { id } = await add({ name: 'Baraka', tags: ['fibre', 'vip', 'fibre'] });
    const { status, body } = await api.call('GET', `${path}/${id}`, { as: { scopes: ['customers.read'] } });
    expect([status, body.id, body.tags]).toEqual([200, id, ['fibre', 'vip']]);
  });

  it.each([
    ['an id nobody has', '999999999', 404, 'not_found'],
    ['an id that is none', "1' or '1'='1", 422, 'validation_failed'],
    ['an id beyond all numbers', '99999999999999999999', 422, 'validation_failed'],
  ])('%s is not found', async (_, id, status, code) => {
    for (const method of ['GET', 'PATCH']) {
      const answer = await api.call(method, `${path}/${encodeURIComponent(id)}`, {
        ...(method === 'PATCH' ? { body: { name: 'X' } } : {}),
      });
      expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    }
  });

  it.each(DENIED)('is shown to and changed by nobody like %s', async (_, as, status, code) => {
    const { id } = await add({ name: 'Private' });
    const read = await api.call('GET', `${path}/${id}`, { as });
    const write = await api.call('PATCH', `${path}/${id}`, { as, body: { name: 'Mine' } });
    expect([read.status, read.body.error.code]).toEqual([status, code]);
    expect([write.status, write.body.error.code]).toEqual([status, code]);
    expect((await api.call('GET', `${path}/${id}`)).body.name).toBe('Private');
  });

  it('a token that reads cannot write', async () => {
    const { id } = await add({ name: 'Read only' });
    const answer = await api.call('PATCH', `${path}/${id}`, {
      as: { scopes: ['customers.read'] },
      body: { name: 'Mine' },
    });
    expect([answer.status, answer.body.error.code]).toEqual([403, 'forbidden']);
  });
});

describe('a change', () => {
  it('leaves what is left out, empties what is null, and shows only what differs in the audit log', async () => {
    const { id } = await add({ name: 'Chao', phone: '0712345678', notes: 'gate code 4711', city: 'Voi' });
    const { status, body } = await api.call('PATCH', `${path}/${id}`, {
      as: 'user',
      body: { phone: null, notes: 'dog', tags: ['late'], tax_exempt: true },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name: 'Chao',
      phone: null,
      notes: 'dog',
      city: 'Voi',
      tags: ['late'],
      tax_exempt: true,
      version: 2,
    });
    const { items } = (await api.call('GET', `/api/isp/audit-log?entity=customer&entity_id=${id}&limit=1`))
      .body;
    expect(items[0]).toMatchObject({
      action: 'customer.updated',
      before: { phone: '07***78', notes: 'ga***11', tags: [], tax_exempt: false },
      after: { phone: null, notes: '***', tags: ['late'], tax_exempt: true },
    });
    expect(items[0].before).not.toHaveProperty('city');
  });

  it('for a version that is not in force any more is refused', async () => {
    const { id } = await add({ name: 'Dalila' });
    const change = (name: string) =>
      api.call('PATCH', `${path}/${id}`, { body: { name }, headers: { 'If-Match': '"1"' } });
    const [one, other] = await Promise.all([change('Dalila A'), change('Dalila B')]);
    expect([one.status, other.status].sort()).toEqual([200, 409]);
    expect((one.status === 409 ? one : other).body.error.code).toBe('version_conflict');
  });

  it('of currency is possible until there is a service', async () => {
    const { id } = await add({ name: 'Elimu' });
    expect((await patch(id, { currency: 'USD' })).body.currency).toBe('USD');
    await withService(id, 'USD');
    const late = await patch(id, { currency: 'KES' });
    expect([late.status, late.body.error.code]).toEqual([409, 'currency_fixed']);
    expect((await patch(id, { currency: 'USD', name: 'Elimu Ltd' })).status).toBe(200);
  });

  it.each(HOSTILE_BODIES)('with %s is refused', async (_, body, statuses) => {
    const { id } = await add({ name: 'Unchanged' });
    const answer = await api.call('PATCH', `${path}/${id}`, { body });
    expect(statuses).toContain(answer.status);
    expect((await api.call('GET', `${path}/${id}`)).body).toMatchObject({ name: 'Unchanged', version: 1 });
  });
});

async function add(body: Record<string, unknown>): Promise<Answer['body']> {
  const answer = await api.call('POST', path, { body });
  expect(answer.status).toBe(201);
  return answer.body;
}

function patch(id: number, body: Record<string, unknown>): Promise<Answer> {
  return api.call('PATCH', `${path}/${id}`, { body });
}

async function withService(customerId: number, currency: string): Promise<void> {
  await api.db.query(
    `with plan as (insert into isp_packages (code, name, price, currency)
       values ('P' || $1::bigint, 'P', 0, $2::text) returning id)
     insert into isp_services (customer_id, package_id, username, password_enc)
     select $1::bigint, id, 'u' || $1::bigint, '\\x00' from plan`,
    [customerId, currency],
  );
}

async function count(): Promise<number> {
  const [row] = await api.db.query<{ count: string }>('select count(*) from customers');
  return Number(row?.count);
}
