import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { cancelAny } from '../../../src/billing/prepaid/cancellation.service.ts';
import type { PlanId } from '../../../src/kernel/ids.ts';
import { SYSTEM_ACTOR } from '../../../src/platform/identity/actor.ts';
import { placeHold } from '../../../src/subscribers/services/holding.service.ts';
import { lockService } from '../../../src/subscribers/services/service.store.ts';
import { userNames } from '../../support/billing-site.ts';
import { openPrepaidSite, type PrepaidSite } from '../../support/prepaid-site.ts';

let site: PrepaidSite;
let d6000: PlanId;
const name = userNames();
const START = '2025-04-01T10:00:00Z';

beforeAll(async () => {
  site = await openPrepaidSite(START);
  const prepaid = { model: 'prepaid' as const, dataLimitGb: '10', limitAction: 'block' as const };
  const days = { validity: { unit: 'days', count: 30 } };
  await site.plan('d3000', 3_000, { ...prepaid, ...days });
  d6000 = await site.plan('d6000', 6_000, { ...prepaid, ...days });
  await site.plan('month', 1_000, { ...prepaid, validity: { unit: 'months', count: 1 } });
  await site.plan('setup', 1_000, { ...prepaid, ...days, setupFee: 500n });
});
afterAll(() => site.close());
beforeEach(() => site.clock.set(START));
afterEach(async () => expect(await site.discrepancies()).toEqual([]));

async function outcomes(run: ReturnType<PrepaidSite['expire']>, username: string) {
  const { effects } = await run;
  return effects.filter(({ label }) => label === username).map(({ outcome }) => outcome);
}

async function running(planCode = 'd3000', more: { autoRenew?: boolean } = {}) {
  const username = name();
  const service = await site.create(username, planCode, more);
  const prices: Record<string, number> = { d3000: 3_480, month: 1_160, setup: 1_740 };
  await site.pay(service.customerId, prices[planCode] ?? 0);
  return { ...service, username };
}

test('Q1, Q2: pending until a top-up covers the first period with set-up and tax; the invoice is paid at once', async () => {
  const username = name();
  const { id, customerId } = await site.create(username, 'setup');
  await site.pay(customerId, 1_739);
  expect(await site.state(username)).toMatchObject({ status: 'pending', credit: 1_739 });
  await expect(site.activate(id)).rejects.toMatchObject({
    kind: 'payment_required',
    code: 'insufficient_balance',
  });
  await site.pay(customerId, 1);
  expect(await site.state(username)).toEqual({
    status: 'active',
    package: 'setup',
    expires: '2025-05-01T10:00:00Z',
    credit: 0,
  });
  expect(await site.documents(id)).toMatchObject([
    { kind: 'prepaid', period: '2025-04-01..2025-05-01', lines: ['base 1000', 'setup 500'], total: 1_740 },
  ]);
});

test('Q1: it activates at creation when the wallet covers it', async () => {
  const first = await running();
  await site.pay(first.customerId, 3_480);
  const username = name();
  await site.create(username, 'd3000', { customerId: first.customerId });
  expect(await site.state(username)).toMatchObject({ status: 'active', credit: 0 });
});

test('Q1: a service that is to stay pending is started by activate', async () => {
  const { customerId } = await running();
  await site.pay(customerId, 3_480);
  const username = name();
  const { id } = await site.create(username, 'd3000', { customerId, isActivated: false });
  expect(await site.state(username)).toMatchObject({ status: 'pending', credit: 3_480 });
  await site.activate(id);
  expect(await site.state(username)).toMatchObject({ status: 'active', credit: 0 });
  await expect(site.activate(id)).rejects.toMatchObject({ code: 'already_active' });
});

test('Q4: a renewal before expiry starts at the old expiry, after it at now; without money nothing changes', async () => {
  const { id, customerId, username } = await running();
  await expect(site.renew(id)).rejects.toMatchObject({ code: 'insufficient_balance' });
  await site.pay(customerId, 3_480 * 2);
  site.clock.set('2025-04-20T00:00:00Z');
  await site.renew(id);
  expect(await site.state(username)).toMatchObject({ expires: '2025-05-31T10:00:00Z', credit: 3_480 });
  expect(await outcomes(site.expire('2025-05-01T10:00:00Z'), username)).toEqual(['begun']);
  expect(await outcomes(site.expire('2025-05-31T10:00:00Z'), username)).toEqual(['expired']);
  site.clock.set('2025-06-10T08:00:00Z');
  await site.renew(id);
  expect(await site.state(username)).toMatchObject({
    status: 'active',
    expires: '2025-07-10T08:00:00Z',
    credit: 0,
  });
});

test('Q3: from the instant on it is expired, not a second before; a dry run changes nothing', async () => {
  const { username } = await running();
  expect(await outcomes(site.expire('2025-05-01T09:59:59Z'), username)).toEqual([]);
  expect(await outcomes(site.expire('2025-05-01T10:00:00Z', true), username)).toEqual(['expired']);
  expect((await site.state(username)).status).toBe('active');
  expect(await outcomes(site.expire(), username)).toEqual(['expired']);
  expect((await site.state(username)).status).toBe('expired');
  expect(await outcomes(site.expire(), username)).toEqual([]);
});

test.each([
  ['an hour late from the old expiry', '2025-05-01T11:00:00Z', '2025-05-31T10:00:00Z'],
  ['later from now', '2025-05-01T11:00:01Z', '2025-05-31T11:00:01Z'],
])('Q5: auto-renewal %s', async (_name, now, expires) => {
  const { customerId, username } = await running('d3000', { autoRenew: true });
  await site.pay(customerId, 3_480);
  expect(await outcomes(site.expire(now), username)).toEqual(['renewed']);
  expect(await site.state(username)).toMatchObject({ status: 'active', expires, credit: 0 });
});

