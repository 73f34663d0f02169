import type { InvoiceId } from '../../kernel/ids.ts';
import { smaller } from '../../kernel/rounding.ts';
import type { WalletCredit } from '../receivables/allocation.ts';

/** A part of a payment that stands on an invoice. `dueDate` is an ISO date. */
export interface StandingAllocation {
  readonly id: string;
  readonly invoiceId: InvoiceId;
  readonly number: bigint;
  readonly dueDate: string;
  readonly amountMinor: bigint;
}

/** What gives up an allocation, wholly or in part. */
export interface Release {
  readonly allocation: StandingAllocation;
  readonly amountMinor: bigint;
}

/** How a refund is funded (billing-rules A6). */
export interface RefundPlan {
  /** Credits of the wallet that are used up, the payment's own first. */
  readonly fromCredit: readonly { readonly credit: WalletCredit; readonly amountMinor: bigint }[];
  /** Taken back from invoices, which reopen. */
  readonly takenBack: readonly Release[];
  /** Allocations that go on under another credit, whose money went out in place of the payment's. */
  readonly handedOver: readonly (Release & { readonly to: WalletCredit })[];
}

/**
 * Credit balance first, then allocations, latest due date first (A6). When the balance came from somebody else's
 * money, that money takes the payment's place on an invoice, so that no payment is ever allocated beyond what is left
 * of it (G2). `own` is the credit the payment brought; the amounts at hand cover the refund.
 */
export function planRefund(facts: {
  readonly amountMinor: bigint;
  readonly own: WalletCredit;
  readonly others: readonly WalletCredit[];
  readonly allocations: readonly StandingAllocation[];
}): RefundPlan {
  const latestFirst = [...facts.allocations].sort(latestDueFirst);
  const fromOwn = take(facts.amountMinor, [facts.own]);
  const fromOthers = take(facts.amountMinor - sum(fromOwn), facts.others);
  const backMinor = facts.amountMinor - sum(fromOwn) - sum(fromOthers);
  const takenBack = release(backMinor, latestFirst);
  const still = latestFirst.map((one) => ({
    ...one,
    leftMinor: one.amountMinor - releasedOf(takenBack, one),
  }));
  const handedOver: (Release & { to: WalletCredit })[] = [];
  for (const { credit, amountMinor } of fromOthers) {
    let neededMinor = amountMinor;
    for (const entry of still) {
      const partMinor = smaller(entry.leftMinor, neededMinor);
      if (partMinor === 0n) continue;
      const allocation = facts.allocations.find((one) => one.id === entry.id) ?? entry;
      handedOver.push({ allocation, amountMinor: partMinor, to: credit });
      entry.leftMinor -= partMinor;
      neededMinor -= partMinor;
    }
  }
  return { fromCredit: [...fromOwn, ...fromOthers], takenBack, handedOver };
}

function latestDueFirst(a: StandingAllocation, b: StandingAllocation): number {
  if (a.dueDate !== b.dueDate) return a.dueDate < b.dueDate ? 1 : -1;
  return a.number < b.number ? 1 : -1;
}

function take(amountMinor: bigint, credits: readonly WalletCredit[]) {
  const parts: { readonly credit: WalletCredit; readonly amountMinor: bigint }[] = [];
  let wantedMinor = amountMinor;
  for (const credit of credits) {
    const partMinor = smaller(credit.remainingMinor, wantedMinor);
    if (partMinor === 0n) continue;
    parts.push({ credit, amountMinor: partMinor });
    wantedMinor -= partMinor;
  }
  return parts;
}

function release(amountMinor: bigint, allocations: readonly StandingAllocation[]): Release[] {
  const releases: Release[] = [];
  let wantedMinor = amountMinor;
  for (const allocation of allocations) {
    const partMinor = smaller(allocation.amountMinor, wantedMinor);
    if (partMinor === 0n) continue;
    releases.push({ allocation, amountMinor: partMinor });
    wantedMinor -= partMinor;
  }
  return releases;
}

function releasedOf(releases: readonly Release[], allocation: StandingAllocation): bigint {
  return releases.find((one) => one.allocation.id === allocation.id)?.amountMinor ?? 0n;
}

function sum(parts: readonly { readonly amountMinor: bigint }[]): bigint {
  return parts.reduce((total, part) => total + part.amountMinor, 0n);
}
