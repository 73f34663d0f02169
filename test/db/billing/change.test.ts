import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { PlanId } from '../../../src/kernel/ids.ts';
import { type BillingSite, openBillingSite, userNames } from '../../support/billing-site.ts';

let site: BillingSite;
const plans: Record<string, PlanId> = {};
const name = userNames();

beforeAll(async () => {
  site = await openBillingSite('2025-04-01T00:00:00Z');
  for (const [code, price, more] of [
    ['m3000', 3_000, {}],
    ['m6000', 6_000, {}],
    ['m9000', 9_000, {}],
    ['w700', 700, { cycle: 'weekly' }],
    ['r3000', 3_000, { baseTiming: 'arrears' }],
    ['r6000', 6_000, { baseTiming: 'arrears' }],
    ['usd', 3_000, { currency: 'USD' }],
    ['pre', 3_000, { model: 'prepaid' }],
  ] as const) {
    plans[code] = await site.plan(code, price, more);
  }
});
afterAll(() => site.close());
beforeEach(() => site.clock.set('2025-04-01T00:00:00Z'));

const plan = (code: string): PlanId => plans[code] ?? ('0' as PlanId);
const last = async (id: Parameters<BillingSite['documents']>[0]) => (await site.documents(id)).at(-1);

test('P2, P3: 3000 to 6000 on 16 April: credit 1500, charge 3000, one invoice of 1740', async () => {
  const { id } = await site.sign(name(), 'm3000');
  site.clock.set('2025-04-16T10:00:00Z');
  const change = await site.change(id, plan('m6000'), 'immediate');
  expect([change.creditMinor, change.chargeMinor]).toEqual([1_500n, 3_000n]);
  expect(await last(id)).toMatchObject({
    kind: 'adjustment',
    issued: '2025-04-16',
    period: '2025-04-16..2025-05-01',
    lines: ['proration_credit -1500', 'proration_charge 3000'],
    total: 1_740,
  });
  await site.run('2025-05-01T00:00:00Z');
  expect(await last(id)).toMatchObject({
    kind: 'cycle',
    lines: ['base 6000'],
    period: '2025-05-01..2025-06-01',
  });
});

test('P4: a downgrade 6000 to 3000 is one credit note of 1740, and the rest pays what is open', async () => {
  const { id } = await site.sign(name(), 'm6000');
  site.clock.set('2025-04-16T10:00:00Z');
  await site.change(id, plan('m3000'), 'immediate');
  expect(await last(id)).toMatchObject({
    kind: 'credit_note',
    lines: ['proration_credit 3000', 'proration_charge -1500'],
    total: 1_740,
  });
});

test('P1: the default is at once for an upgrade and the next cycle for a downgrade', async () => {
  const { id } = await site.sign(name(), 'm3000');
  site.clock.set('2025-04-16T10:00:00Z');
  expect((await site.change(id, plan('m6000'))).effective).toBe('immediate');
  const down = await site.change(id, plan('m3000'));
  expect([down.effective, String(down.effectiveOn)]).toEqual(['next_cycle', '2025-05-01']);
});

test('P5: a change for the next cycle has no document, and a later one replaces it', async () => {
  const { id } = await site.sign(name(), 'm3000');
  site.clock.set('2025-04-16T10:00:00Z');
  await site.change(id, plan('m6000'), 'next_cycle');
  await site.change(id, plan('m9000'), 'next_cycle');
  expect(await site.documents(id)).toHaveLength(1);
  await site.run('2025-05-01T00:00:00Z');
  expect(await last(id)).toMatchObject({ lines: ['base 9000'] });
  await site.run('2025-06-01T00:00:00Z');
  expect(await last(id)).toMatchObject({ lines: ['base 9000'] });
});

test('P6: several changes of one day never give back more than was charged, and zero days cost nothing', async () => {
  const { id } = await site.sign(name(), 'm3000');
  site.clock.set('2025-04-16T10:00:00Z');
  await site.change(id, plan('m9000'), 'immediate');
  site.clock.set('2025-04-16T11:00:00Z');
  await site.change(id, plan('m6000'), 'immediate');
  site.clock.set('2025-04-16T12:00:00Z');
  await site.change(id, plan('m3000'), 'immediate');
  const documents = await site.documents(id);
  expect(documents.slice(1).map(({ lines, total }) => [lines, total])).toEqual([
    [['proration_credit -1500', 'proration_charge 4500'], 3_480],
    [['proration_credit 4500', 'proration_charge -3000'], 1_740],
    [['proration_credit 3000', 'proration_charge -1500'], 1_740],
  ]);
});

test('P4: an even change has no document', async () => {
  const { id } = await site.sign(name(), 'm3000');
  site.clock.set('2025-04-16T10:00:00Z');
  const twin = await site.plan('m3000-twin', 3_000);
  await site.change(id, twin, 'immediate');
  expect(await site.documents(id)).toHaveLength(1);
});

