import { Temporal } from 'temporal-polyfill';
import type { Transaction } from '../../db/database.ts';
import type { BillingContext } from '../billing-context.ts';
import { lockInvoice } from '../invoices/credit-note.service.ts';
import type { Invoice } from '../invoices/invoice.ts';
import { issueInvoice } from '../invoices/issue.service.ts';
import type { TaskEffect, TaskReport } from '../task.ts';
import type { TaskDeps, TaskOptions } from '../task-deps.service.ts';
import { runItems } from '../task-run.service.ts';
import { type FeeCandidate, feeCandidates, feeMarks, insertFeeMark } from './late-fee.store.ts';
import { feeCutOff, lateFeeKey, lateFeeMinor, mayCharge } from './late-fee.ts';

/** Charges late fees on overdue invoices (billing-rules L1 to L5), each a new invoice that names its source. */
export function applyLateFees(deps: TaskDeps, options: TaskOptions): Promise<TaskReport> {
  return runItems<FeeCandidate>(deps, options, {
    name: 'apply-late-fees',
    outcomes: ['charged'],
    page: (ctx, page) => {
      const { settings, today } = ctx;
      const unmarked =
        settings.late_fee_mode === 'once' ? ('ever' as const) : { key: lateFeeKey(settings, today) };
      return feeCandidates(deps.db, { dueBefore: feeCutOff(settings, today), unmarked, ...page });
    },
    idOf: (candidate) => candidate.id,
    subjectOf: (candidate) => ({ kind: 'invoice', id: candidate.id }),
    handle: chargeFee,
  });
}

async function chargeFee(
  tx: Transaction,
  ctx: BillingContext,
  candidate: FeeCandidate,
): Promise<readonly TaskEffect[]> {
  const source = await lockInvoice(tx, candidate.id);
  const key = lateFeeKey(ctx.settings, ctx.today);
  if (!bringsFee(source, ctx) || !mayCharge(ctx.settings, await feeMarks(tx, source.id), key)) return [];
  const fee = await issueInvoice(tx, ctx, {
    kind: 'late_fee',
    customerId: source.customerId,
    serviceId: source.serviceId,
    currency: source.currency,
    issueOn: ctx.today,
    // Late fees are due at once (I2).
    dueOn: ctx.today,
    sourceInvoiceId: source.id,
    lines: [
      {
        kind: 'late_fee',
        description: `Late fee on ${source.number}, due ${source.dueOn}`,
        amountMinor: lateFeeMinor(ctx.settings, source),
        discountMinor: 0n,
        chargeKey: `late_fee:${source.id}:${key}`,
      },
    ],
  });
  if (fee === undefined) return [];
  await insertFeeMark(tx, { sourceInvoiceId: source.id, key, invoiceId: fee.id });
  return [
    {
      outcome: 'charged',
      subject: { kind: 'invoice', id: source.id },
      label: source.number,
      amountMinor: fee.totalMinor,
      currency: source.currency,
    },
  ];
}

function bringsFee(source: Invoice, ctx: BillingContext): boolean {
  const cutOff = feeCutOff(ctx.settings, ctx.today);
  return (
    source.kind !== 'late_fee' &&
    source.balanceMinor > 0n &&
    source.writtenOffMinor === 0n &&
    Temporal.PlainDate.compare(source.dueOn, cutOff) < 0
  );
}
