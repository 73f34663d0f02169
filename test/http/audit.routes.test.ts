import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordAudit } from '../../src/platform/identity/audit.store.ts';
import { openTestApi, type TestApi } from './api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await openTestApi();
  for (const n of [1, 2, 3]) {
    await api.db.transaction((tx) =>
      recordAudit(tx, {
        actor: { kind: 'cli', name: 'root' },
        action: 'customer.updated',
        entity: 'customer',
        entityId: String(n),
        before: { name: '=1+1', email: 'ann@example.net', password: 'old', tags: ['a'] },
        after: { name: 'Ann', email: 'ann@example.org', password: 'new', tags: ['a'] },
      }),
    );
  }
});
afterAll(() => api.close());

it('shows what changed and masks secrets and contacts', async () => {
  const { status, body } = await api.call('GET', '/api/isp/audit-log?entity_id=1');
  expect(status).toBe(200);
  expect(body.items).toMatchObject([
    {
      actor: 'root',
      action: 'customer.updated',
      before: { name: '=1+1', email: 'a***@e***', password: '***' },
      after: { name: 'Ann', email: 'a***@e***', password: '***' },
    },
  ]);
  expect(body.items[0].before).not.toHaveProperty('tags');
});

it('pages newest first, without gap or repetition', async () => {
  const first = await api.call('GET', '/api/isp/audit-log?limit=2');
  const second = await api.call('GET', `/api/isp/audit-log?limit=2&cursor=${first.body.next_cursor}`);
  const ids = [...first.body.items, ...second.body.items].map((one: { entity_id: string }) => one.entity_id);
  expect(ids).toEqual(['3', '2', '1']);
  expect(second.body.next_cursor).toBeNull();
});

it('streams CSV in which no cell is a formula', async () => {
  const { body, headers } = await api.call('GET', '/api/isp/audit-log?limit=1', {
    headers: { Accept: 'text/csv' },
  });
  expect(headers.get('content-type')).toContain('text/csv');
  expect(body.trim().split('\n')).toHaveLength(4);
});

it.each([
  ['nobody', 'nobody', 401, 'not_signed_in'],
  ['a member of staff', 'user', 403, 'forbidden'],
  ['a customer', { customerId: '1' }, 403, 'forbidden'],
  ['a token without the scope', { scopes: ['customers.read'] }, 403, 'forbidden'],
] as const)('%s may not read it', async (_, as, status, code) => {
  const answer = await api.call('GET', '/api/isp/audit-log', { as });
  expect([answer.status, answer.body.error.code]).toEqual([status, code]);
});

it.each([
  ['a limit over 100', 'limit=101', 'limit'],
  ['an unknown parameter', 'colour=red', 'colour'],
  ['a cursor of nobody', 'cursor=abc', 'cursor'],
  ['an instant without zone', 'from=2026-11-25T10:00:00', 'from'],
])('%s is refused with the name of the field', async (_, query, field) => {
  const { status, body } = await api.call('GET', `/api/isp/audit-log?${query}`);
  expect([status, body.error.code]).toEqual([422, 'validation_failed']);
  expect(body.error.fields).toHaveProperty(field);
});

it('entries can be neither changed nor removed', async () => {
  await expect(api.db.query('update audit_log set action = $1::text', ['x'])).rejects.toThrow(/append-only/);
  await expect(api.db.query('delete from audit_log')).rejects.toThrow(/append-only/);
  await expect(api.db.query('truncate audit_log')).rejects.toThrow(/append-only/);
});
