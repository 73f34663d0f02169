import { Temporal } from 'temporal-polyfill';
import type { Transaction } from '../../db/database.ts';
import { startOfDay } from '../../kernel/calendar.ts';
import type { InvoiceId } from '../../kernel/ids.ts';
import { invariant } from '../../kernel/invariant.ts';
import type { Plan } from '../../subscribers/catalog/plan.ts';
import { localDate } from '../../subscribers/period.ts';
import { beginCounting } from '../../subscribers/services/segment.store.ts';
import { segmentTerms, termsAllowance } from '../../subscribers/services/segment.ts';
import type { BillingContext } from '../billing-context.ts';
import type { InvoiceDraft, InvoiceKind, LineDraft } from '../invoices/invoice-draft.ts';
import { type IssuedInvoice, issueInvoice } from '../invoices/issue.service.ts';
import { lockNumbers } from '../invoices/number-series.store.ts';
import { freshPeriod } from '../quota/access.service.ts';
import { blendedAllowance } from '../rating/period-usage.ts';
import { type BilledService, type BillingFacts, isHeldOver } from './billing-facts.ts';
import { planBoundary } from './boundary.ts';
import { endService } from './ending.service.ts';
import { firstFree } from './held-spans.ts';
import { holdCounting } from './hold-counting.service.ts';
import type { Opening } from './opening.ts';
import {
  closeRated,
  consumeCycles,
  cutWaitingSegment,
  endPeriods,
  markItemsBilled,
  writePeriod,
} from './period.store.ts';

/**
 * The boundary of a service that is due now; undefined when none is (R1). A service that was not billed while it was
 * suspended has one on the day it came back, where a stub begins (S4).
 */
export function dueBoundary(facts: BillingFacts, ctx: BillingContext): Temporal.PlainDate | undefined {
  const { nextBillingOn, status } = facts.service;
  if (facts.plan.model !== 'postpaid' || status === 'cancelled' || status === 'pending') return undefined;
  if (nextBillingOn !== undefined) return isAhead(nextBillingOn, ctx) ? undefined : nextBillingOn;
  const last = facts.periods.at(-1);
  if (last === undefined || isHeldOver(facts.service)) return undefined;
  const free = firstFree(facts.service.heldSpans, last.endAt);
  return free && localDate(free, ctx.settings.isp_timezone);
}

/** Whether a boundary is not due yet; there may be none. */
export function isAhead(on: Temporal.PlainDate | undefined, ctx: BillingContext): boolean {
  if (on === undefined) return true;
  return startOfDay(on, ctx.settings.isp_timezone).epochMilliseconds > ctx.now.epochMilliseconds;
}

/**
 * Bills one boundary in the caller's transaction, which holds the locks of `openAccount` (R2): rates what ended,
 * issues the invoice, opens the next period; for `isCutNext` see `beginPeriod`. The invoice is undefined when nothing is owed (I5), `nextOn` when no
 * period follows.
 */
export async function billBoundary(
  tx: Transaction,
  ctx: BillingContext,
  facts: BillingFacts,
  on: Temporal.PlainDate,
  options: { readonly isCutNext?: boolean } = {},
): Promise<{ invoice: IssuedInvoice | undefined; nextOn: Temporal.PlainDate | undefined }> {
  const boundary = planBoundary(facts, on, ctx.settings);
  const { closing, opening, lines, period } = boundary;
  const hasBase = closing.bases.length > 0 || (opening?.bases.length ?? 0) > 0;
  const draft = draftOf(ctx, facts, { kind: 'cycle', lines, period });
  const invoice = await issueInvoice(tx, ctx, draft, {
    payer: facts.service.payer,
    // Sent together, run in this order.
    beside: (issued) =>
      Promise.all([
        closeRated(tx, closing.rated, closing.bases.length > 0 ? issued?.id : undefined),
        markItemsBilled(tx, facts.items, { invoiceId: issued?.id, at: ctx.now }),
        hasBase ? consumeCycles(tx, facts.discounts) : undefined,
        opening && beginPeriod(tx, ctx, facts, opening, { invoice: issued, ...options }),
      ]),
  });
  if (opening === undefined && boundary.isEnd) await endService(tx, ctx, facts.service);
  else if (opening === undefined) await endPeriods(tx, facts.service.id);
  return { invoice, nextOn: opening?.period.endOn };
}

