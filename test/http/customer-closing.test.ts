import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, openTestApi, type TestApi } from './api.ts';
import { DENIED, HOSTILE_BODIES } from './hostile.ts';

const path = '/api/isp/customers';
let api: TestApi;
let numbers = 0;

beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

describe('duplicates', () => {
  it.each([
    ['phone', '+254700000001', ['Twin A', 'twin a', 'Twin B']],
    ['email', 'twin@example.net', ['Twin A', 'Twin B']],
    ['name', 'twin a', ['Twin A', 'twin a']],
  ])('are found by %s', async (by, value, names) => {
    if (by === 'phone') {
      await add({ name: 'Twin A', phone: '+254 700 000 001', email: 'twin@example.net' });
      await add({ name: 'twin a', phone: '+254700000001' });
      await add({ name: 'Twin B', phone: '+254-700-000-001', email: 'Twin@Example.net' });
    }
    const { status, body } = await api.call('GET', `${path}/duplicates?by=${by}`, { as: 'user' });
    expect(status).toBe(200);
    expect(body.items).toMatchObject([
      { value, count: names.length, customers: names.map((name) => ({ name })) },
    ]);
  });
});

describe('a merge', () => {
  it('moves services, documents, ledger, credit and sign-ins, and takes over what was not known', async () => {
    const kept = await add({ name: 'Kept', phone: '0700000002', tags: ['a'], notes: 'first' });
    const twice = await add({
      name: 'Twice',
      phone: '0700000003',
      email: 'twice@example.net',
      tags: ['a', 'b'],
      notes: 'second',
    });
    await withDocuments(twice.id, { balance: 116, credit: 50 });
    await withService(twice.id, 'twice', 'active');
    await withUser(twice.id, 'twice@example.net');
    const { status, body } = await api.call('POST', `${path}/${twice.id}/merge`, { body: { into: kept.id } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: kept.id,
      name: 'Kept',
      phone: '0700000002',
      email: 'twice@example.net',
      tags: ['a', 'b'],
      notes: 'first\n\nsecond',
      // What lay beside a debt paid a part of it (A5), which is an entry more.
      credit_balance: 0,
      version: 2,
    });
    expect(await referencesTo(twice.id)).toEqual({});
    expect(await referencesTo(kept.id)).toEqual({
      invoices: 1,
      isp_services: 1,
      ledger_entries: 2,
      ledger_lines: 4,
      payments: 1,
      users: 1,
      wallet_credits: 1,
    });
    expect((await api.call('GET', `${path}/${twice.id}`)).body).toMatchObject({
      merged_into_id: kept.id,
      credit_balance: 0,
    });
    expect(
      (await api.call('GET', `${path}?q=Twice`)).body.items.map((one: { id: number }) => one.id),
    ).toEqual([kept.id]);
    const audit = await api.call('GET', `/api/isp/audit-log?entity=customer&entity_id=${twice.id}&limit=1`);
    expect(audit.body.items[0]).toMatchObject({
      action: 'customer.merged',
      after: { merged_into_id: String(kept.id) },
    });
  });

  it('does not let anything else be changed in what was issued', async () => {
    const one = await add({ name: 'Fixed' });
    const other = await add({ name: 'Elsewhere' });
    await withDocuments(one.id, { balance: 116, credit: 50 });
    for (const change of [
      ['update invoices set total = 5 where customer_id = $1::bigint', [one.id]],
      ['update invoices set customer_id = $2::bigint where customer_id = $1::bigint', [one.id, other.id]],
      ['update ledger_lines set amount = 5 where customer_id = $1::bigint', [one.id]],
      ['update ledger_lines set customer_id = $2::bigint where customer_id = $1::bigint', [one.id, other.id]],
      [
        'update ledger_entries set customer_id = $2::bigint where customer_id = $1::bigint',
        [one.id, other.id],
      ],
      ['update payments set customer_id = $2::bigint where customer_id = $1::bigint', [one.id, other.id]],
      ['delete from ledger_entries where customer_id = $1::bigint', [one.id]],
    ] as const) {
      await expect(api.db.query(change[0], change[1])).rejects.toThrow(/append-only/);
    }
    await api.call('POST', `${path}/${one.id}/merge`, { body: { into: other.id } });
    await expect(
      api.db.query('update invoices set total = 5 where customer_id = $1::bigint', [other.id]),
    ).rejects.toThrow(/append-only/);
  });

  it('of a customer with earlier duplicates takes them along', async () => {
    const [first, second, third] = [
      await add({ name: 'M1' }),
      await add({ name: 'M2' }),
      await add({ name: 'M3' }),
    ];
    await api.call('POST', `${path}/${first.id}/merge`, { body: { into: second.id } });
    expect((await api.call('POST', `${path}/${second.id}/merge`, { body: { into: third.id } })).status).toBe(
      200,
    );
    expect((await api.call('GET', `${path}/${first.id}`)).body.merged_into_id).toBe(third.id);
  });

  it('both ways at once ends with one customer, never with none', async () => {
    const [left, right] = [await add({ name: 'Left' }), await add({ name: 'Right' })];
    const answers = await Promise.all([
      api.call('POST', `${path}/${left.id}/merge`, { body: { into: right.id } }),
      api.call('POST', `${path}/${right.id}/merge`, { body: { into: left.id } }),
    ]);
    expect(answers.map((one) => one.status).sort()).toEqual([200, 409]);
    expect(answers.find((one) => one.status === 409)?.body.error.code).toBe('customer_closed');
  });

  it.each([
    ['into itself', (id: number) => ({ into: id }), 422, 'validation_failed'],
    ['into nobody', () => ({ into: 999_999 }), 404, 'not_found'],
    ['into no id', () => ({ into: "1' or 1=1" }), 422, 'validation_failed'],
    ['without a target', () => ({}), 422, 'validation_failed'],
  ] as const)('%s is refused', async (_, bodyOf, status, code) => {
    const { id } = await add({ name: 'Stays' });
    const answer = await api.call('POST', `${path}/${id}/merge`, { body: bodyOf(id) });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    expect((await api.call('GET', `${path}/${id}`)).body).toMatchObject({ merged_into_id: null, version: 1 });
  });

  it('of two currencies is refused (M2)', async () => {
    const [kes, usd] = [await add({ name: 'K' }), await add({ name: 'U', currency: 'USD' })];
    const answer = await api.call('POST', `${path}/${kes.id}/merge`, { body: { into: usd.id } });
    expect([answer.status, answer.body.error.code]).toEqual([409, 'currency_mismatch']);
  });

  it.each(HOSTILE_BODIES)('with %s is refused', async (_, body, statuses) => {
    const { id } = await add({ name: 'Stays' });
    expect(statuses).toContain((await api.call('POST', `${path}/${id}/merge`, { body })).status);
  });
});