describe('P7', () => {
  test('boundaries before the change are billed with the old package', async () => {
    const { id } = await site.sign(name(), 'm3000');
    site.clock.set('2025-05-16T12:00:00Z');
    await site.change(id, plan('m6000'), 'immediate');
    expect((await site.documents(id)).map(({ lines }) => lines[0])).toEqual([
      'base 3000',
      'base 3000',
      'proration_credit -1548',
    ]);
  });

  test('a boundary equal to now and not yet billed bills only the new package', async () => {
    const { id } = await site.sign(name(), 'm3000');
    site.clock.set('2025-05-01T00:00:00Z');
    await site.change(id, plan('m6000'), 'immediate');
    expect((await site.documents(id)).map(({ lines }) => lines)).toEqual([['base 3000'], ['base 6000']]);
  });

  test('a boundary equal to now that is billed gives the whole back and charges the whole', async () => {
    const { id } = await site.sign(name(), 'm3000');
    await site.run('2025-05-01T00:00:00Z');
    await site.change(id, plan('m6000'), 'immediate');
    expect(await last(id)).toMatchObject({
      lines: ['proration_credit -3000', 'proration_charge 6000'],
      period: '2025-05-01..2025-06-01',
      total: 3_480,
    });
  });
});

test('P8: in arrears nothing is given back; each package pays its days at the end', async () => {
  const { id } = await site.sign(name(), 'r3000');
  site.clock.set('2025-04-16T10:00:00Z');
  await site.change(id, plan('r6000'), 'immediate');
  expect(await site.documents(id)).toEqual([]);
  await site.run('2025-05-01T00:00:00Z');
  expect(await site.documents(id)).toMatchObject([
    { kind: 'cycle', period: '2025-04-01..2025-05-01', lines: ['base 1500', 'base 3000'], total: 5_220 },
  ]);
});

test('P10: by seconds, noon of the 16th leaves 14.5 of 30 days', async () => {
  await site.set('proration_unit', 'second');
  const { id } = await site.sign(name(), 'm3000');
  site.clock.set('2025-04-16T12:00:00Z');
  const change = await site.change(id, plan('m6000'), 'immediate');
  await site.set('proration_unit', 'day');
  expect([change.creditMinor, change.chargeMinor]).toEqual([1_450n, 2_900n]);
});

test('P11: the codes of this period discount the charge, and the credit is of the discounted amount', async () => {
  await site.db.query(
    `insert into isp_promotions (code, type, value, duration, cycles) values ('P11', 'percent', 10, 'repeating', 2)`,
  );
  const { id } = await site.sign(name(), 'm3000', { promotionCodes: ['p11'] });
  site.clock.set('2025-04-16T10:00:00Z');
  await site.change(id, plan('m6000'), 'immediate');
  expect(await last(id)).toMatchObject({
    lines: ['proration_credit -1350', 'proration_charge 3000-300'],
    total: 1_566,
  });
  await site.run('2025-05-01T00:00:00Z');
  expect(await last(id)).toMatchObject({ lines: ['base 6000-600'] });
  await site.run('2025-06-01T00:00:00Z');
  expect(await last(id)).toMatchObject({ lines: ['base 6000'] });
});

test('P12: another cycle length gives the rest back and opens a full period today with a new anchor', async () => {
  const { id } = await site.sign(name(), 'm3000');
  site.clock.set('2025-04-16T10:00:00Z');
  await site.change(id, plan('w700'), 'immediate');
  expect(await last(id)).toMatchObject({
    kind: 'credit_note',
    lines: ['proration_credit 1500', 'base -700'],
    total: 928,
  });
  const cycles = await site.db.query(
    `select seq, period_start::date::text as start, period_end::date::text as end, state from isp_billing_cycles
     where service_id = $1::bigint order by seq`,
    [id],
  );
  expect(cycles).toEqual([
    { seq: 1, start: '2025-04-01', end: '2025-04-16', state: 'replaced' },
    { seq: 2, start: '2025-04-16', end: '2025-04-23', state: 'open' },
  ]);
  await site.run('2025-04-23T00:00:00Z');
  expect(await last(id)).toMatchObject({
    kind: 'cycle',
    lines: ['base 700'],
    period: '2025-04-23..2025-04-30',
  });
});

test('P12: on the first day the new period begins with the old one, and both are charged once', async () => {
  const { id } = await site.sign(name(), 'm3000');
  await site.change(id, plan('w700'), 'immediate');
  expect(await last(id)).toMatchObject({
    kind: 'credit_note',
    lines: ['proration_credit 3000', 'base -700'],
  });
  await site.run('2025-04-08T00:00:00Z');
  expect(await last(id)).toMatchObject({ lines: ['base 700'], period: '2025-04-08..2025-04-15' });
});

test('two orders for one package at once charge once', async () => {
  const { id } = await site.sign(name(), 'm3000');
  site.clock.set('2025-04-16T10:00:00Z');
  const orders = await Promise.allSettled([1, 2, 3].map(() => site.change(id, plan('m6000'), 'immediate')));
  expect(orders.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
  expect(await site.documents(id)).toHaveLength(2);
});

test.each([
  ['an unknown package', '999999', 'package_not_found'],
  ['the package it has', 'm3000', 'package_unchanged'],
  ['M2: another currency', 'usd', 'currency_mismatch'],
  ['a prepaid package', 'pre', 'package_model_mismatch'],
])('%s is refused and changes nothing', async (_, code, expected) => {
  const { id } = await site.sign(name(), 'm3000');
  await expect(site.change(id, plans[code] ?? (code as PlanId))).rejects.toMatchObject({ code: expected });
  expect(await site.documents(id)).toHaveLength(1);
});

test('a cancelled service has no package to change', async () => {
  const { id } = await site.sign(name(), 'm3000');
  await site.cancel(id, 'now');
  await expect(site.change(id, plan('m6000'))).rejects.toMatchObject({ code: 'service_cancelled' });
});
