import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './api.ts';
import { DENIED } from './hostile.ts';

const path = '/api/isp/customers';
let api: TestApi;

const PEOPLE = [
  { name: 'amina Odhiambo', phone: '+254712345678', email: 'amina.o@example.net', tags: ['fibre'] },
  { name: 'Baraka Mwangi', company: 'Mwangi & Sons', tags: ['fibre', 'vip'], tax_exempt: true },
  { name: 'baraka mwangi', currency: 'USD' },
  { name: '=1+1', notes: '@SUM(A1)', email: 'chao@example.org' },
  { name: 'José Müller-Okoth', city: 'Nakuru' },
];

beforeAll(async () => {
  api = await openTestApi();
  for (const body of PEOPLE) expect((await api.call('POST', path, { body })).status).toBe(201);
  await api.db.query(
    `with plan as (insert into isp_packages (code, name, price, currency) values ('p', 'P', 0, 'KES') returning id)
     insert into isp_services (customer_id, package_id, username, password_enc, status)
     select 5, id, 'Zuri_01', '\\x00'::bytea, 'suspended' from plan`,
  );
});
afterAll(() => api.close());

describe('the list of customers', () => {
  it.each([
    ['', ['=1+1', 'amina Odhiambo', 'Baraka Mwangi', 'baraka mwangi', 'José Müller-Okoth']],
    ['sort=-name', ['José Müller-Okoth', 'baraka mwangi', 'Baraka Mwangi', 'amina Odhiambo', '=1+1']],
    ['sort=created_at', PEOPLE.map((one) => one.name)],
    ['sort=-created_at', PEOPLE.map((one) => one.name).reverse()],
    ['q=odhi', ['amina Odhiambo']],
    ['q=mwangi%20bar', ['Baraka Mwangi', 'baraka mwangi']],
    ['q=Sons', ['Baraka Mwangi']],
    ['q=amina.o%40example', ['amina Odhiambo']],
    ['q=example.net', ['amina Odhiambo']],
    ['q=254712', ['amina Odhiambo']],
    ['q=%2B254%20', ['amina Odhiambo']],
    ['q=m%C3%BCller', ['José Müller-Okoth']],
    ['q=JOS%C3%89', ['José Müller-Okoth']],
    ['q=zuri_0', ['José Müller-Okoth']],
    ['q=zuri%25', []],
    ['q=%27%3B%20drop%20table%20customers%3B--', []],
    ['q=%26%7C%21', []],
    ['tag=fibre', ['amina Odhiambo', 'Baraka Mwangi']],
    ['tag=fibre&tax_exempt=true', ['Baraka Mwangi']],
    ['currency=USD', ['baraka mwangi']],
    ['service_status=suspended', ['José Müller-Okoth']],
    ['service_status=active', []],
    ['created_to=2020-01-01T00:00:00Z', []],
  ])('with ?%s holds what fits, in order', async (query, names) => {
    const { status, body } = await api.call('GET', `${path}?${query}`, { as: 'user' });
    expect(status).toBe(200);
    expect(body.items.map((one: { name: string }) => one.name)).toEqual(names);
  });

  it.each(['name', '-name', 'created_at', '-created_at'])(
    'pages by %s without gap or repetition',
    async (sort) => {
      const whole = await api.call('GET', `${path}?sort=${sort}`);
      const seen: unknown[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const from: string = cursor === '' ? '' : `&cursor=${cursor}`;
        const page = await api.call('GET', `${path}?sort=${sort}&limit=2${from}`);
        seen.push(...page.body.items);
        cursor = page.body.next_cursor;
      }
      expect(seen).toEqual(whole.body.items);
    },
  );

  it('as CSV has every row, and no cell is a formula', async () => {
    const { body, headers } = await api.call('GET', `${path}?limit=1`, { headers: { Accept: 'text/csv' } });
    expect(headers.get('content-type')).toContain('text/csv');
    const lines = body.trim().split('\n');
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatch(/^id,name,company,phone,/);
    expect(lines[1]).toMatch(/^4,'=1\+1,/);
    expect(body).toContain("'@SUM(A1)");
    expect(body).toContain("'+254712345678");
  });

  it('as CSV has its header line when there is nothing to list', async () => {
    const { body } = await api.call('GET', `${path}?q=nobody-of-that-name`, {
      headers: { Accept: 'text/csv' },
    });
    expect(body).toMatch(/^id,name,company,phone,.*,created_at\n$/);
  });

  it.each([
    ['a limit over 100', 'limit=101', 'limit'],
    ['an unknown parameter', 'colour=red', 'colour'],
    ['a NUL in the words', 'q=a%00b', 'q'],
    ['a NUL in the tag', 'tag=a%00b', 'tag'],
    ['an order that is none', 'sort=password', 'sort'],
    ['a cursor of nobody', 'cursor=abc', 'cursor'],
    ['a status that is none', 'service_status=gone', 'service_status'],
    ['a flag that is none', 'tax_exempt=1', 'tax_exempt'],
  ])('with %s is refused by the name of the field', async (_, query, field) => {
    const { status, body } = await api.call('GET', `${path}?${query}`);
    expect([status, body.error.code]).toEqual([422, 'validation_failed']);
    expect(body.error.fields).toHaveProperty(field);
  });

  it.each(DENIED)('is not shown to %s', async (_, as, status, code) => {
    for (const where of [path, `${path}/tags`]) {
      const answer = await api.call('GET', where, { as });
      expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    }
  });
});

it('tags are listed with how many customers have them', async () => {
  const { body } = await api.call('GET', `${path}/tags`, { as: 'user' });
  expect(body.items).toEqual([
    { tag: 'fibre', customers: 2 },
    { tag: 'vip', customers: 1 },
  ]);
});

describe('a phone number', () => {
  const names = ['International', 'National', 'Abroad', 'Other area'];
  beforeAll(async () => {
    const phones = ['+254798765432', '0798 765 432', '+255798765432', '0198765432'];
    for (const [index, phone] of phones.entries()) {
      const body = { name: names[index], phone, currency: 'TZS' };
      expect((await api.call('POST', path, { body })).status).toBe(201);
    }
  });

  it.each([
    ['+254798765432', ['International', 'National']],
    ['00254 798 765 432', ['International', 'National']],
    ['0798765432', ['Abroad', 'International', 'National']],
    ['798 765 432', ['Abroad', 'International', 'National']],
    ['+255 798-765-432', ['Abroad', 'National']],
    ['98765432', ['Abroad', 'International', 'National', 'Other area']],
    ['+254 798 765 433', []],
  ])('searched as %s finds its spellings and no number of elsewhere', async (q, found) => {
    const query = `currency=TZS&q=${encodeURIComponent(q)}`;
    const { body } = await api.call('GET', `${path}?${query}`, { as: 'user' });
    expect(body.items.map((one: { name: string }) => one.name)).toEqual(found);
  });

  it('searched with a page of one goes on behind it', async () => {
    const first = await api.call('GET', `${path}?q=0798765432&limit=1`);
    const next = await api.call('GET', `${path}?q=0798765432&limit=1&cursor=${first.body.next_cursor}`);
    expect([...first.body.items, ...next.body.items].map((one) => one.name)).toEqual([
      'Abroad',
      'International',
    ]);
  });
});
