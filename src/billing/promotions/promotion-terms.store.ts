import {
  and,
  arrayContains,
  count,
  desc,
  eq,
  gt,
  ilike,
  inArray,
  isNull,
  lt,
  lte,
  or,
  type SQL,
  sql,
} from 'drizzle-orm';
import type { Queryable, Transaction } from '../../db/database.ts';
import { orm } from '../../db/orm.ts';
import { packages } from '../../db/schema/plans.ts';
import { promotions } from '../../db/schema/promotions.ts';
import type { PlanId } from '../../kernel/ids.ts';
import { invariant } from '../../kernel/invariant.ts';
import type { PromotionDuration } from './promotion.ts';
import type { KeptPromotion, PromotionTerms } from './promotion-terms.ts';

/** Which codes, newest first; `beforeId` goes on below one. */
export interface PromotionFilter {
  /** The beginning of the code, whatever its case. */
  readonly q?: string | undefined;
  readonly planId?: PlanId | undefined;
  /** Only codes that can be redeemed at this instant. */
  readonly redeemableAt?: Date | undefined;
  readonly beforeId?: bigint | undefined;
  readonly limit: number;
}

/** A page of codes. */
export async function selectPromotions(q: Queryable, filter: PromotionFilter): Promise<KeptPromotion[]> {
  const { q: text, planId, redeemableAt: at, beforeId } = filter;
  const wanted: (SQL | undefined)[] = [];
  if (text !== undefined) wanted.push(ilike(promotions.code, `${text.replace(/[\\%_]/g, '\\$&')}%`));
  if (planId !== undefined) {
    wanted.push(or(isNull(promotions.packageIds), arrayContains(promotions.packageIds, [BigInt(planId)])));
  }
  if (at !== undefined) {
    wanted.push(or(isNull(promotions.validFrom), lte(promotions.validFrom, at)));
    wanted.push(or(isNull(promotions.validUntil), gt(promotions.validUntil, at)));
    wanted.push(sql`coalesce(${promotions.redeemedCount} < ${promotions.maxRedemptions}, true)`);
  }
  if (beforeId !== undefined) wanted.push(lt(promotions.id, beforeId));
  const rows = await orm(q)
    .select()
    .from(promotions)
    .where(and(...wanted))
    .orderBy(desc(promotions.id))
    .limit(filter.limit);
  return rows.map(toPromotion);
}

/** The code of that id. */
export async function findPromotion(q: Queryable, id: string): Promise<KeptPromotion | undefined> {
  const [row] = await orm(q)
    .select()
    .from(promotions)
    .where(eq(promotions.id, BigInt(id)));
  return row && toPromotion(row);
}

/** The code of that id, locked until the transaction ends. */
export async function lockPromotionById(tx: Transaction, id: string): Promise<KeptPromotion | undefined> {
  const [row] = await orm(tx)
    .select()
    .from(promotions)
    .where(eq(promotions.id, BigInt(id)))
    .for('no key update');
  return row && toPromotion(row);
}

/** Adds a code; one that is taken breaks `isp_promotions_code_key`. */
export async function insertPromotion(tx: Transaction, terms: PromotionTerms): Promise<KeptPromotion> {
  const [row] = await orm(tx).insert(promotions).values(columnsOf(terms)).returning();
  invariant(row !== undefined, 'an inserted promotion is answered');
  return toPromotion(row);
}

/** Replaces what a code says; a code that is taken breaks `isp_promotions_code_key`. */
export async function updatePromotion(
  tx: Transaction,
  id: string,
  change: { readonly terms: PromotionTerms; readonly version: number },
): Promise<KeptPromotion> {
  const [row] = await orm(tx)
    .update(promotions)
    .set({ ...columnsOf(change.terms), version: change.version })
    .where(eq(promotions.id, BigInt(id)))
    .returning();
  invariant(row !== undefined, 'a locked promotion is there');
  return toPromotion(row);
}

/** Whether all of these packages exist. */
export async function arePlans(q: Queryable, ids: readonly PlanId[]): Promise<boolean> {
  const [row] = await orm(q)
    .select({ found: count() })
    .from(packages)
    .where(inArray(packages.id, ids.map(BigInt)));
  return row?.found === ids.length;
}

/** Every column is named, so that what is not said any more is emptied. */
function columnsOf(terms: PromotionTerms) {
  return {
    code: terms.code,
    type: terms.type,
    value: terms.value,
    currency: terms.currency ?? null,
    duration: terms.duration,
    cycles: terms.cycles ?? null,
    validFrom: terms.validFrom ?? null,
    validUntil: terms.validUntil ?? null,
    maxRedemptions: terms.maxRedemptions ?? null,
    maxPerCustomer: terms.maxPerCustomer,
    stackable: terms.stackable,
    packageIds: terms.planIds === undefined ? null : terms.planIds.map(BigInt),
  };
}

function toPromotion(row: typeof promotions.$inferSelect): KeptPromotion {
  return {
    id: row.id.toString(),
    code: row.code,
    // The check constraints of the table allow no other words.
    type: row.type as KeptPromotion['type'],
    value: row.value,
    currency: row.currency ?? undefined,
    duration: row.duration as PromotionDuration,
    cycles: row.cycles ?? undefined,
    validFrom: row.validFrom ?? undefined,
    validUntil: row.validUntil ?? undefined,
    maxRedemptions: row.maxRedemptions ?? undefined,
    maxPerCustomer: row.maxPerCustomer,
    stackable: row.stackable,
    planIds: row.packageIds?.map((id) => id.toString() as PlanId),
    redeemedCount: row.redeemedCount,
    version: row.version,
    createdAt: row.createdAt,
  };
}
