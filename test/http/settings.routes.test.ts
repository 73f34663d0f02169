import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Answer, openTestApi, type TestApi } from './api.ts';
import { DENIED, HOSTILE_BODIES } from './hostile.ts';

const path = '/api/isp/settings';
let api: TestApi;

beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  await api.db.query('delete from isp_configurations');
});

it('shows every setting with value, default, meaning and who changed it', async () => {
  await api.call('PATCH', path, { body: { isp_vat_percent: 7.5 } });
  const { status, body } = await api.call('GET', path, { as: 'user' });
  expect(status).toBe(200);
  expect(setting(body, 'isp_vat_percent')).toMatchObject({
    value: '7.5',
    default: '16',
    changed_by: 'user:admin@example.net',
    changed_at: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  expect(setting(body, 'isp_suspension_days')).toEqual({
    key: 'isp_suspension_days',
    value: 30,
    default: 30,
    allowed: 'a whole number from 1 to 3650',
    description: expect.any(String),
    changed_by: null,
    changed_at: null,
  });
});

it.each([
  ['isp_vat_percent', '16.50', '16.5'],
  ['isp_vat_percent', 18, '18'],
  ['isp_late_fee_percent', '0', '0'],
  ['isp_suspension_days', 14, 14],
  ['isp_currency', 'USD', 'USD'],
  ['isp_timezone', 'Africa/Nairobi', 'Africa/Nairobi'],
  ['bill_while_suspended', false, false],
  ['dunning_schedule', [2, 4, 8], [2, 4, 8]],
] as const)('%s takes %j and answers %j', async (key, given, kept) => {
  const { status, body } = await api.call('PATCH', path, { body: { [key]: given } });
  expect(status).toBe(200);
  expect(setting(body, key).value).toEqual(kept);
});

it.each([
  ['an unknown key', { isp_moon: 1 }, 'isp_moon'],
  ['a percentage that is none', { isp_vat_percent: 'sixteen' }, 'isp_vat_percent'],
  ['a negative percentage', { isp_vat_percent: -1 }, 'isp_vat_percent'],
  ['text for a number', { isp_suspension_days: '30' }, 'isp_suspension_days'],
  ['an object for a word', { tax_mode: { $ne: 1 } }, 'tax_mode'],
  ['SQL for a time zone', { isp_timezone: "UTC'; drop table users; --" }, 'isp_timezone'],
  ['a key of the prototype', '{"constructor": 1}', 'constructor'],
] as const)('%s is refused by its name, and nothing of the request is done', async (_, bad, field) => {
  const text = typeof bad === 'string' ? bad : JSON.stringify(bad);
  const answer = await api.call('PATCH', path, { body: `{"payment_terms_days": 7, ${text.slice(1)}` });
  expect([answer.status, answer.body.error.code]).toEqual([422, 'validation_failed']);
  expect(Object.keys(answer.body.error.fields)).toEqual([field]);
  expect(await stored()).toEqual([]);
});

it.each(HOSTILE_BODIES)('%s is refused and changes nothing', async (_, body, statuses) => {
  const answer = await api.call('PATCH', path, { body });
  expect(statuses).toContain(answer.status);
  expect(answer.body.error).toMatchObject({ code: expect.any(String), message: expect.any(String) });
  expect(await stored()).toEqual([]);
});

it.each(DENIED)('%s cannot read them', async (_, as, status, code) => {
  const answer = await api.call('GET', path, { as });
  expect([answer.status, answer.body.error.code]).toEqual([status, code]);
});

it.each([...DENIED, ['a member of staff', 'user', 403, 'forbidden'] as const])(
  '%s cannot change them',
  async (_, as, status, code) => {
    const answer = await api.call('PATCH', path, { as, body: { payment_terms_days: 7 } });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    expect(await stored()).toEqual([]);
  },
);

it('a change for a version that is not in force any more is refused', async () => {
  const etag = (await api.call('GET', path)).headers.get('etag') ?? '';
  const change = (days: number) =>
    api.call('PATCH', path, {
      body: { payment_terms_days: days },
      headers: { 'If-Match': etag },
    });
  expect((await change(7)).status).toBe(200);
  const late = await change(21);
  expect([late.status, late.body.error.code]).toEqual([409, 'version_conflict']);
  expect(setting((await api.call('GET', path)).body, 'payment_terms_days').value).toBe(7);
});

it('an issued document fixes currency and time zone', async () => {
  await api.db.query(`update number_series set next_value = 2 where series = 'INV'`);
  const answer = await api.call('PATCH', path, { body: { isp_currency: 'USD', payment_terms_days: 7 } });
  await api.db.query(`update number_series set next_value = 1 where series = 'INV'`);
  expect([answer.status, answer.body.error.code]).toEqual([409, 'setting_fixed']);
  expect(await stored()).toEqual([]);
});

it('every change is in the audit log with its author', async () => {
  await api.call('PATCH', path, { body: { late_fee_grace_days: 5, tax_mode: 'inclusive' } });
  const { body } = await api.call('GET', '/api/isp/audit-log?entity=setting&entity_id=tax_mode&limit=1');
  expect(body.items[0]).toMatchObject({
    actor: 'admin@example.net',
    action: 'setting.changed',
    before: { tax_mode: 'exclusive' },
    after: { tax_mode: 'inclusive' },
  });
});

function setting(body: Answer['body'], key: string) {
  return body.items.find((one: { key: string }) => one.key === key);
}

async function stored(): Promise<unknown[]> {
  return api.db.query('select key from isp_configurations');
}
