import type { Transaction } from '../../db/database.ts';
import { startOfDay } from '../../kernel/calendar.ts';
import { actorLabel } from '../../platform/identity/actor.ts';
import type { Plan } from '../../subscribers/catalog/plan.ts';
import { defaultAnchor } from '../../subscribers/period.ts';
import type { BillingContext } from '../billing-context.ts';
import { openAccount } from './account.service.ts';
import type { BilledPeriod, BillingFacts } from './billing-facts.ts';
import { beginPeriod } from './boundary.service.ts';
import { cutPeriod, documentChange, insertChange, restartSegments } from './change.store.ts';
import { creditLine, creditOfRest, turned } from './change.ts';
import { type ChangeDocuments, issueNet } from './change-in-period.service.ts';
import { holdCounting } from './hold-counting.service.ts';
import { openPeriod } from './opening.ts';
import { consumeCycles } from './period.store.ts';

/**
 * A change to a package with periods of another length (P12): the rest of the line in force is given back, the
 * period ends with yesterday, and a full one begins today with today's anchor. What the old period used is rated
 * with the next invoice, like that of any period that ended.
 */
export async function replacePeriod(
  tx: Transaction,
  ctx: BillingContext,
  facts: BillingFacts,
  { period, to }: { period: BilledPeriod; to: Plan },
): Promise<ChangeDocuments> {
  const { settings, today, now } = ctx;
  const { service } = facts;
  const measure = { unit: settings.proration_unit, timeZone: settings.isp_timezone };
  const credit = creditOfRest(period, now, measure);
  const opening = openPeriod(facts, to, { startOn: today, anchorDay: defaultAnchor(to.cycle, today) });
  const chargeMinor = opening.lineNet ?? 0n;
  const id = await insertChange(tx, {
    serviceId: service.id,
    fromPlanId: facts.plan.id,
    toPlanId: to.id,
    at: now,
    periodStartAt: period.startAt,
    creditMinor: credit.amountMinor,
    chargeMinor,
    actor: actorLabel(ctx.actor),
  });
  const credited = creditLine(credit, {
    plan: facts.plan,
    isByDay: measure.unit === 'day',
    period: { startOn: today, endOn: period.endOn },
    chargeKey: `change:${id}:credit`,
  });
  const lines = [...(credit.amountMinor > 0n ? [turned(credited)] : []), ...opening.bases, ...opening.setups];
  const documents = await issueNet(tx, ctx, facts, {
    lines,
    against: period,
    period: { startOn: opening.period.startOn, endOn: opening.period.endOn },
  });
  await documentChange(tx, id, {
    invoiceId: documents.invoice?.id,
    creditNoteId: documents.creditNote?.id,
  });
  if (opening.bases.length > 0) await consumeCycles(tx, facts.discounts);
  await cutPeriod(tx, period.id, { endAt: startOfDay(today, settings.isp_timezone), state: 'replaced' });
  await holdCounting(tx);
  await restartSegments(tx, service.id, now);
  const restarted = await openAccount(tx, ctx, service.id);
  await beginPeriod(tx, ctx, { ...restarted, plan: facts.plan, service }, opening, {
    invoice: documents.invoice,
    creditedInvoiceId: period.lastInvoiceId,
  });
  return { ...documents, creditMinor: credit.amountMinor, chargeMinor };
}
