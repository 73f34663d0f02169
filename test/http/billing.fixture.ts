import type { LineDraft } from '../../src/billing/invoices/invoice-draft.ts';
import { issueInvoice } from '../../src/billing/invoices/issue.service.ts';
import { findDiscrepancies } from '../../src/billing/ledger/ledger-check.store.ts';
import { inBilling } from '../../src/billing/use-case.service.ts';
import type { CustomerId, ServiceId } from '../../src/kernel/ids.ts';
import { addPlan } from '../../src/subscribers/catalog/catalog.service.ts';
import { testActor } from '../support/actor.ts';
import { day, line } from '../support/billing.ts';
import { openServiceSite, type ServiceSite } from './services.fixture.ts';

/** The API over a customer with a service, for tests of what they owe. */
export interface BillingSite extends ServiceSite {
  readonly service: number;
  /** Issues an invoice of amina's service over 10000 and VAT, due on a local date; returns its id. */
  invoice(dueOn: string, lines?: readonly LineDraft[]): Promise<number>;
  discrepancies(): ReturnType<typeof findDiscrepancies>;
}

/** Opens it for one test file; the clock stands at noon of the first of April 2025. */
export async function openBillingSite(): Promise<BillingSite> {
  const site = await openServiceSite();
  site.api.clock.set('2025-04-01T12:00:00Z');
  // A package of no price: nothing is billed but what a test issues.
  const plan = await addPlan(
    { db: site.api.db, checkAttribute: () => undefined },
    { code: 'free', name: 'Free', price: 0n, rateLimit: '5M/20M' },
  );
  const created = await site.create({ package_id: Number(plan.id) });
  const service: number = created.body.id;
  return {
    ...site,
    service,
    invoice: async (dueOn, lines = [line(10_000n)]) => {
      const issued = await inBilling(site.api.deps, testActor, (tx, ctx) =>
        issueInvoice(tx, ctx, {
          kind: 'cycle',
          customerId: String(site.amina) as CustomerId,
          serviceId: String(service) as ServiceId,
          currency: 'KES',
          issueOn: ctx.today,
          dueOn: day(dueOn),
          period: { startOn: ctx.today, endOn: ctx.today.add({ months: 1 }) },
          lines,
        }),
      );
      return Number(issued?.id);
    },
    discrepancies: () => findDiscrepancies(site.api.db),
  };
}
