import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Queryable } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { listProfiles } from '../../src/subscribers/customers/customer-profile.store.ts';
import { listServicePage } from '../../src/subscribers/services/service.store.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openLanePool({ url: database.url, lanes: 1, name: 'test' });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

/** The plan of the one query that `work` makes, where reading a whole table is the last resort. */
async function planOf(work: (q: Queryable) => Promise<unknown>): Promise<string> {
  let plan = '';
  await db.transaction(async (tx) => {
    await tx.query('set local enable_seqscan = off', [], { prepare: false });
    await work({
      query: async (text, params) => {
        const rows = await tx.query<{ 'QUERY PLAN': string }>(`explain ${text}`, params, { prepare: false });
        plan = rows.map((row) => row['QUERY PLAN']).join('\n');
        return [];
      },
    });
  });
  return plan;
}

describe('a search finds by index', () => {
  const services = (q: string) => (on: Queryable) => listServicePage(on, { q, sort: 'id', limit: 51 });
  const customers = (q: string) => (on: Queryable) => listProfiles(on, { q, sort: 'name', limit: 51 });

  it.each([
    ['services by the beginning of a user name', services('amina'), 'isp_services_username_search_idx'],
    ['services by words', services('amina'), 'isp_services_search_idx'],
    ['services by words of the customer', services('amina'), 'customers_search_idx'],
    ['services by the phone number of the customer', services('0712345678'), 'customers_phone_end_idx'],
    ['services by MAC address', services('AA:BB:CC:77:88:99'), 'isp_services_mac_idx'],
    ['services by IP address', services('10.9.9.9'), 'isp_services_framed_ip_key'],
    ['customers by words', customers('amina'), 'customers_search_idx'],
    ['customers by user name', customers('amina'), 'isp_services_username_search_idx'],
    ['customers by phone number', customers('0712345678'), 'customers_phone_end_idx'],
  ])('%s', async (_, work, index) => {
    const plan = await planOf(work);
    expect(plan).toContain(index);
    expect(plan).not.toMatch(/Seq Scan on (isp_services|customers)/);
  });
});
