import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, openTestApi, type TestApi } from './api.ts';
import { DENIED, HOSTILE_BODIES } from './hostile.ts';

const path = '/api/isp/promotions';
let api: TestApi;
let packageId: number;

beforeAll(async () => {
  api = await openTestApi();
  const plan = { code: 'HOME', name: 'Home', price: 3000 };
  packageId = (await api.call('POST', '/api/isp/packages', { body: plan })).body.id;
});
afterAll(() => api.close());

describe('a new promotion', () => {
  it('has defaults for what was left out', async () => {
    const { status, body, headers } = await api.call('POST', path, {
      body: { code: 'Ten-Off', type: 'percent', value: '10.0' },
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(Number),
      code: 'Ten-Off',
      type: 'percent',
      value: '10',
      currency: null,
      duration: 'once',
      cycles: null,
      valid_from: null,
      valid_until: null,
      max_redemptions: null,
      max_per_customer: 1,
      stackable: false,
      package_ids: [],
      redeemed_count: 0,
      version: 1,
      created_at: expect.stringMatching(/Z$/),
    });
    expect(headers.get('etag')).toBe('"1"');
  });

  it('keeps everything that was said', async () => {
    const said = {
      code: 'F500',
      type: 'fixed',
      value: 500,
      currency: 'KES',
      duration: 'repeating',
      cycles: 3,
      valid_from: '2026-11-01T00:00:00.000Z',
      valid_until: '2026-12-01T00:00:00.000Z',
      max_redemptions: 100,
      max_per_customer: 2,
      stackable: true,
    };
    const body = { ...said, valid_from: '2026-11-01T03:00:00+03:00', package_ids: [packageId, packageId] };
    const answer = await api.call('POST', path, { body });
    expect([answer.status, answer.body]).toMatchObject([201, { ...said, package_ids: [packageId] }]);
    expect((await api.call('GET', `${path}/${answer.body.id}`, { as: 'user' })).body).toEqual(answer.body);
  });

  it('under a code that is taken, whatever its case, is refused, also when both come at once (D1)', async () => {
    const add = (code: string) => api.call('POST', path, { body: { code, type: 'percent', value: 5 } });
    const answers = await Promise.all(['summer', 'SUMMER', 'Summer'].map(add));
    expect(answers.map((one) => one.status).sort()).toEqual([201, 409, 409]);
    expect(answers.find((one) => one.status === 409)?.body.error.code).toBe('promotion_code_taken');
  });

  it.each([
    ['a code with a blank', { code: 'two words' }, 'code'],
    ['a code with SQL', { code: "x';--" }, 'code'],
    ['an unknown type', { type: 'free' }, 'type'],
    ['no value', { value: undefined }, 'value'],
    ['0 %', { value: '0' }, 'value'],
    ['100.01 %', { value: '100.01' }, 'value'],
    ['a value that is no number', { value: 'ten' }, 'value'],
    ['a fixed value as text', { type: 'fixed', value: '500' }, 'value'],
    ['a fixed value of half a cent', { type: 'fixed', value: 0.5 }, 'value'],
    ['a fixed value below 0', { type: 'fixed', value: -5 }, 'value'],
    ['a currency that is none', { type: 'fixed', value: 5, currency: 'shilling' }, 'currency'],
    ['an unknown duration', { duration: 'monthly' }, 'duration'],
    ['a repeating code without cycles', { duration: 'repeating' }, 'cycles'],
    ['cycles of a code for ever', { duration: 'forever', cycles: 3 }, 'cycles'],
    ['no cycles', { duration: 'repeating', cycles: 0 }, 'cycles'],
    [
      'an end before its beginning',
      { valid_from: '2026-12-01T00:00:00Z', valid_until: '2026-11-01T00:00:00Z' },
      'valid_until',
    ],
    ['a local time', { valid_from: '2026-12-01' }, 'valid_from'],
    ['a maximum of none', { max_redemptions: 0 }, 'max_redemptions'],
    ['a package nobody sells', { package_ids: [999_999] }, 'package_ids'],
    ['a package that is no id', { package_ids: ['x'] }, 'package_ids.0'],
    ['an unknown key', { redeemed_count: 5 }, 'redeemed_count'],
  ] as const)('with %s is refused by the name of the field', async (_, part, field) => {
    const before = await count();
    const answer = await api.call('POST', path, {
      body: { code: 'BAD', type: 'percent', value: '10', ...part },
    });
    expect([answer.status, answer.body.error.code]).toEqual([422, 'validation_failed']);
    expect(Object.keys(answer.body.error.fields)).toEqual([field]);
    expect(await count()).toBe(before);
  });

  it.each(HOSTILE_BODIES)('with %s is refused', async (_, body, statuses) => {
    const before = await count();
    expect(statuses).toContain((await api.call('POST', path, { body })).status);
    expect(await count()).toBe(before);
  });
});

