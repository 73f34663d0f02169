import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ServiceId } from '../../src/kernel/ids.ts';
import { type BillingSite, openBillingSite } from '../support/billing-site.ts';

let site: BillingSite;
const start = Temporal.Instant.from('2024-01-31T08:00:00Z');
const GB = 1_000_000_000n;
let households = 0;

beforeAll(async () => {
  site = await openBillingSite(String(start));
  await site.set('isp_timezone', 'Africa/Cairo');
  await site.plan('home', 3_000, { dataLimitGb: '100', overage: { price: 50, cap: 400 }, setupFee: 500n });
  await site.plan('late', 2_500, { dataLimitGb: '50', overage: { price: 40 }, baseTiming: 'arrears' });
  await site.plan('week', 700, { cycle: 'weekly', cycleCount: 2 });
});
afterAll(() => site.close());

/** Three services that begin together, use what they always use, and whatever the schedule of the runs is. */
async function live(runHours: readonly number[]): Promise<string[]> {
  households += 1;
  site.clock.set(String(start));
  const ids: ServiceId[] = [];
  for (const plan of ['home', 'late', 'week']) {
    ids.push((await site.sign(`${plan}-${households}`, plan, { anchorDay: plan === 'week' ? 3 : 31 })).id);
  }
  const uses = [
    { hour: 24 * 10, gb: 104n },
    { hour: 24 * 29 + 14, gb: 60n },
    { hour: 24 * 45, gb: 70n },
    { hour: 24 * 80, gb: 9n },
  ];
  const moments = [
    ...uses.map((use) => ({ hour: use.hour, gb: use.gb })),
    ...runHours.map((hour) => ({ hour, gb: undefined })),
    { hour: 24 * 100, gb: undefined },
  ].sort((a, b) => a.hour - b.hour || Number(a.gb === undefined) - Number(b.gb === undefined));
  for (const { hour, gb } of moments) {
    const at = String(start.add({ hours: hour }));
    site.clock.set(at);
    if (gb === undefined) await site.run();
    else for (const id of ids) await site.use(id, at, gb * GB);
  }
  const documents = await Promise.all(ids.map((id) => site.documents(id)));
  return documents
    .flat()
    .map(({ kind, period, lines, total }) => `${kind} ${period} ${lines.join(', ')} = ${total}`);
}

test('R3: any schedule of runs gives the same invoices, whatever was down and for how long', async () => {
  const punctual = await live(Array.from({ length: 100 }, (_, day) => 24 * day + 14));
  expect(punctual).toMatchInlineSnapshot(`
    [
      "cycle 2024-01-31..2024-02-29 base 3000, setup 500 = 4060",
      "cycle 2024-02-29..2024-03-31 base 3000, overage 200 = 3712",
      "cycle 2024-03-31..2024-04-30 base 3000, overage 400 = 3944",
      "cycle 2024-04-30..2024-05-31 base 3000 = 3480",
      "cycle 2024-01-31..2024-02-29 base 2500, overage 2160 = 5406",
      "cycle 2024-02-29..2024-03-31 base 2500, overage 3200 = 6612",
      "cycle 2024-03-31..2024-04-30 base 2500 = 2900",
      "cycle 2024-01-31..2024-02-14 base 700 = 812",
      "cycle 2024-02-14..2024-02-28 base 700 = 812",
      "cycle 2024-02-28..2024-03-13 base 700 = 812",
      "cycle 2024-03-13..2024-03-27 base 700 = 812",
      "cycle 2024-03-27..2024-04-10 base 700 = 812",
      "cycle 2024-04-10..2024-04-24 base 700 = 812",
      "cycle 2024-04-24..2024-05-08 base 700 = 812",
      "cycle 2024-05-08..2024-05-22 base 700 = 812",
    ]
  `);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 2_400 }), { maxLength: 8 }), async (hours) => {
      expect(await live(hours)).toEqual(punctual);
    }),
    { seed: 11, numRuns: 12 },
  );
}, 60_000);
