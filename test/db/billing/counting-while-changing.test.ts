import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BillingSite, openBillingSite } from '../../support/billing-site.ts';

let site: BillingSite;
beforeAll(async () => {
  site = await openBillingSite('2025-04-01T00:00:00Z');
});
afterAll(() => site.close());

/** What the accounting does with a delta: one statement, one transaction (usage/sessions). */
const COUNT = `update isp_service_segments set download_octets = download_octets + 1
  where service_id = $1::bigint and from_at <= $2::timestamptz and (to_at is null or $2::timestamptz < to_at)`;

test('O6: no octet is lost while packages change and boundaries are billed under it', async () => {
  const plans = [
    await site.plan('a', 3_000),
    await site.plan('b', 3_000),
    await site.plan('c', 700, { cycle: 'weekly' }),
  ];
  const { id } = await site.sign('amina', 'a');
  let isDone = false;
  let counted = 0;
  const count = async (): Promise<void> => {
    while (!isDone) {
      await site.db.query(COUNT, [id, new Date(site.clock.nowMs())]);
      counted += 1;
    }
  };
  const counting = [count(), count()];
  for (let day = 2; day < 26; day += 1) {
    site.clock.set(`2025-04-${String(day).padStart(2, '0')}T12:00:00Z`);
    const [to] = [plans[day % plans.length]];
    if (to !== undefined) await site.change(id, to, 'immediate').catch(() => undefined);
    await site.run();
  }
  isDone = true;
  await Promise.all(counting);
  const [row] = await site.db.query(
    'select sum(download_octets)::int as octets, count(*)::int as segments from isp_service_segments',
  );
  expect(row?.octets).toBe(counted);
  expect(row?.segments).toBeGreaterThan(20);
});
