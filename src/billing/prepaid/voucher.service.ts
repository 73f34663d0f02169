import { violatedConstraint } from '../../db/constraint-errors.ts';
import type { Queryable, Transaction } from '../../db/database.ts';
import { conflict, notFound } from '../../kernel/errors.ts';
import type { PlanId } from '../../kernel/ids.ts';
import { currencyDigits } from '../../kernel/money.ts';
import { actorLabel } from '../../platform/identity/actor.ts';
import { recordAudit } from '../../platform/identity/audit.store.ts';
import type { SecretBox } from '../../platform/secrets/secret-box.ts';
import { findPlan } from '../../subscribers/catalog/plan.store.ts';
import type { BillingContext } from '../billing-context.ts';
import {
  insertBatch,
  insertVouchers,
  listVouchers,
  type SealedVoucher,
  type VoucherFilter,
} from './voucher.store.ts';
import { checkWorth, type NewVoucher, type Voucher, type VoucherWorth } from './voucher.ts';
import { checkVoucherCode, newVoucherCode, voucherHash } from './voucher-code.ts';

export type { VoucherFilter };

/** A voucher with its code in plain text, for who prints it. */
export interface PrintedVoucher extends Voucher {
  readonly code: string;
}

/** Vouchers that were made together. */
export interface VoucherBatch {
  readonly id: string;
  readonly name: string;
  readonly vouchers: readonly PrintedVoucher[];
}

/**
 * Adds a voucher; a code is made when none is named. Throws `validation_failed`, `package_not_found`,
 * `package_model_mismatch` or `voucher_code_taken`.
 */
export async function addVoucher(
  tx: Transaction,
  ctx: BillingContext,
  box: SecretBox,
  input: NewVoucher & { readonly code?: string | undefined },
): Promise<PrintedVoucher> {
  const worth = await worthOf(tx, input);
  const code = input.code === undefined ? newVoucherCode() : checkVoucherCode(input.code);
  const [made] = await insert(tx, ctx, box, { codes: [code], worth, expiresAt: input.expiresAt });
  if (made === undefined) throw new Error('The database returned no row for the new voucher.');
  await recordAudit(tx, {
    actor: ctx.actor,
    action: 'voucher.created',
    entity: 'voucher',
    entityId: made.id,
    after: imageOf(worth),
  });
  return made;
}

/** Adds many vouchers of one worth with codes of their own. Throws as `addVoucher` does. */
export async function addVoucherBatch(
  tx: Transaction,
  ctx: BillingContext,
  box: SecretBox,
  input: NewVoucher & { readonly name: string; readonly count: number },
): Promise<VoucherBatch> {
  const worth = await worthOf(tx, input);
  const { name, count, expiresAt } = input;
  const id = await insertBatch(tx, { name, count, actor: actorLabel(ctx.actor), at: ctx.now });
  const codes = Array.from({ length: count }, newVoucherCode);
  const vouchers = await insert(tx, ctx, box, { codes, worth, expiresAt, batchId: id });
  await recordAudit(tx, {
    actor: ctx.actor,
    action: 'voucher_batch.created',
    entity: 'voucher_batch',
    entityId: id,
    after: { name, count, ...imageOf(worth) },
  });
  return { id, name, vouchers };
}

/** Vouchers with their codes, the newest first. */
export async function readVouchers(
  q: Queryable,
  box: SecretBox,
  filter: VoucherFilter,
): Promise<PrintedVoucher[]> {
  return (await listVouchers(q, filter)).map((voucher) => printed(box, voucher));
}

/** A voucher with its code opened. */
export function printed(box: SecretBox, voucher: SealedVoucher): PrintedVoucher {
  return { ...voucher, code: box.open(voucher.codeEnc).toString('utf8') };
}

/** The key codes are hashed with. */
export function voucherKey(box: SecretBox): Buffer {
  return box.deriveKey('voucher codes');
}

async function insert(
  tx: Transaction,
  ctx: BillingContext,
  box: SecretBox,
  made: Omit<Parameters<typeof insertVouchers>[1], 'codes' | 'at'> & { readonly codes: readonly string[] },
): Promise<PrintedVoucher[]> {
  const key = voucherKey(box);
  const codes = made.codes.map((code) => ({ hash: voucherHash(key, code), sealed: box.seal(code) }));
  try {
    const rows = await insertVouchers(tx, { ...made, codes, at: ctx.now });
    return rows.map((voucher) => printed(box, voucher));
  } catch (error) {
    if (violatedConstraint(error) !== 'vouchers_code_hash_key') throw error;
    throw conflict('voucher_code_taken', 'There is a voucher with this code already: choose another.');
  }
}

async function worthOf(tx: Transaction, input: NewVoucher): Promise<VoucherWorth> {
  const worth = checkWorth(input);
  if (worth.type === 'package') await requirePrepaid(tx, worth.planId);
  else currencyDigits(worth.currency);
  return worth;
}

async function requirePrepaid(tx: Transaction, id: PlanId): Promise<void> {
  const plan = await findPlan(tx, id);
  if (plan === undefined) throw notFound('package_not_found', `There is no package ${id}.`);
  if (plan.model === 'prepaid') return;
  throw conflict('package_model_mismatch', `'${plan.code}' is postpaid: a voucher is for a prepaid package.`);
}

function imageOf(worth: VoucherWorth) {
  return worth.type === 'credit'
    ? { type: worth.type, value: worth.valueMinor, currency: worth.currency }
    : { type: worth.type, package_id: worth.planId };
}
