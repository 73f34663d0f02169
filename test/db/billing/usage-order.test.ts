import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readAlerts } from '../../../src/billing/quota/alert-list.service.ts';
import { recordUsage } from '../../../src/billing/quota/usage-intake.service.ts';
import { inBilling } from '../../../src/billing/use-case.service.ts';
import type { PlanId } from '../../../src/kernel/ids.ts';
import { SYSTEM_ACTOR } from '../../../src/platform/identity/actor.ts';
import { type BillingSite, openBillingSite, userNames } from '../../support/billing-site.ts';

const GB = 1_000_000_000n;
const username = userNames();
let site: BillingSite;
let larger: PlanId;

beforeAll(async () => {
  site = await openBillingSite('2025-04-01T00:00:00Z');
  const fup = [{ from_percent: 100, rate_limit: '512k/1M' }];
  await site.plan('small', 3_000, { dataLimitGb: '100', limitAction: 'throttle', fup });
  larger = await site.plan('large', 6_000, { dataLimitGb: '200', limitAction: 'throttle', fup });
});
afterAll(() => site.close());

const event = fc.record({
  day: fc.integer({ min: 1, max: 19 }),
  octets: fc.bigInt({ min: 0n, max: 40n }).map((gigabytes) => gigabytes * GB),
});

it('F1, F2, O7: in whatever order and pieces usage is told, the same is counted, raised and throttled', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 8 }), async (events) => {
      site.clock.set('2025-04-01T00:00:00Z');
      const { id } = await site.sign(username(), 'small');
      site.clock.set('2025-04-16T00:00:00Z');
      await site.change(id, larger, 'immediate');
      site.clock.set('2025-04-20T00:00:00Z');
      let status = 'active';
      for (const { day, octets } of events) {
        const { review } = await inBilling(site, SYSTEM_ACTOR, (tx, ctx) =>
          recordUsage(tx, ctx, {
            serviceId: id,
            at: ctx.now.subtract({ hours: 24 * (20 - day) }),
            usage: { kind: 'octets', uploadOctets: octets / 2n, downloadOctets: octets - octets / 2n },
          }),
        );
        status = review.service.status;
      }
      const used = events.reduce((sum, { octets }) => sum + octets, 0n);
      const alerts = await readAlerts(site.db, { serviceId: id, limit: 10 });
      // 100 GB for 15 days of 30 and 200 GB for 15: 150 GB.
      const reached = [80, 100].filter((threshold) => used * 100n >= BigInt(threshold) * 150n * GB);
      expect(alerts.map(({ threshold }) => threshold).sort((a, b) => a - b)).toEqual(reached);
      expect(status).toBe(used >= 150n * GB ? 'throttled' : 'active');
    }),
    { seed: 20_250_401, numRuns: 15 },
  );
}, 60_000);
