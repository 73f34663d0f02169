import { Temporal } from 'temporal-polyfill';
import type { Transaction } from '../../db/database.ts';
import type { InvoiceId, ServiceId } from '../../kernel/ids.ts';
import { standingHolds } from '../../subscribers/services/hold.store.ts';
import { releaseHold, statusPatch } from '../../subscribers/services/holding.service.ts';
import { activateIn } from '../../subscribers/services/lifecycle.service.ts';
import { segmentTerms, termsAllowance } from '../../subscribers/services/segment.ts';
import type { Service } from '../../subscribers/services/service.ts';
import { recordChange, requireLiving } from '../../subscribers/services/service-change.service.ts';
import type { BillingContext } from '../billing-context.ts';
import { cutPeriod, setPackage } from '../cycles/change.store.ts';
import { holdCounting } from '../cycles/hold-counting.service.ts';
import type { LocalPeriod } from '../invoices/invoice-draft.ts';
import type { Discount } from '../promotions/discount.ts';
import {
  type BoughtPeriod,
  beginSegment,
  boughtPeriods,
  closeEnded,
  insertBoughtPeriod,
  movePeriod,
  takeWaitingSegments,
} from './prepaid-period.store.ts';
import type { PeriodToBuy } from './purchase-lines.ts';

/** A period that is paid for, and how. */
export interface BegunPeriod extends PeriodToBuy {
  readonly anchorDay: number;
  readonly dates: LocalPeriod;
  readonly invoiceId: InvoiceId | undefined;
  readonly lineNet: bigint;
  readonly discounts: readonly Discount[];
}

/**
 * Writes a bought period of a locked service. One that is not ahead begins at once, in place of the one that runs
 * (Q8, Q9): usage, speed and data cap start afresh (F3, F5), and an expired or pending service is active. Periods that
 * were bought for later follow it.
 */
export async function beginBought(
  tx: Transaction,
  ctx: BillingContext,
  service: Service,
  period: BegunPeriod,
): Promise<void> {
  if (Temporal.Instant.compare(period.startAt, ctx.now) > 0) await queue(tx, ctx, service, period);
  else await beginAtOnce(tx, ctx, service, period);
}

async function queue(
  tx: Transaction,
  ctx: BillingContext,
  service: Service,
  period: BegunPeriod,
): Promise<void> {
  await write(tx, ctx, service.id, period);
  await recordChange(tx, ctx.actor, service, {
    patch: { expiresAt: dateOf(period.endAt), anchorDay: period.anchorDay },
    action: 'renewed',
    topics: ['service.renewed'],
    detail: detailOf(period),
  });
}

async function beginAtOnce(
  tx: Transaction,
  ctx: BillingContext,
  service: Service,
  period: BegunPeriod,
): Promise<void> {
  const { id } = service;
  const at = dateOf(ctx.now);
  await setPackage(tx, id, period.plan.id);
  const isFirst = service.activatedAt === undefined;
  if (isFirst) await activateIn(tx, { service, actor: ctx.actor, at });
  const later = isFirst ? [] : await endRunning(tx, ctx, id, period.startAt);
  const moved = await moveLater(tx, later, period.endAt);
  const expiresAt = moved.at(-1)?.endAt ?? period.endAt;
  await holdCounting(tx);
  const waiting = await takeWaitingSegments(tx, id, period.startAt);
  await write(tx, ctx, id, period);
  for (const [index, { startAt }] of moved.entries()) {
    const segment = waiting[index];
    if (segment !== undefined) await beginSegment(tx, id, { ...segment, at: startAt });
  }
  const held = { ...(await requireLiving(tx, { id })), expiresAt: dateOf(expiresAt) };
  await releaseHold(tx, { service: held, cause: 'data_cap', actor: ctx.actor, at });
  const before = await requireLiving(tx, { id });
  const renewed = { ...before, expiresAt: dateOf(expiresAt) };
  await recordChange(tx, ctx.actor, before, {
    patch: {
      ...(await statusPatch(tx, renewed, await standingHolds(tx, id), at)),
      expiresAt: dateOf(expiresAt),
      anchorDay: period.anchorDay,
      periodStart: dateOf(period.startAt),
      periodEnd: dateOf(period.endAt),
    },
    action: 'renewed',
    topics: ['service.renewed'],
    detail: detailOf(period),
  });
}

/** Ends what runs at an instant; answers the periods that wait after it, which keep their lengths. */
async function endRunning(
  tx: Transaction,
  ctx: BillingContext,
  id: ServiceId,
  at: Temporal.Instant,
): Promise<BoughtPeriod[]> {
  await closeEnded(tx, id, ctx.now);
  const later: BoughtPeriod[] = [];
  for (const one of await boughtPeriods(tx, id, at)) {
    if (Temporal.Instant.compare(one.startAt, at) > 0) later.push(one);
    else await cutPeriod(tx, one.id, { endAt: at, state: 'replaced' });
  }
  return later;
}

/** Lets periods that wait follow one after another from an instant on. */
async function moveLater(
  tx: Transaction,
  later: readonly BoughtPeriod[],
  after: Temporal.Instant,
): Promise<{ id: string; startAt: Temporal.Instant; endAt: Temporal.Instant }[]> {
  let endAt = after;
  const moved = later.map((one) => {
    const startAt = endAt;
    endAt = startAt.add(one.startAt.until(one.endAt));
    return { id: one.id, startAt, endAt };
  });
  // None may lie on another on its way: those that move back go first, those that move on go last.
  const first = later[0];
  const isBack = first !== undefined && Temporal.Instant.compare(after, first.startAt) < 0;
  for (const one of isBack ? moved : moved.toReversed()) await movePeriod(tx, one);
  return moved;
}

async function write(
  tx: Transaction,
  ctx: BillingContext,
  serviceId: ServiceId,
  period: BegunPeriod,
): Promise<void> {
  const terms = segmentTerms(period.plan, ctx.settings.gb_unit);
  const allowanceOctets = termsAllowance(terms);
  await insertBoughtPeriod(tx, { ...period, serviceId, allowanceOctets });
  await beginSegment(tx, serviceId, { at: period.startAt, planId: period.plan.id, terms, allowanceOctets });
}

function detailOf({ plan, startAt, endAt }: BegunPeriod) {
  return { package_id: plan.id, from: startAt.toString(), until: endAt.toString() };
}

function dateOf(at: Temporal.Instant): Date {
  return new Date(at.epochMilliseconds);
}