/** An invoice about a service, dated today and due on normal terms (R3, I2). */
export function draftOf(
  ctx: BillingContext,
  facts: BillingFacts,
  invoice: {
    readonly kind: InvoiceKind;
    readonly lines: readonly LineDraft[];
    readonly period: InvoiceDraft['period'];
  },
): InvoiceDraft {
  return {
    ...invoice,
    customerId: facts.service.customerId,
    serviceId: facts.service.id,
    currency: facts.plan.currency,
    issueOn: ctx.today,
    dueOn: ctx.today.add({ days: ctx.settings.payment_terms_days }),
  };
}

/**
 * Writes a period that begins, with the segment that counts its usage. A base that went on a credit note is credited
 * against `creditedInvoiceId` in its turn (P4). `isCutNext` says that the same transaction will cut the segment, so
 * that counting is held before it is touched: two such transactions would wait for each other otherwise.
 */
export async function beginPeriod(
  tx: Transaction,
  ctx: BillingContext,
  facts: BillingFacts,
  opening: Opening,
  how: {
    readonly invoice: IssuedInvoice | undefined;
    readonly creditedInvoiceId?: InvoiceId | undefined;
    readonly isCutNext?: boolean;
  },
): Promise<void> {
  const { invoice, creditedInvoiceId, isCutNext = false } = how;
  const { settings } = ctx;
  const { plan, period } = opening;
  const { service } = facts;
  const terms = segmentTerms(plan, settings.gb_unit);
  const startAt = startOfDay(period.startOn, settings.isp_timezone);
  const endAt = startOfDay(period.endOn, settings.isp_timezone);
  const isAlone = { fromOn: period.startOn, terms, uploadOctets: 0n, downloadOctets: 0n };
  const days = BigInt(period.startOn.until(period.endOn).days);
  const fullDays = BigInt(period.fullStartOn.until(period.endOn).days);
  const written = {
    serviceId: service.id,
    seq: opening.seq,
    planId: plan.id,
    anchorDay: opening.anchorDay,
    startAt,
    endAt,
    endOn: period.endOn,
    fullStartOn: period.fullStartOn,
    allowanceOctets: blendedAllowance(
      [{ segment: isAlone, fromOn: period.startOn, untilOn: period.endOn, days }],
      fullDays,
    ),
    wholeAllowanceOctets: termsAllowance(terms),
    terms,
    invoiceId: opening.lineNet === undefined ? undefined : invoice?.id,
    lastInvoiceId: opening.lineNet === undefined ? undefined : (invoice?.id ?? creditedInvoiceId),
    lineNet: opening.lineNet,
    discounts: opening.discounts,
  };
  const waiting = facts.segments.at(-1);
  const isFirst = waiting === undefined;
  const begins = isFirst || waiting.fromAt.epochMilliseconds >= startAt.epochMilliseconds;
  const isLate = Temporal.Instant.compare(endAt, ctx.now) <= 0;
  if (!begins || isLate || isCutNext) await holdCounting(tx);
  else if (invoice === undefined) await lockNumbers(tx);
  if (isFirst) await countFrom(tx, service, plan);
  if (!begins) await cutWaitingSegment(tx, { serviceId: service.id, at: startAt, on: period.startOn });
  const hasSegment = await writePeriod(tx, written);
  invariant(hasSegment, `service ${service.id} has a segment that begins with its period`);
  await freshPeriod(tx, ctx, service, plan);
}

/** The counting of a service begins with its activation; its row in the table of segments comes after the numbers. */
export async function countFrom(
  tx: Transaction,
  { id: serviceId, activatedAt }: Pick<BilledService, 'id' | 'activatedAt'>,
  plan: Plan,
): Promise<void> {
  invariant(activatedAt !== undefined, 'only an active service is billed');
  const fromAt = new Date(activatedAt.epochMilliseconds);
  await beginCounting(tx, { serviceId, fromAt, planId: plan.id, plan });
}
