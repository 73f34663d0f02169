import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { insertCustomer } from '../../src/subscribers/customers/customer.store.ts';
import { openTestApi, type TestApi } from './api.ts';

const ENTRIES = 100_000;
let api: TestApi;
let path: string;
let pagesRead = 0;

beforeAll(async () => {
  api = await openTestApi(({ deps }) => ({ deps: { ...deps, db: counting(deps.db) } }));
  const id = await api.db.transaction((tx) => insertCustomer(tx, { name: 'Amina', currency: 'KES' }));
  path = `/api/isp/billing/customers/${id}/statement`;
  await api.db.transaction(
    async (tx) => {
      await tx.query(
        `insert into ledger_entries (event, ref_id, customer_id, currency, occurred_on, occurred_at)
         select 'payment', n, $1::bigint, 'KES', date '2024-01-01' + n % 700, timestamptz '2024-01-01' from
           generate_series(1, ${ENTRIES}) n`,
        [id],
      );
      await tx.query(
        `insert into ledger_lines (entry_id, account, customer_id, amount)
         select e.id, l.account, e.customer_id, l.sign * 100 from ledger_entries e
         cross join (values ('cash', 1), ('wallet', -1)) l (account, sign)`,
      );
    },
    { deadlineMs: 60_000 },
  );
  await api.db.query('analyze ledger_entries, ledger_lines');
}, 90_000);
afterAll(() => api.close());

/** Counts the pages of statements that are read. */
function counting(db: Database): Database {
  return {
    query: (text, ...more) => {
      if (/from ledger_entries/.test(text) && /limit/.test(text)) pagesRead += 1;
      return db.query(text, ...more);
    },
    transaction: (...call) => db.transaction(...call),
    copyIn: (...call) => db.copyIn(...call),
    close: () => db.close(),
  };
}

async function open(accept: string): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  const response = await api.app.request(path, {
    headers: { Authorization: 'Bearer admin', Accept: accept },
  });
  expect(response.status).toBe(200);
  if (response.body === null) throw new Error('The answer has no body.');
  return response.body.getReader();
}

async function rest(reader: ReadableStreamDefaultReader<Uint8Array>) {
  const chunks: Uint8Array[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
  }
  const largest = chunks.reduce((most, { length }) => Math.max(most, length), 0);
  return { text: Buffer.concat(chunks).toString(), largest };
}

describe('a statement of 100,000 entries', () => {
  it.each([
    [
      'JSON',
      'application/json',
      (text: string) => {
        const { entries, closing_balance } = JSON.parse(text);
        return { entries: entries.length, closing: closing_balance };
      },
    ],
    [
      'CSV',
      'text/csv',
      (text: string) => {
        const lines = text.trimEnd().split('\n');
        return { entries: lines.length - 1, closing: Number(lines.at(-1)?.split(',').at(-1)) };
      },
    ],
  ])(
    'is %s, whole, in small pieces',
    async (_, accept, read) => {
      const { text, largest } = await rest(await open(accept));
      expect(read(text)).toEqual({ entries: ENTRIES, closing: -100 * ENTRIES });
      expect(largest).toBeLessThan(100_000);
    },
    60_000,
  );

  it('is read from the database only as fast as it is taken, and no further once nobody takes it', async () => {
    pagesRead = 0;
    const reader = await open('application/json');
    await reader.read();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(pagesRead).toBeLessThan(4);
    await reader.cancel();
    const read = pagesRead;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(pagesRead).toBe(read);
  });

  it('is not printed: the answer says how to get it', async () => {
    const { status, body } = await api.call('GET', `${path}/pdf`);
    expect([status, body.error.code]).toEqual([422, 'statement_too_long']);
    expect(body.error.message).toContain('text/csv');
  });
});
