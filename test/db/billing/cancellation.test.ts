import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type BillingSite, openBillingSite, userNames } from '../../support/billing-site.ts';

let site: BillingSite;
const name = userNames();
const GB = 1_000_000_000n;

beforeAll(async () => {
  site = await openBillingSite('2025-04-01T00:00:00Z');
  await site.plan('m3000', 3_000);
  const overage = { dataLimitGb: '100', overage: { price: 50 } };
  await site.plan('o3000', 3_000, overage);
  await site.plan('r3000', 3_000, { ...overage, baseTiming: 'arrears' });
  await site.plan('trial', 3_000, { trialDays: 14, setupFee: 500n });
});
afterAll(() => site.close());
beforeEach(() => site.clock.set('2025-04-01T00:00:00Z'));

type Id = Parameters<BillingSite['documents']>[0];
const stateOf = async (id: Id) => {
  const [row] = await site.db.query(
    'select status, next_billing_date from isp_services where id = $1::bigint',
    [id],
  );
  return row;
};
const item = (id: Id, amount: number) =>
  site.db.query(
    `insert into isp_billing_items (service_id, amount, description, actor) values ($1::bigint, $2::bigint, 'x', 't')`,
    [id, amount],
  );

test('X2: 3000 paid for April, cancelled on the 10th: 20 of 30 days come back, 2320 with tax', async () => {
  const { id } = await site.sign(name(), 'm3000');
  site.clock.set('2025-04-10T15:00:00Z');
  const outcome = await site.cancel(id, 'now');
  expect(String(outcome.endsOn)).toBe('2025-04-11');
  expect((await site.documents(id)).slice(1)).toMatchObject([
    { kind: 'credit_note', lines: ['proration_credit 2000'], total: 2_320 },
  ]);
  expect(await stateOf(id)).toEqual({ status: 'cancelled', next_billing_date: null });
  expect(await site.run('2025-05-01T00:00:00Z')).toMatchObject({ counts: { invoiced: 0 } });
});

test('X2: overage of the shrunk allowance and pending items go on a final invoice, after the credit note', async () => {
  const { id } = await site.sign(name(), 'o3000');
  await item(id, 700);
  await site.use(id, '2025-04-05T10:00:00Z', 34n * GB);
  site.clock.set('2025-04-10T15:00:00Z');
  await site.cancel(id, 'now');
  expect((await site.documents(id)).slice(1)).toMatchObject([
    { kind: 'credit_note', lines: ['proration_credit 2000'] },
    { kind: 'final', lines: ['overage 50', 'one_off 700'], period: '2025-04-01..2025-04-11', total: 870 },
  ]);
});

test('X2: without proration nothing comes back and the allowance stays whole', async () => {
  const { id } = await site.sign(name(), 'o3000');
  await site.use(id, '2025-04-05T10:00:00Z', 100n * GB);
  site.clock.set('2025-04-10T15:00:00Z');
  await site.cancel(id, 'now', false);
  expect(await site.documents(id)).toHaveLength(1);
});

test('X3: in arrears the used days, today included, and overage are billed at once', async () => {
  const { id } = await site.sign(name(), 'r3000');
  await site.use(id, '2025-04-05T10:00:00Z', 34n * GB);
  site.clock.set('2025-04-10T15:00:00Z');
  await site.cancel(id, 'now');
  expect(await site.documents(id)).toMatchObject([
    { kind: 'final', lines: ['base 1000', 'overage 50'], period: '2025-04-01..2025-04-11', total: 1_218 },
  ]);
});

test('X1: at the end of the period only overage and items are billed, then the service is cancelled', async () => {
  const { id } = await site.sign(name(), 'o3000');
  await item(id, 700);
  await site.use(id, '2025-04-05T10:00:00Z', 101n * GB);
  site.clock.set('2025-04-10T15:00:00Z');
  await site.cancel(id, 'period_end');
  expect(await stateOf(id)).toEqual({ status: 'active', next_billing_date: '2025-05-01' });
  await site.run('2025-05-01T00:00:00Z');
  expect((await site.documents(id)).slice(1)).toMatchObject([
    { kind: 'cycle', lines: ['overage 50', 'one_off 700'], period: '2025-04-01..2025-05-01' },
  ]);
  expect(await stateOf(id)).toEqual({ status: 'cancelled', next_billing_date: null });
});

test('X1: with nothing to bill there is no invoice', async () => {
  const { id } = await site.sign(name(), 'm3000');
  await site.cancel(id, 'period_end');
  await site.run('2025-05-01T00:00:00Z');
  expect(await site.documents(id)).toHaveLength(1);
  expect(await stateOf(id)).toMatchObject({ status: 'cancelled' });
});

test('X1: cancelling again is refused, at the end as now; what is planned can be done at once', async () => {
  const { id } = await site.sign(name(), 'm3000');
  await site.cancel(id, 'period_end');
  await expect(site.cancel(id, 'period_end')).rejects.toMatchObject({ code: 'already_cancelled' });
  await site.cancel(id, 'now');
  for (const when of ['now', 'period_end'] as const) {
    await expect(site.cancel(id, when)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'already_cancelled',
    });
  }
});

test.each(['now', 'period_end'] as const)(
  'T1: cancelling %s inside the trial costs nothing',
  async (when) => {
    const { id } = await site.sign(name(), 'trial');
    site.clock.set('2025-04-05T00:00:00Z');
    await site.cancel(id, when);
    await site.run('2025-06-01T00:00:00Z');
    expect(await site.documents(id)).toEqual([]);
    expect(await stateOf(id)).toMatchObject({ status: 'cancelled' });
  },
);

test('X2: what was due is billed before the service ends', async () => {
  const { id } = await site.sign(name(), 'm3000');
  site.clock.set('2025-05-10T15:00:00Z');
  await site.cancel(id, 'now');
  expect((await site.documents(id)).map(({ kind, total }) => [kind, total])).toEqual([
    ['cycle', 3_480],
    ['cycle', 3_480],
    ['credit_note', 2_357],
  ]);
});

test('X2, P6: after a change the line of the new package is the one that comes back', async () => {
  const { id } = await site.sign(name(), 'm3000');
  const m6000 = await site.plan('m6000', 6_000);
  site.clock.set('2025-04-16T10:00:00Z');
  await site.change(id, m6000, 'immediate');
  site.clock.set('2025-04-20T10:00:00Z');
  await site.cancel(id, 'now');
  expect((await site.documents(id)).at(-1)).toMatchObject({
    kind: 'credit_note',
    lines: ['proration_credit 2000'],
  });
});
