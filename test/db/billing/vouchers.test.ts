import { Temporal } from 'temporal-polyfill';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { addVoucher, addVoucherBatch } from '../../../src/billing/prepaid/voucher.service.ts';
import { redeemVoucher } from '../../../src/billing/prepaid/voucher-redemption.service.ts';
import type { CustomerId, PlanId, ServiceId } from '../../../src/kernel/ids.ts';
import { userNames } from '../../support/billing-site.ts';
import { openPrepaidSite, type PrepaidSite } from '../../support/prepaid-site.ts';

let site: PrepaidSite;
let week: PlanId;
const name = userNames();
const START = '2025-04-01T10:00:00Z';

beforeAll(async () => {
  site = await openPrepaidSite(START);
  await site.plan('d3000', 3_000, { model: 'prepaid', validity: { unit: 'days', count: 30 } });
  week = await site.plan('week', 700, { model: 'prepaid', validity: { unit: 'weeks', count: 1 } });
  await site.plan('post', 1_000);
});
afterAll(() => site.close());
beforeEach(() => site.clock.set(START));
afterEach(async () => expect(await site.discrepancies()).toEqual([]));

const until = (text: string) => Temporal.Instant.from(text);
const credit = (
  valueMinor: bigint,
  more: { currency?: string; expiresAt?: Temporal.Instant; code?: string } = {},
) =>
  site.inTransaction((tx, ctx) =>
    addVoucher(tx, ctx, site.box, { type: 'credit', valueMinor, currency: 'KES', ...more }),
  );
const free = () =>
  site.inTransaction((tx, ctx) =>
    addVoucher(tx, ctx, site.box, { type: 'package', planId: week, currency: 'KES' }),
  );
const redeem = (code: string, customerId: CustomerId, serviceId?: ServiceId) =>
  site.inTransaction((tx, ctx) => redeemVoucher(tx, ctx, site.box, { code, customerId, serviceId }));

test('Q7, G1: a credit voucher adds to the wallet out of voucher_clearing and starts what waited (Q1)', async () => {
  const username = name();
  const { customerId } = await site.create(username, 'd3000');
  await redeem((await credit(3_000n)).code, customerId);
  expect(await site.state(username)).toMatchObject({ status: 'pending', credit: 3_000 });
  await redeem((await credit(480n)).code, customerId);
  expect(await site.state(username)).toMatchObject({ status: 'active', credit: 0 });
  const lines = await site.db.query(
    `select account, sum(amount)::int as amount from ledger_lines l join ledger_entries e on e.id = l.entry_id
     where e.event = 'voucher' and e.customer_id = $1::bigint group by account order by account`,
    [customerId],
  );
  expect(lines).toEqual([
    { account: 'voucher_clearing', amount: 3_480 },
    { account: 'wallet', amount: -3_480 },
  ]);
});

test('Q7: a package voucher gives a free period from the later of now and the expiry, of its own package', async () => {
  const username = name();
  const { id, customerId } = await site.create(username, 'd3000');
  await redeem((await free()).code, customerId);
  expect(await site.state(username)).toMatchObject({ status: 'active', expires: '2025-04-08T10:00:00Z' });
  expect(await site.documents(id)).toEqual([]);
  await redeem((await free()).code, customerId, id);
  expect(await site.state(username)).toMatchObject({ package: 'week', expires: '2025-04-15T10:00:00Z' });
  await site.expire('2025-04-15T10:00:00Z');
  site.clock.set('2025-04-20T00:00:00Z');
  await redeem((await free()).code, customerId, id);
  expect(await site.state(username)).toMatchObject({ status: 'active', expires: '2025-04-27T00:00:00Z' });
});

test('Q7: a voucher of another package waits for the expiry, and its package begins there', async () => {
  const username = name();
  const { id, customerId } = await site.create(username, 'd3000');
  await site.pay(customerId, 3_480);
  await redeem((await free()).code, customerId, id);
  expect(await site.state(username)).toMatchObject({ package: 'd3000', expires: '2025-05-08T10:00:00Z' });
  await site.expire('2025-05-01T10:00:00Z');
  expect(await site.state(username)).toMatchObject({ package: 'week', status: 'active' });
});

test('Q7: used is looked at before expired, and a refusal changes nothing', async () => {
  const username = name();
  const { customerId } = await site.create(username, 'd3000');
  const expiresAt = until('2025-04-02T00:00:00Z');
  const [used, unused] = [await credit(100n, { expiresAt }), await credit(100n, { expiresAt })];
  site.clock.set('2025-04-01T23:59:59Z');
  await redeem(used.code, customerId);
  site.clock.set('2025-04-02T00:00:00Z');
  await expect(redeem(used.code, customerId)).rejects.toMatchObject({ code: 'voucher_used' });
  await expect(redeem(unused.code, customerId)).rejects.toMatchObject({ code: 'voucher_expired' });
  await expect(redeem('NO-SUCH-CODE', customerId)).rejects.toMatchObject({ code: 'voucher_not_found' });
  expect((await site.state(username)).credit).toBe(100);
});

test('Q7: of parallel uses one wins, whoever asks', async () => {
  const [a, b] = [await site.create(name(), 'd3000'), await site.create(name(), 'd3000')];
  const { code } = await credit(1_000n);
  const all = await Promise.allSettled([a, b, a, b].map(({ customerId }) => redeem(code, customerId)));
  expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const one of all) {
    if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'voucher_used' });
  }
});

test('M2, Q7: another currency, a postpaid service and an unclear service are refused, and the voucher stays', async () => {
  const { customerId } = await site.create(name(), 'd3000');
  await site.create(name(), 'd3000', { customerId });
  const postpaid = await site.create(name(), 'post', { customerId });
  const [dollars, gift] = [await credit(100n, { currency: 'USD' }), await free()];
  await expect(redeem(dollars.code, customerId)).rejects.toMatchObject({ code: 'currency_mismatch' });
  await expect(redeem(gift.code, customerId)).rejects.toMatchObject({ code: 'validation_failed' });
  await expect(redeem(gift.code, customerId, postpaid.id)).rejects.toMatchObject({ code: 'not_prepaid' });
  const other = await site.create(name(), 'd3000');
  await expect(redeem(gift.code, customerId, other.id)).rejects.toMatchObject({ code: 'service_not_found' });
  await redeem(gift.code, other.customerId);
});

test('Q7: codes are found however they are typed, are unique, and lie sealed in the database', async () => {
  const { customerId } = await site.create(name(), 'd3000');
  await credit(100n, { code: 'Easter-2025' });
  await expect(credit(100n, { code: 'easter 2025' })).rejects.toMatchObject({ code: 'voucher_code_taken' });
  const rows = await site.db.query<{ row: string }>('select v::text as row from vouchers v');
  expect(rows.map(({ row }) => row).join()).not.toMatch(/easter/i);
  await redeem(' EASTER 2025', customerId);
});

test('Q7: a batch has as many codes as asked for, each its own', async () => {
  const batch = await site.inTransaction((tx, ctx) =>
    addVoucherBatch(tx, ctx, site.box, {
      type: 'credit',
      valueMinor: 500n,
      currency: 'KES',
      name: 'May',
      count: 50,
    }),
  );
  expect(new Set(batch.vouchers.map(({ code }) => code)).size).toBe(50);
  expect(batch.vouchers[0]?.code).toMatch(/^[A-Z2-9]{4}(-[A-Z2-9]{4}){3}$/);
});
