import type { Transaction } from '../../db/database.ts';
import { invalid } from '../../kernel/errors.ts';
import type { ServiceId } from '../../kernel/ids.ts';
import { AMOUNT_MAX } from '../../kernel/money.ts';
import { actorLabel } from '../../platform/identity/actor.ts';
import { recordAudit } from '../../platform/identity/audit.store.ts';
import type { BillingContext } from '../billing-context.ts';
import { type IssuedInvoice, issueInvoice } from '../invoices/issue.service.ts';
import { openLivingAccount } from './account.service.ts';
import { draftOf } from './boundary.service.ts';
import { itemLines } from './boundary.ts';
import { insertItem } from './item.store.ts';
import { markItemsBilled } from './period.store.ts';

/** Something sold once, with the service. */
export interface ItemOrder {
  readonly serviceId: ServiceId;
  /** Before tax, as prices are; above 0. */
  readonly amountMinor: bigint;
  readonly description: string;
  /** On an invoice of its own, today; otherwise it waits for the next one of the service. */
  readonly isInvoicedNow: boolean;
}

/** An item, and its invoice when it has one already. */
export interface AddedItem {
  readonly id: string;
  readonly amountMinor: bigint;
  readonly description: string;
  readonly invoice: IssuedInvoice | undefined;
}

const DESCRIPTION_LENGTH_MAX = 200;

/** Adds a one-off item (T4). Throws `validation_failed`, `service_not_found`, `service_cancelled`. */
export async function addItem(tx: Transaction, ctx: BillingContext, order: ItemOrder): Promise<AddedItem> {
  const { serviceId, amountMinor } = order;
  const description = order.description.trim();
  if (amountMinor <= 0n || amountMinor > AMOUNT_MAX) {
    throw invalid('The amount of an item must be above 0.', { amount: 'must be above 0' });
  }
  if (description === '' || description.length > DESCRIPTION_LENGTH_MAX) {
    const allowed = `must have 1 to ${DESCRIPTION_LENGTH_MAX} characters`;
    throw invalid(`The description of an item ${allowed}.`, { description: allowed });
  }
  const facts = await openLivingAccount(tx, ctx, serviceId);
  const actor = actorLabel(ctx.actor);
  const id = await insertItem(tx, { serviceId, amountMinor, description, actor });
  const item = { id, amountMinor, description };
  await recordAudit(tx, {
    actor: ctx.actor,
    action: 'billing_item.added',
    entity: 'service',
    entityId: serviceId,
    after: { item: id, amount: amountMinor, description },
  });
  if (!order.isInvoicedNow) return { ...item, invoice: undefined };
  const draft = draftOf(ctx, facts, { kind: 'one_off', lines: itemLines([item]), period: undefined });
  const invoice = await issueInvoice(tx, ctx, draft);
  await markItemsBilled(tx, [item], { invoiceId: invoice?.id, at: ctx.now });
  return { ...item, invoice };
}