describe('a change', () => {
  it('leaves what is left out, takes away what is null, and is in the audit log', async () => {
    const { id } = await add({ code: 'CH1', valid_until: '2027-01-01T00:00:00Z', package_ids: [packageId] });
    const { status, body } = await patch(id, { value: 20, valid_until: null, package_ids: null });
    expect(status).toBe(200);
    expect(body).toMatchObject({ code: 'CH1', value: '20', valid_until: null, package_ids: [], version: 2 });
    const audit = await api.call('GET', `/api/isp/audit-log?entity=promotion&entity_id=${id}&limit=1`);
    expect(audit.body.items[0]).toMatchObject({
      action: 'promotion.updated',
      before: { value: '10', package_ids: [String(packageId)] },
      after: { value: '20', package_ids: null },
    });
  });

  it('of what redemptions rest on is refused once there is one (D5)', async () => {
    const { id } = await add({ code: 'USED', max_redemptions: 5 });
    await api.db.query('update isp_promotions set redeemed_count = 3 where id = $1::bigint', [id]);
    for (const body of [{ value: '5' }, { duration: 'forever' }, { type: 'fixed', value: 5 }]) {
      const answer = await patch(id, body);
      expect([answer.status, answer.body.error.code]).toEqual([409, 'promotion_in_use']);
    }
    expect((await patch(id, { max_redemptions: 2 })).body.error.fields).toHaveProperty('max_redemptions');
    expect((await patch(id, { max_redemptions: 3, stackable: true })).status).toBe(200);
  });

  it('for a version that is not in force any more, or to a code of another, is refused', async () => {
    const { id } = await add({ code: 'VER' });
    const late = await api.call('PATCH', `${path}/${id}`, {
      body: { value: '5' },
      headers: { 'If-Match': '"9"' },
    });
    expect([late.status, late.body.error.code]).toEqual([409, 'version_conflict']);
    const taken = await patch(id, { code: 'used' });
    expect([taken.status, taken.body.error.code]).toEqual([409, 'promotion_code_taken']);
    expect((await api.call('GET', `${path}/${id}`)).body).toMatchObject({
      code: 'VER',
      value: '10',
      version: 1,
    });
  });
});

describe('the list', () => {
  it('is newest first, in pages, by package and by what can be redeemed now, and as CSV', async () => {
    await add({ code: 'L-OPEN', package_ids: [packageId] });
    await add({ code: 'L-OVER', valid_until: '2026-11-25T09:00:00Z' });
    await add({ code: 'L-LATER', valid_from: '2026-11-25T09:00:00.001Z' });
    expect(await codes('q=l-')).toEqual(['L-LATER', 'L-OVER', 'L-OPEN']);
    expect(await codes('q=L-&redeemable=true')).toEqual(['L-OPEN']);
    expect(await codes(`q=L-&package_id=${packageId}`)).toEqual(['L-LATER', 'L-OVER', 'L-OPEN']);
    expect(await codes('q=L-&package_id=999')).toEqual(['L-LATER', 'L-OVER']);
    const first = await api.call('GET', `${path}?q=L-&limit=2`);
    expect(await codes(`q=L-&limit=2&cursor=${first.body.next_cursor}`)).toEqual(['L-OPEN']);
    const csv = await api.call('GET', `${path}?q=L-`, { headers: { Accept: 'text/csv' } });
    expect(csv.body.trim().split('\n')).toHaveLength(4);
  });
});

describe('access', () => {
  const writes = [
    ['POST', path],
    ['PATCH', `${path}/1`],
  ] as const;

  it.each(DENIED)('%s can do nothing', async (_, as, status, code) => {
    for (const [method, where] of [['GET', path], ['GET', `${path}/1`], ...writes] as const) {
      const answer = await api.call(method, where, { as, ...(method === 'GET' ? {} : { body: {} }) });
      expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    }
  });

  it('staff and tokens that read cannot write', async () => {
    for (const as of ['user', { scopes: ['catalog.read'] }] as const) {
      for (const [method, where] of writes) {
        const answer = await api.call(method, where, { as, body: {} });
        expect([answer.status, answer.body.error.code]).toEqual([403, 'forbidden']);
      }
    }
  });

  it('an id nobody has is not found', async () => {
    for (const [method, body] of [
      ['GET', undefined],
      ['PATCH', { value: 5 }],
    ] as const) {
      const answer = await api.call(method, `${path}/999999`, body === undefined ? {} : { body });
      expect([answer.status, answer.body.error.code]).toEqual([404, 'promotion_not_found']);
    }
  });
});

async function add(body: Record<string, unknown>): Promise<Answer['body']> {
  const answer = await api.call('POST', path, { body: { type: 'percent', value: '10', ...body } });
  expect(answer.status).toBe(201);
  return answer.body;
}

function patch(id: number, body: Record<string, unknown>): Promise<Answer> {
  return api.call('PATCH', `${path}/${id}`, { body });
}

async function codes(query: string): Promise<string[]> {
  const { body } = await api.call('GET', `${path}?${query}`);
  return body.items.map((one: { code: string }) => one.code);
}

async function count(): Promise<number> {
  const [row] = await api.db.query<{ count: string }>('select count(*) from isp_promotions');
  return Number(row?.count);
}
