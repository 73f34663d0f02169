import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BillingSite, openBillingSite } from '../../support/billing-site.ts';

let site: BillingSite;
beforeAll(async () => {
  site = await openBillingSite('2025-04-24T10:00:00Z');
  await site.set('isp_timezone', 'Africa/Cairo');
  await site.plan('d100', 100, { cycle: 'daily' });
});
afterAll(() => site.close());

test('C2: a daily cycle in Cairo: 25 April 2025 begins at 01:00 local, which is 22:00Z, and not before', async () => {
  const { id } = await site.sign('amina', 'd100');
  await site.run('2025-04-24T21:59:59.999Z');
  expect(await site.documents(id)).toHaveLength(1);
  await site.run('2025-04-24T22:00:00Z');
  expect((await site.documents(id)).map(({ issued, period }) => [issued, period])).toEqual([
    ['2025-04-24', '2025-04-24..2025-04-25'],
    ['2025-04-25', '2025-04-25..2025-04-26'],
  ]);
});
