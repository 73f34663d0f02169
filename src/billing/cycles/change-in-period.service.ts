import type { Transaction } from '../../db/database.ts';
import { actorLabel } from '../../platform/identity/actor.ts';
import type { Plan } from '../../subscribers/catalog/plan.ts';
import { countedOctets } from '../../subscribers/counted-octets.ts';
import { localDate } from '../../subscribers/period.ts';
import { segmentTerms, termsAllowance } from '../../subscribers/services/segment.ts';
import type { BillingContext } from '../billing-context.ts';
import { issueCreditNote } from '../invoices/credit-note.service.ts';
import type { IssuedCreditNote } from '../invoices/credit-note.ts';
import type { LineDraft, LocalPeriod } from '../invoices/invoice-draft.ts';
import { type IssuedInvoice, issueInvoice } from '../invoices/issue.service.ts';
import { reviewAccess } from '../quota/access.service.ts';
import { reviewQuota } from '../quota/quota-review.service.ts';
import { blendedAllowance, segmentDays } from '../rating/period-usage.ts';
import { type BilledPeriod, type BillingFacts, segmentsOf } from './billing-facts.ts';
import { draftOf } from './boundary.service.ts';
import { cutSegment, documentChange, insertChange, setPackage, updatePeriodLine } from './change.store.ts';
import { chargeForRest, chargeLine, creditLine, creditOfRest, turned } from './change.ts';
import { holdCounting } from './hold-counting.service.ts';

/** The documents of a change: at most one of the two. Amounts are net of discounts, before tax. */
export interface ChangeDocuments {
  readonly creditMinor: bigint;
  readonly chargeMinor: bigint;
  readonly invoice: IssuedInvoice | undefined;
  readonly creditNote: IssuedCreditNote | undefined;
}

/** A change that costs nothing now. */
export const NO_DOCUMENTS: ChangeDocuments = {
  creditMinor: 0n,
  chargeMinor: 0n,
  invoice: undefined,
  creditNote: undefined,
};

/** Changes the package in the course of a period whose length stays (P2 to P4, P6, P8 to P11). */
export async function changeInPeriod(
  tx: Transaction,
  ctx: BillingContext,
  facts: BillingFacts,
  { period, to }: { period: BilledPeriod; to: Plan },
): Promise<ChangeDocuments> {
  const { settings, now, today } = ctx;
  const measure = { unit: settings.proration_unit, timeZone: settings.isp_timezone };
  const credit = creditOfRest(period, now, measure);
  const charge = chargeForRest(to, period, now, measure);
  const chargeMinor = charge.amountMinor - charge.discountMinor;
  const id = await insertChange(tx, {
    serviceId: facts.service.id,
    fromPlanId: facts.plan.id,
    toPlanId: to.id,
    at: now,
    periodStartAt: period.startAt,
    creditMinor: credit.amountMinor,
    chargeMinor,
    actor: actorLabel(ctx.actor),
  });
  const rest = { startOn: today, endOn: period.endOn };
  const isByDay = measure.unit === 'day';
  const lines = [
    turned(
      creditLine(credit, {
        plan: facts.plan,
        isByDay,
        period: rest,
        chargeKey: `change:${id}:credit`,
      }),
    ),
    chargeLine(charge, { plan: to, isByDay, period: rest, chargeKey: `change:${id}:charge` }),
  ].filter((line) => line.amountMinor !== 0n);
  const documents = await issueNet(tx, ctx, facts, { lines, against: period, period: rest });
  await documentChange(tx, id, {
    invoiceId: documents.invoice?.id,
    creditNoteId: documents.creditNote?.id,
  });
  await changeTerms(tx, ctx, facts, {
    period,
    to,
    lineNet: to.baseTiming === 'arrears' ? undefined : chargeMinor,
    documents,
  });
  return { ...documents, creditMinor: credit.amountMinor, chargeMinor };
}

/** One document for credit and charge together: an invoice, a credit note, or none when they are even (P3, P4). */
export async function issueNet(
  tx: Transaction,
  ctx: BillingContext,
  facts: BillingFacts,
  net: { readonly lines: readonly LineDraft[]; readonly against: BilledPeriod; readonly period: LocalPeriod },
): Promise<Pick<ChangeDocuments, 'invoice' | 'creditNote'>> {
  const { lines, against, period } = net;
  const sum = lines.reduce((total, line) => total + line.amountMinor - line.discountMinor, 0n);
  if (sum > 0n) {
    const invoice = await issueInvoice(tx, ctx, draftOf(ctx, facts, { kind: 'adjustment', lines, period }));
    return { invoice, creditNote: undefined };
  }
  if (sum === 0n || against.lastInvoiceId === undefined) return { invoice: undefined, creditNote: undefined };
  const draft = { invoiceId: against.lastInvoiceId, lines: lines.map(turned) };
  return { invoice: undefined, creditNote: await issueCreditNote(tx, ctx, draft, { isAutomatic: true }) };
}

/** From now on usage counts under the terms of the new package, in what is left of the blended allowance (O7, P9). */
async function changeTerms(
  tx: Transaction,
  ctx: BillingContext,
  facts: BillingFacts,
  change: {
    readonly period: BilledPeriod;
    readonly to: Plan;
    readonly lineNet: bigint | undefined;
    readonly documents: Pick<ChangeDocuments, 'invoice'>;
  },
): Promise<void> {
  const { period, to, lineNet, documents } = change;
  const { service } = facts;
  const terms = segmentTerms(to, ctx.settings.gb_unit);
  const past = segmentsOf(facts, period).filter(
    (one) => one.fromAt.epochMilliseconds < ctx.now.epochMilliseconds,
  );
  const next = {
    fromOn: localDate(ctx.now, ctx.settings.isp_timezone),
    terms,
    uploadOctets: 0n,
    downloadOctets: 0n,
  };
  const allowance = blendedAllowance(segmentDays([...past, next], period), period.fullDays);
  const used = past.reduce((sum, one) => sum + countedOctets(one, ctx.settings.usage_counting), 0n);
  await updatePeriodLine(tx, period.id, {
    lineNet,
    at: ctx.now,
    invoiceId: documents.invoice?.id,
    allowanceOctets: allowance,
  });
  await setPackage(tx, service.id, to.id);
  await holdCounting(tx);
  await cutSegment(tx, {
    serviceId: service.id,
    planId: to.id,
    at: ctx.now,
    terms,
    leftOctets: allowance === undefined ? undefined : allowance > used ? allowance - used : 0n,
    wholeAllowanceOctets: termsAllowance(terms),
  });
  await reviewAccess(tx, ctx, service.id, true);
  await reviewQuota(tx, ctx, service.id);
}
