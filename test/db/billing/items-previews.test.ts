import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addItem } from '../../../src/billing/cycles/item.service.ts';
import {
  forecastInvoice,
  previewCancellation,
  previewChange,
} from '../../../src/billing/cycles/preview.service.ts';
import type { PlanId, ServiceId } from '../../../src/kernel/ids.ts';
import { type BillingSite, openBillingSite, userNames } from '../../support/billing-site.ts';

let site: BillingSite;
let m6000: PlanId;
const name = userNames();

beforeAll(async () => {
  site = await openBillingSite('2025-04-01T00:00:00Z');
  await site.plan('m3000', 3_000);
  m6000 = await site.plan('m6000', 6_000);
});
afterAll(() => site.close());
beforeEach(() => site.clock.set('2025-04-01T00:00:00Z'));

async function add(serviceId: ServiceId, amount: number, isInvoicedNow = false, description = 'Router') {
  const ctx = await site.context();
  return site.db.transaction((tx) =>
    addItem(tx, ctx, { serviceId, amountMinor: BigInt(amount), description, isInvoicedNow }),
  );
}

test('T4: an item waits for the next invoice of its service and is billed once', async () => {
  const { id } = await site.sign(name(), 'm3000');
  expect(await add(id, 2_500)).toMatchObject({ invoice: undefined });
  await site.run('2025-05-01T00:00:00Z');
  await site.run('2025-06-01T00:00:00Z');
  expect((await site.documents(id)).map(({ lines }) => lines)).toEqual([
    ['base 3000'],
    ['base 3000', 'one_off 2500'],
    ['base 3000'],
  ]);
});

test('T4: invoice_now makes a one_off invoice at once, due on normal terms, and discounts do not touch it (D3)', async () => {
  await site.db.query(
    `insert into isp_promotions (code, type, value, duration, cycles) values ('ALL', 'percent', 100, 'forever', null)`,
  );
  const { id } = await site.sign(name(), 'm3000', { promotionCodes: ['ALL'] });
  await add(id, 2_500, true);
  expect(await site.documents(id)).toMatchObject([
    { kind: 'cycle', lines: ['base 3000-3000'], total: 0 },
    { kind: 'one_off', lines: ['one_off 2500'], total: 2_900, period: '' },
  ]);
});

test.each([
  [0, 'Router'],
  [-5, 'Router'],
  [5, '  '],
])('T4: an item of %d called %j is refused', async (amount, description) => {
  const { id } = await site.sign(name(), 'm3000');
  await expect(add(id, amount, false, description)).rejects.toMatchObject({ code: 'validation_failed' });
});

test('T4: a cancelled service takes no items', async () => {
  const { id } = await site.sign(name(), 'm3000');
  await site.cancel(id, 'now');
  await expect(add(id, 5)).rejects.toMatchObject({ code: 'service_cancelled' });
});

test('a preview of a change and of a cancellation says what they would bring and keeps nothing', async () => {
  const { id } = await site.sign(name(), 'm3000');
  site.clock.set('2025-04-16T10:00:00Z');
  const ctx = await site.context();
  const before = await site.documents(id);
  const preview = await previewChange(site.db, ctx, { serviceId: id, planId: m6000 });
  expect(preview).toMatchObject({
    creditMinor: 1_500n,
    chargeMinor: 3_000n,
    invoice: { totalMinor: 1_740n },
  });
  const end = await previewCancellation(site.db, ctx, { serviceId: id, when: 'now' });
  expect(end.creditNote?.totalMinor).toBe(1_624n);
  expect(await site.documents(id)).toEqual(before);
  const real = await site.change(id, m6000);
  expect(real.invoice?.totalMinor).toBe(preview.invoice?.totalMinor);
});

test('a forecast is the invoice of the next boundary with what waits for it', async () => {
  const { id } = await site.sign(name(), 'm3000');
  await add(id, 100);
  site.clock.set('2025-04-16T10:00:00Z');
  await site.change(id, m6000, 'next_cycle');
  const forecast = await forecastInvoice(site.db, await site.context(), id);
  expect(String(forecast.on)).toBe('2025-05-01');
  expect(forecast.invoices).toMatchObject([{ subtotalMinor: 6_100n, taxMinor: 976n, totalMinor: 7_076n }]);
  expect(forecast.invoices[0]?.lines.map(({ kind }) => kind)).toEqual(['base', 'one_off']);
  expect(await site.documents(id)).toHaveLength(1);
  await site.run('2025-05-01T00:00:00Z');
  expect((await site.documents(id)).at(-1)?.total).toBe(7_076);
});
