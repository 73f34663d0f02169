import type { Temporal } from 'temporal-polyfill';
import { startOfDay } from '../../kernel/calendar.ts';
import type { Settings } from '../../platform/settings/setting.ts';
import type { InvoiceDraft, LineDraft } from '../invoices/invoice-draft.ts';
import { type BilledService, type BillingFacts, currentPeriod, type PendingItem } from './billing-facts.ts';
import { type Closing, closePeriods } from './closing.ts';
import { isHeldAt } from './held-spans.ts';
import { anchorFor, type Opening, openPeriod } from './opening.ts';

/** What is done at one boundary of a service. */
export interface Boundary {
  readonly on: Temporal.PlainDate;
  readonly closing: Closing;
  /** Undefined when no period follows: the service ends (X1), or is suspended and not billed meanwhile (S4). */
  readonly opening: Opening | undefined;
  readonly isEnd: boolean;
  /** In the order of B1; empty = no invoice (I5). */
  readonly lines: readonly LineDraft[];
  readonly period: InvoiceDraft['period'];
}

/** Works out a boundary: what the ended periods owe, and the period that begins (B1 to B3, S4, X1). */
export function planBoundary(facts: BillingFacts, on: Temporal.PlainDate, settings: Settings): Boundary {
  const { service } = facts;
  const closing = closePeriods(facts, settings.usage_counting);
  const isEnd = service.cancelAtEnd;
  const isPaused = !settings.bill_while_suspended && isHeldOnBoundary(service, on, settings);
  const opening = isEnd || isPaused ? undefined : openNext(facts, on);
  const bases = [...closing.bases, ...(opening?.bases ?? [])];
  // The fee is that of the first base line, which in arrears may be of the package before (T2).
  const setups = closing.bases.length > 0 ? closing.setups : (opening?.setups ?? []);
  const ended = currentPeriod(facts);
  const isAdvance = opening !== undefined && (opening.plan.baseTiming === 'advance' || ended === undefined);
  const period = isAdvance ? opening.period : ended;
  return {
    on,
    closing,
    opening,
    isEnd,
    lines: [...bases, ...closing.overages, ...closing.adjustments, ...setups, ...itemLines(facts.items)],
    period: period && { startOn: period.startOn, endOn: period.endOn },
  };
}

/** A stub begins on the day its service came back, though a hold stood at its first instant (S4). */
function isHeldOnBoundary(service: BilledService, on: Temporal.PlainDate, settings: Settings): boolean {
  return (
    service.nextBillingOn !== undefined && isHeldAt(service.heldSpans, startOfDay(on, settings.isp_timezone))
  );
}

/** The lines of one-off items (T4). */
export function itemLines(items: readonly PendingItem[]): LineDraft[] {
  return items.map(({ id, amountMinor, description }) => ({
    kind: 'one_off',
    description,
    amountMinor,
    discountMinor: 0n,
    chargeKey: `one_off:${id}`,
  }));
}

/** The period after a boundary, under the package that was chosen for it (P5). */
function openNext(facts: BillingFacts, startOn: Temporal.PlainDate): Opening {
  const plan = facts.nextPlan ?? facts.plan;
  const kept = { anchorDay: facts.service.anchorDay, plan: facts.plan };
  return openPeriod(facts, plan, { startOn, anchorDay: anchorFor(plan, startOn, kept) });
}
