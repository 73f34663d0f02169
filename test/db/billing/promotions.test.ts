import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { redeemCodes } from '../../../src/billing/cycles/start-billing.service.ts';
import type { ServiceId } from '../../../src/kernel/ids.ts';
import { type BillingSite, openBillingSite, userNames } from '../../support/billing-site.ts';

let site: BillingSite;
const name = userNames();

beforeAll(async () => {
  site = await openBillingSite('2025-04-01T00:00:00Z');
  await site.plan('m3000', 3_000, { setupFee: 500n });
  await site.db.query(
    `insert into isp_promotions (code, type, value, currency, duration, cycles, valid_from, valid_until,
       max_redemptions, max_per_customer, stackable) values
     ('ONCE', 'percent', 10, null, 'once', null, null, null, null, 1, false),
     ('TWICE', 'percent', 10, null, 'repeating', 2, '2025-04-01', '2025-04-02', null, 1, false),
     ('EVER', 'percent', 50, null, 'forever', null, null, null, null, 1, false),
     ('P10', 'percent', 10, null, 'forever', null, null, null, null, 1, true),
     ('F500', 'fixed', 500, 'KES', 'forever', null, null, null, null, 1, true),
     ('FEW', 'fixed', 1, 'KES', 'once', null, null, null, 2, 1, false)`,
  );
});
afterAll(() => site.close());
beforeEach(() => site.clock.set('2025-04-01T00:00:00Z'));

const bases = async (id: ServiceId) => (await site.documents(id)).map(({ lines }) => lines[0]);
async function redeem(id: ServiceId, code: string): Promise<void> {
  const ctx = await site.context();
  await site.db.transaction((tx) => redeemCodes(tx, ctx, id, [code]));
}

test.each([
  ['ONCE', ['base 3000-300', 'base 3000', 'base 3000']],
  ['twice', ['base 3000-300', 'base 3000-300', 'base 3000']],
  ['EVER', ['base 3000-1500', 'base 3000-1500', 'base 3000-1500']],
])(
  'D2, D5: %s discounts its base lines, also after its window, and the setup fee never (D3)',
  async (code, expected) => {
    const { id } = await site.sign(name(), 'm3000', { promotionCodes: [code] });
    expect((await site.documents(id))[0]?.lines[1]).toBe('setup 500');
    await site.run('2025-06-01T00:00:00Z');
    expect(await bases(id)).toEqual(expected);
  },
);

test('D2: a stub consumes a cycle like any base line, and D7: a fixed amount has its share', async () => {
  const { id } = await site.sign(name(), 'm3000', { anchorDay: 16, promotionCodes: ['TWICE'] });
  await site.run('2025-06-16T00:00:00Z');
  expect(await bases(id)).toEqual(['base 1452-145', 'base 3000-300', 'base 3000', 'base 3000']);
  const fixed = await site.sign(name(), 'm3000', { anchorDay: 1, promotionCodes: ['F500'] });
  expect(await bases(fixed.id)).toEqual(['base 1500-250']);
});

test.each([
  ['P10', 'F500'],
  ['F500', 'P10'],
])('D6: %s then %s: 3000 - 300 - 500, VAT 352, 2552', async (first, second) => {
  const { id } = await site.sign(name(), 'm3000', { promotionCodes: [first, second] });
  await site.run('2025-05-01T00:00:00Z');
  expect((await site.documents(id)).at(-1)).toMatchObject({ lines: ['base 3000-800'], total: 2_552 });
});

test('D2: a code redeemed later discounts the next base line', async () => {
  const { id } = await site.sign(name(), 'm3000');
  await redeem(id, 'once');
  await site.run('2025-06-01T00:00:00Z');
  expect(await bases(id)).toEqual(['base 3000', 'base 3000-300', 'base 3000']);
});

test('D4: a refused code keeps the service from being created, and counts nothing', async () => {
  const before = await site.db.query('select code, redeemed_count from isp_promotions order by code');
  for (const [codes, code] of [
    [['P10', 'NONE'], 'promotion_not_found'],
    [['P10', 'ONCE'], 'promotion_not_stackable'],
    [['P10', 'p10'], 'promotion_already_used'],
  ] as const) {
    await expect(site.sign(name(), 'm3000', { promotionCodes: codes })).rejects.toMatchObject({ code });
  }
  expect(await site.db.query('select code, redeemed_count from isp_promotions order by code')).toEqual(
    before,
  );
});

test('D4: outside its window a code is refused', async () => {
  const { id } = await site.sign(name(), 'm3000');
  site.clock.set('2025-04-02T00:00:00Z');
  await expect(redeem(id, 'TWICE')).rejects.toMatchObject({ code: 'promotion_outside_window' });
});

test('D4: parallel redemptions never give out more than there are', async () => {
  const services = await Promise.all([1, 2, 3, 4].map(() => site.sign(name(), 'm3000')));
  const all = await Promise.allSettled(services.map(({ id }) => redeem(id, 'FEW')));
  expect(all.filter((one) => one.status === 'fulfilled')).toHaveLength(2);
  const [row] = await site.db.query(`select redeemed_count from isp_promotions where code = 'FEW'`);
  expect(row).toEqual({ redeemed_count: 2 });
});
