import { Temporal } from 'temporal-polyfill';
import type { Transaction } from '../../db/database.ts';
import type { BillingContext } from '../billing-context.ts';
import type { BillingFacts } from '../cycles/billing-facts.ts';
import { draftOf } from '../cycles/boundary.service.ts';
import { itemLines } from '../cycles/boundary.ts';
import { markItemsBilled } from '../cycles/period.store.ts';
import { type IssuedInvoice, issueInvoice } from '../invoices/issue.service.ts';

/**
 * Bills the one-off items that wait for an invoice of a prepaid service, which ends and has no other one: on a `cycle`
 * invoice at the end of its validity, on a `final` one before (billing-rules X1, X2, T4). `endOn` is the day after its
 * last one. The wallet pays as far as it goes. Undefined when none waits.
 */
export async function billLastItems(
  tx: Transaction,
  ctx: BillingContext,
  facts: BillingFacts,
  { kind, endOn }: { readonly kind: 'cycle' | 'final'; readonly endOn: Temporal.PlainDate },
): Promise<IssuedInvoice | undefined> {
  const last = facts.periods.findLast(({ startAt }) => Temporal.Instant.compare(startAt, ctx.now) <= 0);
  const isWithin = last !== undefined && Temporal.PlainDate.compare(last.startOn, endOn) < 0;
  const period = isWithin ? { startOn: last.startOn, endOn } : undefined;
  const invoice = await issueInvoice(
    tx,
    ctx,
    draftOf(ctx, facts, { kind, lines: itemLines(facts.items), period }),
  );
  await markItemsBilled(tx, facts.items, { invoiceId: invoice?.id, at: ctx.now });
  return invoice;
}
