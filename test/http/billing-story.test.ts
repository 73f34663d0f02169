import { afterAll, beforeAll, expect, it } from 'vitest';
import { findDiscrepancies } from '../../src/billing/ledger/ledger-check.store.ts';
import { day } from '../support/billing.ts';
import { openServiceSite, type ServiceSite } from './services.fixture.ts';

const billing = '/api/isp/billing';
let site: ServiceSite;

beforeAll(async () => {
  site = await openServiceSite();
});
afterAll(() => site.api.close());

const call = async (method: string, path: string, body?: unknown) => {
  const answer = await site.api.call(method, path, body === undefined ? {} : { body });
  expect([path, answer.status < 300, answer.body]).toEqual([path, true, answer.body]);
  expect(await findDiscrepancies(site.api.db)).toEqual([]);
  return answer.body;
};
const run = async (task: string) => (await call('POST', `${billing}/run/${task}`)).counts;
const at = (date: string) => site.api.clock.set(`${date}T06:00:00Z`);

it('two years of a customer who forgets to pay now and then: the books balance after every step', async () => {
  at('2025-01-31');
  const service = await site.create({ anchor_day: 31 });
  const status = async () => (await call('GET', `/api/isp/services/${service.body.id}`)).status;
  const balance = async () =>
    (await call('GET', `${billing}/customers/${site.amina}/statement`)).closing_balance;
  const starts: string[] = [];
  let paidMinor = 0;
  for (let month = 0; month < 24; month++) {
    const { body } = await site.api.call('GET', `/api/isp/services/${service.body.id}`);
    starts.push(body.period_start);
    // Pays every month but each fifth, and then all of it once the line is dead.
    const owed = await balance();
    if (month % 5 !== 4) {
      await call('POST', `${billing}/payments`, {
        customer_id: site.amina,
        amount: owed,
        provider: 'bank',
        external_ref: `M${month}`,
      });
      paidMinor += owed;
      expect(await status()).toBe('active');
    } else {
      at(
        day(starts.at(-1) ?? '')
          .add({ days: 20 })
          .toString(),
      );
      expect((await run('send-reminders')).sent).toBe(1);
      expect((await run('apply-late-fees')).charged).toBe(1);
    }
    at(body.next_billing_date);
    expect((await run('generate-invoices')).invoiced).toBe(1);
    expect((await run('generate-invoices')).invoiced).toBe(0);
    await run('suspend-unpaid');
    await run('reactivate-paid');
  }
  // C4: the anchor is the 31st, whatever February did.
  expect(starts.slice(0, 4)).toEqual(['2025-01-31', '2025-02-28', '2025-03-31', '2025-04-30']);
  const owed = await balance();
  at('2027-06-01');
  await run('suspend-unpaid');
  expect(await status()).toBe('suspended');
  await call('POST', `${billing}/payments`, { customer_id: site.amina, amount: owed });
  expect(await balance()).toBe(0);
  expect(await status()).toBe('active');
  const ledger = await call('GET', '/api/isp/reports/ledger');
  const cash = ledger.items.find((item: { account: string }) => item.account === 'cash');
  expect(cash.balance).toBe(paidMinor + owed);
}, 120_000);
