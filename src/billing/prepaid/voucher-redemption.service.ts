import type { Transaction } from '../../db/database.ts';
import { conflict, invalid, notFound } from '../../kernel/errors.ts';
import type { CustomerId, PlanId, ServiceId } from '../../kernel/ids.ts';
import { invariant } from '../../kernel/invariant.ts';
import { recordEvent } from '../../platform/events/outbox.store.ts';
import { recordAudit } from '../../platform/identity/audit.store.ts';
import type { SecretBox } from '../../platform/secrets/secret-box.ts';
import { findPlan } from '../../subscribers/catalog/plan.store.ts';
import type { BillingContext } from '../billing-context.ts';
import { checkCurrency, requireAccount } from '../invoices/issue.service.ts';
import { insertEntries } from '../ledger/ledger.store.ts';
import { transfer } from '../ledger/posting.ts';
import type { CustomerAccount } from '../receivables/account.store.ts';
import { payFromWallet } from '../receivables/settlement.service.ts';
import { creditWallet } from '../receivables/wallet.service.ts';
import { renewalStart } from './period-start.ts';
import { grantPeriod, openPrepaid } from './purchase.service.ts';
import { expiryOf } from './renewal.service.ts';
import { serveWaiting } from './top-up.service.ts';
import { voucherKey } from './voucher.service.ts';
import {
  isOwnService,
  lockVoucher,
  prepaidServices,
  type SealedVoucher,
  useVoucher,
} from './voucher.store.ts';
import { type VoucherWorth, voucherRefusal } from './voucher.ts';
import { voucherHash } from './voucher-code.ts';

/** Who uses a code, and for which service where that matters. */
export interface VoucherOrder {
  readonly code: string;
  readonly customerId: CustomerId;
  readonly serviceId?: ServiceId | undefined;
}

/**
 * Uses a voucher once (billing-rules Q7): a credit goes to the wallet, pays what is owed and starts what waited; a
 * package gives a free period of it from the later of now and the expiry. Throws `customer_not_found`,
 * `voucher_not_found`, `voucher_used`, `voucher_expired`, `currency_mismatch`, `service_not_found`, `not_prepaid`,
 * `validation_failed` when it is not clear which service is meant; a refusal must end the transaction.
 */
export async function redeemVoucher(
  tx: Transaction,
  ctx: BillingContext,
  box: SecretBox,
  order: VoucherOrder,
): Promise<SealedVoucher> {
  const payer = await requireAccount(tx, order.customerId);
  const serviceId = order.serviceId ?? (await onlyService(tx, payer.id));
  if (order.serviceId !== undefined) await requireOwn(tx, payer, order.serviceId);
  const voucher = await lockVoucher(tx, voucherHash(voucherKey(box), order.code));
  if (voucher === undefined) throw notFound('voucher_not_found', 'There is no voucher with this code.');
  const refusal = voucherRefusal(voucher, ctx.now);
  if (refusal !== undefined) throw refusal;
  const { worth } = voucher;
  const usedFor = worth.type === 'package' ? serviceId : order.serviceId;
  const used = await useVoucher(tx, voucher.id, { customerId: payer.id, serviceId: usedFor, at: ctx.now });
  await recordEvent(tx, { topic: 'voucher.redeemed', payload: { voucher_id: voucher.id } });
  await recordAudit(tx, {
    actor: ctx.actor,
    action: 'voucher.redeemed',
    entity: 'voucher',
    entityId: voucher.id,
    after: { customer_id: payer.id, service_id: usedFor ?? null, type: worth.type },
  });
  if (worth.type === 'credit') await addCredit(tx, ctx, payer, { ...worth, voucherId: voucher.id });
  else await givePeriod(tx, ctx, payer, { planId: worth.planId, serviceId });
  return used;
}

async function addCredit(
  tx: Transaction,
  ctx: BillingContext,
  payer: CustomerAccount,
  credit: Extract<VoucherWorth, { type: 'credit' }> & { readonly voucherId: string },
): Promise<void> {
  checkCurrency(payer, credit.currency);
  const { valueMinor: amountMinor, voucherId } = credit;
  await creditWallet(tx, ctx, { customerId: payer.id, source: 'voucher', sourceId: voucherId, amountMinor });
  const lines = transfer('voucher_clearing', 'wallet', amountMinor);
  const { id: customerId, currency } = payer;
  await insertEntries(tx, ctx, [{ event: 'voucher', refId: voucherId, customerId, currency, lines }]);
  await payFromWallet(tx, ctx, payer);
  await serveWaiting(tx, ctx, payer.id);
}

async function givePeriod(
  tx: Transaction,
  ctx: BillingContext,
  payer: CustomerAccount,
  gift: { readonly planId: PlanId; readonly serviceId: ServiceId | undefined },
): Promise<void> {
  if (gift.serviceId === undefined) {
    throw invalid('A package voucher needs the prepaid service it is for.', {
      service_id: 'must name a prepaid service',
    });
  }
  const account = await openPrepaid(tx, ctx, { id: gift.serviceId });
  const { facts, service } = account;
  if (facts.plan.model !== 'prepaid') {
    throw conflict(
      'not_prepaid',
      `'${service.username}' is postpaid: a package voucher is for prepaid ones.`,
    );
  }
  const plan = await findPlan(tx, gift.planId);
  invariant(plan !== undefined, 'the package of a voucher exists');
  checkCurrency(payer, plan.currency);
  await grantPeriod(tx, ctx, account, { plan, start: renewalStart(ctx.now, expiryOf(service), false) });
}

async function onlyService(tx: Transaction, customerId: CustomerId): Promise<ServiceId | undefined> {
  const ids = await prepaidServices(tx, customerId);
  return ids.length === 1 ? ids[0] : undefined;
}

async function requireOwn(tx: Transaction, payer: CustomerAccount, id: ServiceId): Promise<void> {
  if (await isOwnService(tx, payer.id, id)) return;
  throw notFound('service_not_found', `'${payer.name}' has no service ${id}.`);
}