describe('an anonymised customer', () => {
  it('has no name, contacts or sign-in any more, nor have its duplicates; documents stay', async () => {
    const kept = await add({
      name: 'Forget Me',
      email: 'forget@example.net',
      tax_number: 'P1',
      tax_exempt: true,
    });
    const twice = await add({ name: 'Forget Me Too', phone: '0711111111' });
    await withDocuments(kept.id, { balance: 0, credit: 0 });
    await withService(kept.id, 'forget', 'cancelled');
    await withUser(kept.id, 'forget@example.net');
    await api.call('POST', `${path}/${twice.id}/merge`, { body: { into: kept.id } });
    const { status, body } = await api.call('POST', `${path}/${kept.id}/anonymise`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name: `Anonymised customer ${kept.id}`,
      email: null,
      phone: null,
      tax_number: null,
      tax_exempt: true,
      notification_channels: [],
      anonymised_at: '2026-11-25T09:00:00.000Z',
    });
    expect((await api.call('GET', `${path}/${twice.id}`)).body).toMatchObject({
      name: `Anonymised customer ${twice.id}`,
      phone: null,
    });
    const [user] = await api.db.query('select email, disabled_at from users where customer_id = $1::bigint', [
      kept.id,
    ]);
    expect(user).toMatchObject({
      email: expect.stringMatching(/^anonymised-\d+@invalid$/),
      disabled_at: expect.any(Date),
    });
    expect((await referencesTo(kept.id)).invoices).toBe(1);
    const again = await api.call('PATCH', `${path}/${kept.id}`, { body: { name: 'Back' } });
    expect([again.status, again.body.error.code]).toEqual([409, 'customer_closed']);
    const whole = JSON.stringify((await api.call('GET', '/api/isp/audit-log?limit=100')).body);
    expect(whole).not.toContain('forget@example.net');
  });

  it.each([
    [
      'a service that is not cancelled',
      async (id: number) => withService(id, `live-${id}`, 'suspended'),
      'customer_has_services',
    ],
    [
      'an unpaid invoice',
      async (id: number) => withDocuments(id, { balance: 116, credit: 0 }),
      'customer_has_balance',
    ],
    [
      'credit left',
      async (id: number) => withDocuments(id, { balance: 0, credit: 50 }),
      'customer_has_balance',
    ],
  ] as const)('is not made of one with %s', async (_, prepare, code) => {
    const { id } = await add({ name: 'Still here' });
    await prepare(id);
    const answer = await api.call('POST', `${path}/${id}/anonymise`);
    expect([answer.status, answer.body.error.code]).toEqual([409, code]);
    expect((await api.call('GET', `${path}/${id}`)).body).toMatchObject({
      name: 'Still here',
      anonymised_at: null,
    });
  });
});