test('Q5: without money it expires, and a later top-up revives it from then; without auto-renewal it stays', async () => {
  const own = await running('d3000', { autoRenew: true });
  const other = await running();
  await site.pay(own.customerId, 3_479);
  await site.expire('2025-05-01T10:00:00Z');
  expect((await site.state(own.username)).status).toBe('expired');
  site.clock.set('2025-05-03T12:00:00Z');
  await site.pay(own.customerId, 1);
  await site.pay(other.customerId, 3_480);
  expect(await site.state(own.username)).toMatchObject({ status: 'active', expires: '2025-06-02T12:00:00Z' });
  expect(await site.state(other.username)).toMatchObject({ status: 'expired', credit: 3_480 });
});

test('Q6: an unbroken chain of months keeps its anchor day; one that lapsed begins another', async () => {
  site.clock.set('2025-01-31T10:00:00Z');
  const { id, customerId, username } = await running('month');
  await site.pay(customerId, 1_160 * 3);
  expect((await site.state(username)).expires).toBe('2025-02-28T10:00:00Z');
  await site.renew(id);
  expect((await site.state(username)).expires).toBe('2025-03-31T10:00:00Z');
  site.clock.set('2025-04-05T10:00:00Z');
  await site.renew(id);
  await site.renew(id);
  expect((await site.state(username)).expires).toBe('2025-06-05T10:00:00Z');
});

test('Q8: 3000 + VAT for 30 days, changed after 15 to 6000: credit 1740, then 6960 for a full period from now', async () => {
  const { id, customerId, username } = await running();
  site.clock.set('2025-04-16T10:00:00Z');
  const before = await site.state(username);
  await expect(site.changeTo(id, d6000)).rejects.toMatchObject({ code: 'insufficient_balance' });
  expect(await site.state(username)).toEqual(before);
  expect(await site.documents(id)).toHaveLength(1);
  await site.pay(customerId, 5_220);
  await site.changeTo(id, d6000);
  expect(await site.state(username)).toEqual({
    status: 'active',
    package: 'd6000',
    expires: '2025-05-16T10:00:00Z',
    credit: 0,
  });
  expect((await site.documents(id)).slice(1)).toMatchObject([
    { kind: 'credit_note', lines: ['proration_credit 1500'], total: 1_740 },
    { kind: 'prepaid', lines: ['base 6000'], total: 6_960 },
  ]);
});

test('Q8: periods bought ahead are given back too', async () => {
  const { id, customerId, username } = await running();
  await site.pay(customerId, 3_480);
  await site.renew(id);
  site.clock.set('2025-04-16T10:00:00Z');
  await site.pay(customerId, 1_740);
  await site.changeTo(id, d6000);
  expect(await site.state(username)).toMatchObject({ expires: '2025-05-16T10:00:00Z', credit: 0 });
});

test('Q9: a renewal of a blocked service starts now, lifts the block, and what was bought ahead follows', async () => {
  const { id, customerId, username } = await running();
  await site.pay(customerId, 3_480 * 2);
  await site.renew(id);
  site.clock.set('2025-04-11T10:00:00Z');
  await site.inTransaction(async (tx) => {
    const service = await lockService(tx, { id });
    if (service === undefined) throw new Error('the service is there');
    const at = new Date('2025-04-11T10:00:00Z');
    await placeHold(tx, { service, cause: 'data_cap', actor: SYSTEM_ACTOR, at });
  });
  expect((await site.state(username)).status).toBe('suspended');
  await site.renew(id);
  // 30 days from 11 April, and after them the 30 days that were bought for later.
  expect(await site.state(username)).toMatchObject({ status: 'active', expires: '2025-06-10T10:00:00Z' });
  expect(await outcomes(site.expire('2025-05-11T10:00:00Z'), username)).toEqual(['begun']);
});

test('Q2: parallel renewals of one wallet never buy more than it holds', async () => {
  const { id, customerId, username } = await running();
  await site.pay(customerId, 3_480 * 2);
  const all = await Promise.allSettled([1, 2, 3, 4].map(() => site.renew(id)));
  expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  expect(await site.state(username)).toMatchObject({ expires: '2025-06-30T10:00:00Z', credit: 0 });
});

test('X1, X2: a prepaid service ends with its validity, or now with the days after today given back', async () => {
  const [first, second] = [await running(), await running()];
  await site.pay(second.customerId, 3_480);
  await site.renew(second.id);
  const cancel = (serviceId: typeof first.id, when: 'now' | 'period_end') =>
    site.inTransaction((tx, ctx) => cancelAny(tx, ctx, { serviceId, when }));
  site.clock.set('2025-04-15T12:00:00Z');
  expect(`${(await cancel(first.id, 'period_end')).endsOn}`).toBe('2025-05-01');
  await expect(cancel(first.id, 'period_end')).rejects.toMatchObject({ code: 'already_cancelled' });
  expect((await site.state(first.username)).status).toBe('active');
  await cancel(second.id, 'now');
  // 15 of 30 days, and all of the period that was bought for later.
  expect(await site.state(second.username)).toMatchObject({
    status: 'cancelled',
    credit: 3_480 + 1_740,
  });
  expect(await outcomes(site.expire('2025-05-01T10:00:00Z'), first.username)).toEqual(['cancelled']);
});
