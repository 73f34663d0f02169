import { Temporal } from 'temporal-polyfill';
import type { Transaction } from '../../db/database.ts';
import type { ServiceId } from '../../kernel/ids.ts';
import type { BillingContext } from '../billing-context.ts';
import { cutPeriod } from '../cycles/change.store.ts';
import { issueCreditNote } from '../invoices/credit-note.service.ts';
import type { IssuedCreditNote } from '../invoices/credit-note.ts';
import { restOf } from '../rating/proration.ts';
import type { Share } from '../rating/share.ts';
import { type BoughtPeriod, boughtPeriods } from './prepaid-period.store.ts';
import { datesOfPeriod } from './purchase-lines.ts';

/** A bought period with what is given back of it, before tax. */
export interface UnusedPeriod {
  readonly period: BoughtPeriod;
  readonly unusedMinor: bigint;
}

/** The running period and those bought for later, each with the share of it that is given back (Q8, X2). */
export async function unusedPeriods(
  tx: Transaction,
  ctx: BillingContext,
  serviceId: ServiceId,
  shareOf: (period: BoughtPeriod) => Share,
): Promise<UnusedPeriod[]> {
  const periods = await boughtPeriods(tx, serviceId, ctx.now);
  return periods.map((period) => {
    const isCreditable = period.creditableInvoiceId !== undefined;
    return { period, unusedMinor: isCreditable ? restOf(period.lineNet, shareOf(period)) : 0n };
  });
}

/**
 * Ends periods now and gives back what they are worth, each against its own invoice, all of it to the wallet. The
 * first note is answered.
 */
export async function creditUnused(
  tx: Transaction,
  ctx: BillingContext,
  unused: readonly UnusedPeriod[],
  credit: { readonly at: Temporal.Instant; readonly chargeKey: string; readonly planName: string },
): Promise<IssuedCreditNote | undefined> {
  let first: IssuedCreditNote | undefined;
  for (const [index, one] of unused.entries()) {
    const chargeKey = index === 0 ? credit.chargeKey : `${credit.chargeKey}:${index}`;
    const note = await creditOne(tx, ctx, one, { ...credit, chargeKey });
    first ??= note;
    await cutPeriod(tx, one.period.id, { endAt: later(one.period.startAt, ctx.now), state: 'replaced' });
  }
  return first;
}

async function creditOne(
  tx: Transaction,
  ctx: BillingContext,
  { period, unusedMinor }: UnusedPeriod,
  credit: { readonly at: Temporal.Instant; readonly chargeKey: string; readonly planName: string },
): Promise<IssuedCreditNote | undefined> {
  if (unusedMinor === 0n || period.creditableInvoiceId === undefined) return undefined;
  const startAt = later(period.startAt, credit.at);
  const line = {
    kind: 'proration_credit' as const,
    description: `${credit.planName}, unused until ${period.endAt.toString({ smallestUnit: 'second' })}`,
    amountMinor: unusedMinor,
    discountMinor: 0n,
    period: datesOfPeriod({ startAt, endAt: period.endAt }, ctx.settings.isp_timezone),
    chargeKey: credit.chargeKey,
  };
  const draft = { invoiceId: period.creditableInvoiceId, lines: [line] };
  return issueCreditNote(tx, ctx, draft, { isAutomatic: true });
}

function later(a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(a, b) > 0 ? a : b;
}