describe('access', () => {
  it.each([...DENIED, ['a member of staff', 'user', 403, 'forbidden'] as const])(
    '%s merges and anonymises nobody',
    async (_, as, status, code) => {
      const { id } = await add({ name: 'Safe' });
      for (const what of ['merge', 'anonymise']) {
        const answer = await api.call('POST', `${path}/${id}/${what}`, { as, body: { into: 1 } });
        expect([answer.status, answer.body.error.code]).toEqual([status, code]);
      }
      expect((await api.call('GET', `${path}/${id}`)).body).toMatchObject({ name: 'Safe', version: 1 });
    },
  );

  it.each(DENIED)('%s sees no duplicates', async (_, as, status, code) => {
    const answer = await api.call('GET', `${path}/duplicates`, { as });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  it('an id nobody has is not found', async () => {
    const answer = await api.call('POST', `${path}/999999/anonymise`);
    expect([answer.status, answer.body.error.code]).toEqual([404, 'not_found']);
  });
});

async function add(body: Record<string, unknown>): Promise<Answer['body']> {
  const answer = await api.call('POST', path, { body });
  expect(answer.status).toBe(201);
  return answer.body;
}

async function withService(customerId: number, username: string, status: string): Promise<void> {
  await api.db.query(
    `with plan as (insert into isp_packages (code, name, price, currency)
       values ('P-' || $2::text, 'P', 0, 'KES') returning id)
     insert into isp_services (customer_id, package_id, username, password_enc, status)
     select $1::bigint, id, $2::text, '\\x00'::bytea, $3::text from plan`,
    [customerId, username, status],
  );
}

async function withUser(customerId: number, email: string): Promise<void> {
  await api.db.query(
    `insert into users (email, password_hash, role, customer_id) values ($1::text, 'x', 'customer', $2::bigint)`,
    [email, customerId],
  );
}

/** An invoice of 116 of which the balance is left, a payment, its credit and its ledger entry. */
async function withDocuments(customerId: number, money: { balance: number; credit: number }): Promise<void> {
  numbers += 1;
  await api.db.transaction(async (tx) => {
    await tx.query(
      `insert into invoices (series, number, kind, customer_id, currency, issue_date, due_date, subtotal,
         discount_total, tax_total, total, tax_rate, tax_mode, tax_rounding, tax_exempt, amount_paid, issued_at)
       values ('INV', $1::bigint, 'one_off', $2::bigint, 'KES', '2026-11-01', '2026-11-15', 100, 0, 16, 116, '16',
         'exclusive', 'invoice', false, $3::bigint, now())`,
      [numbers, customerId, 116 - money.balance],
    );
    const [payment] = await tx.query<{ id: string }>(
      `insert into payments (customer_id, currency, amount, method, provider, received_at, recorded_by)
       values ($1::bigint, 'KES', 500, 'cash', 'test', now(), 'test') returning id`,
      [customerId],
    );
    await tx.query(
      `insert into wallet_credits (customer_id, source, source_id, amount, remaining, credited_at)
       values ($1::bigint, 'payment', $2::bigint, 500, $3::bigint, now())`,
      [customerId, payment?.id, money.credit],
    );
    const [entry] = await tx.query<{ id: string }>(
      `insert into ledger_entries (event, ref_id, customer_id, currency, occurred_on, occurred_at)
       values ('payment', $2::bigint, $1::bigint, 'KES', '2026-11-02', now()) returning id`,
      [customerId, payment?.id],
    );
    await tx.query(
      `insert into ledger_lines (entry_id, account, customer_id, amount)
       values ($2::bigint, 'cash', $1::bigint, 500), ($2::bigint, 'wallet', $1::bigint, -500)`,
      [customerId, entry?.id],
    );
    await tx.query('update customers set credit_balance = $2::bigint where id = $1::bigint', [
      customerId,
      money.credit,
    ]);
  });
}

/** How many rows of each table are this customer's; tables with none are left out. */
async function referencesTo(id: number): Promise<Record<string, number>> {
  const tables = await api.db.query<{ name: string }>(
    `select distinct table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'customer_id' order by 1`,
  );
  const found: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await api.db.query<{ count: string }>(
      `select count(*) from ${name} where customer_id = $1::bigint`,
      [id],
    );
    if (row !== undefined && row.count !== '0') found[name] = Number(row.count);
  }
  return found;
}
