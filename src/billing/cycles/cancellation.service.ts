import type { Temporal } from 'temporal-polyfill';
import type { Transaction } from '../../db/database.ts';
import { startOfDay } from '../../kernel/calendar.ts';
import { conflict } from '../../kernel/errors.ts';
import type { ServiceId } from '../../kernel/ids.ts';
import { recordChange, requireLiving } from '../../subscribers/services/service-change.service.ts';
import type { BillingContext } from '../billing-context.ts';
import { issueCreditNote } from '../invoices/credit-note.service.ts';
import type { IssuedCreditNote } from '../invoices/credit-note.ts';
import { type IssuedInvoice, issueInvoice } from '../invoices/issue.service.ts';
import { openAccount } from './account.service.ts';
import { type BilledPeriod, type BillingFacts, currentPeriod } from './billing-facts.ts';
import { draftOf } from './boundary.service.ts';
import { itemLines } from './boundary.ts';
import { cutPeriod } from './change.store.ts';
import { creditAfterDay, creditLine } from './change.ts';
import { closePeriods } from './closing.ts';
import { endService } from './ending.service.ts';
import { cancelAtPeriodEnd } from './ending.store.ts';
import { billDueBoundaries } from './invoice-run.service.ts';
import { closeRated, consumeCycles, markItemsBilled } from './period.store.ts';

/** An order to end a service: today, or with the period that is running. */
export interface CancelOrder {
  readonly serviceId: ServiceId;
  readonly when: 'now' | 'period_end';
  /** False keeps what was paid for the rest of the period (X2). */
  readonly isProrated?: boolean | undefined;
}

/** What came of it. */
export interface CancelOutcome {
  /** The first local date without service. */
  readonly endsOn: Temporal.PlainDate;
  readonly creditNote: IssuedCreditNote | undefined;
  readonly invoice: IssuedInvoice | undefined;
}

/**
 * Cancels a service in the caller's transaction (X1 to X3); cancelled is final. What is due is billed first. Throws
 * `service_not_found` and `already_cancelled`.
 */
export async function cancelService(
  tx: Transaction,
  ctx: BillingContext,
  order: CancelOrder,
): Promise<CancelOutcome> {
  refuseSecond(await openAccount(tx, ctx, order.serviceId), order.when);
  await billDueBoundaries(tx, ctx, order.serviceId);
  const facts = await openAccount(tx, ctx, order.serviceId);
  const { service } = facts;
  const none = { creditNote: undefined, invoice: undefined };
  if (service.status === 'cancelled') return { endsOn: ctx.today, ...none };
  if (order.when === 'period_end' && service.nextBillingOn !== undefined) {
    const before = await requireLiving(tx, { id: service.id });
    await cancelAtPeriodEnd(tx, service.id);
    const detail = { on: service.nextBillingOn.toString() };
    await recordChange(tx, ctx.actor, before, {
      patch: {},
      action: 'cancellation_planned',
      topics: [],
      detail,
    });
    return { endsOn: service.nextBillingOn, ...none };
  }
  const dayAfter = ctx.today.add({ days: 1 });
  const documents = await settleNow(tx, ctx, facts, { dayAfter, isProrated: order.isProrated ?? true });
  await endService(tx, ctx, service);
  return { endsOn: dayAfter, ...documents };
}

function refuseSecond({ service }: BillingFacts, when: CancelOrder['when']): void {
  const isPlanned = service.cancelAtEnd && when === 'period_end';
  if (service.status !== 'cancelled' && !isPlanned) return;
  const how = isPlanned ? `ends on ${service.nextBillingOn} already` : 'is cancelled already';
  throw conflict('already_cancelled', `'${service.username}' ${how}.`);
}

/** Gives back the rest of the line in force, then bills what was used and what waits (X2, X3). */
async function settleNow(
  tx: Transaction,
  ctx: BillingContext,
  facts: BillingFacts,
  how: { readonly dayAfter: Temporal.PlainDate; readonly isProrated: boolean },
): Promise<Pick<CancelOutcome, 'creditNote' | 'invoice'>> {
  const { dayAfter, isProrated } = how;
  const period = currentPeriod(facts);
  const creditNote = period && isProrated ? await creditRest(tx, ctx, facts, period, dayAfter) : undefined;
  const used = period && { baseEndOn: dayAfter, allowanceEndOn: isProrated ? dayAfter : period.endOn };
  const closing = closePeriods(facts, ctx.settings.usage_counting, used);
  const invoice = await issueInvoice(
    tx,
    ctx,
    draftOf(ctx, facts, {
      kind: 'final',
      lines: [
        ...closing.bases,
        ...closing.overages,
        ...closing.adjustments,
        ...closing.setups,
        ...itemLines(facts.items),
      ],
      period: period && { startOn: period.startOn, endOn: dayAfter },
    }),
  );
  await closeRated(tx, closing.rated, closing.bases.length > 0 ? invoice?.id : undefined);
  if (closing.bases.length > 0) await consumeCycles(tx, facts.discounts);
  await markItemsBilled(tx, facts.items, { invoiceId: invoice?.id, at: ctx.now });
  if (period !== undefined) {
    await cutPeriod(tx, period.id, {
      endAt: startOfDay(dayAfter, ctx.settings.isp_timezone),
      state: 'closed',
    });
  }
  return { creditNote, invoice };
}

async function creditRest(
  tx: Transaction,
  ctx: BillingContext,
  facts: BillingFacts,
  period: BilledPeriod,
  dayAfter: Temporal.PlainDate,
): Promise<IssuedCreditNote | undefined> {
  const credit = creditAfterDay(period, dayAfter, ctx.settings.isp_timezone);
  if (credit.amountMinor === 0n || period.lastInvoiceId === undefined) return undefined;
  const line = creditLine(credit, {
    plan: facts.plan,
    isByDay: true,
    period: { startOn: dayAfter, endOn: period.endOn },
    chargeKey: `final:${facts.service.id}`,
  });
  return issueCreditNote(tx, ctx, { invoiceId: period.lastInvoiceId, lines: [line] }, { isAutomatic: true });
}
