import { notFound } from '../../kernel/errors.ts';
import type { SecretBox } from '../../platform/secrets/secret-box.ts';
import { readSettings } from '../../platform/settings/setting.store.ts';
import { findPlan } from '../../subscribers/catalog/plan.store.ts';
import { type PrintedVoucher, readVouchers } from '../prepaid/voucher.service.ts';
import { findVoucherBatch } from '../prepaid/voucher.store.ts';
import type { PrintedDocument, PrintingDeps } from './printing.service.ts';
import { voucherCards } from './voucher-cards.ts';

/**
 * The vouchers of a batch that were not used yet, as cards in the order they were made. Throws
 * `voucher_batch_not_found`, and what the printer throws.
 */
export async function printVoucherBatch(
  deps: PrintingDeps & { readonly box: SecretBox },
  batchId: string,
): Promise<PrintedDocument> {
  const { db, box, printer } = deps;
  const batch = await findVoucherBatch(db, batchId);
  if (batch === undefined) throw notFound('voucher_batch_not_found', `There is no batch ${batchId}.`);
  const newestFirst = await readVouchers(db, box, { batchId, isUsed: false, limit: batch.count });
  const vouchers = newestFirst.toReversed();
  const sheet = voucherCards({
    name: batch.name,
    vouchers,
    packageName: await packageNameOf(deps, vouchers[0]),
    settings: await readSettings(db),
    madeAt: batch.createdAt,
  });
  return { name: `vouchers-${batchId}`, pdf: await printer.print(sheet) };
}

/** All vouchers of a batch have one worth. */
async function packageNameOf(
  { db }: PrintingDeps,
  voucher: PrintedVoucher | undefined,
): Promise<string | undefined> {
  if (voucher?.worth.type !== 'package') return undefined;
  return (await findPlan(db, voucher.worth.planId))?.name;
}
