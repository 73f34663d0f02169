import { and, asc, eq, gt, ilike, isNotNull, isNull, ne, or, type SQL, sql } from 'drizzle-orm';
import type { Queryable, Transaction } from '../../db/database.ts';
import { orm } from '../../db/orm.ts';
import { overagePricing, packages } from '../../db/schema/plans.ts';
import { services } from '../../db/schema/services.ts';
import type { PlanId } from '../../kernel/ids.ts';
import { invariant } from '../../kernel/invariant.ts';
import type {
  CheckedPlan,
  CustomAttribute,
  FupStep,
  LimitAction,
  Plan,
  PlanModel,
  PlanTier,
} from './plan.ts';
import type { BaseTiming, CycleUnit, OveragePricing, OverageRounding, ValidityUnit } from './plan-billing.ts';

/**
 * The rows of isp_overage_pricing of a package, in the order of their tiers. The table is named in full: drizzle leaves
 * it out of what is selected from one table, and `id` alone would be that of the inner one.
 */
const OVERAGE = sql<OverageRow[] | null>`(select json_agg(json_build_object('block_gb', o.block_gb::text,
  'rounding', o.rounding, 'cap', o.cap, 'up_to_blocks', o.up_to_blocks, 'price', o.price) order by o.up_to_blocks)
  from isp_overage_pricing o where o.package_id = isp_packages.id)`;

interface OverageRow {
  readonly block_gb: string;
  readonly rounding: OverageRounding;
  readonly cap: number | null;
  readonly up_to_blocks: number | null;
  readonly price: number;
}

/** All plans by code; archived ones only when asked for. */
export async function listPlans(q: Queryable, options: { includeArchived?: boolean } = {}): Promise<Plan[]> {
  const wanted = options.includeArchived ? undefined : isNull(packages.archivedAt);
  const rows = await selectPlans(q).where(wanted).orderBy(asc(packages.code));
  return rows.map(toPlan);
}

/** The plan of that code that can still be sold. */
export async function findPlanByCode(q: Queryable, code: string): Promise<Plan | undefined> {
  const [row] = await selectPlans(q).where(and(eq(packages.code, code), isNull(packages.archivedAt)));
  return row && toPlan(row);
}

/** The plan of that id, archived or not: services may still be on it. */
export async function findPlan(q: Queryable, id: PlanId): Promise<Plan | undefined> {
  const [row] = await selectPlans(q).where(eq(packages.id, BigInt(id)));
  return row && toPlan(row);
}

/** The plan of that id, its row locked until the transaction ends. */
export async function lockPlan(tx: Transaction, id: PlanId): Promise<Plan | undefined> {
  const [row] = await orm(tx)
    .select({ id: packages.id })
    .from(packages)
    .where(eq(packages.id, BigInt(id)))
    .for('no key update');
  return row && findPlan(tx, id);
}

/** Which plans are wanted, by code; `afterCode` goes on below one. */
export interface PlanFilter {
  /** The beginning of the code, or a part of the name. */
  readonly q?: string | undefined;
  readonly model?: PlanModel | undefined;
  readonly tier?: PlanTier | undefined;
  readonly archived: 'no' | 'only' | 'all';
  readonly afterCode?: string | undefined;
  readonly limit: number;
}

/** A page of plans. */
export async function listPlanPage(q: Queryable, filter: PlanFilter): Promise<Plan[]> {
  const conditions: (SQL | undefined)[] = [];
  if (filter.archived === 'no') conditions.push(isNull(packages.archivedAt));
  if (filter.archived === 'only') conditions.push(isNotNull(packages.archivedAt));
  if (filter.model !== undefined) conditions.push(eq(packages.model, filter.model));
  if (filter.tier !== undefined) conditions.push(eq(packages.tier, filter.tier));
  if (filter.afterCode !== undefined) conditions.push(gt(packages.code, filter.afterCode));
  if (filter.q !== undefined) {
    const literal = filter.q.replace(/[\\%_]/g, '\\$&');
    conditions.push(or(ilike(packages.code, `${literal}%`), ilike(packages.name, `%${literal}%`)));
  }
  const rows = await selectPlans(q)
    .where(and(...conditions))
    .orderBy(asc(packages.code))
    .limit(filter.limit);
  return rows.map(toPlan);
}

/** Whether a service that is not cancelled is on the plan, or will be from its next period on. */
export async function hasServices(q: Queryable, id: PlanId): Promise<boolean> {
  const [row] = await orm(q)
    .select({ id: services.id })
    .from(services)
    .where(
      and(
        or(eq(services.packageId, BigInt(id)), eq(services.nextPackageId, BigInt(id))),
        ne(services.status, 'cancelled'),
      ),
    )
    .limit(1);
  return row !== undefined;
}

/** Adds a plan with its overage tiers; a taken code breaks `isp_packages_code_key`. */
export async function insertPlan(tx: Transaction, plan: CheckedPlan): Promise<PlanId> {
  const [row] = await orm(tx).insert(packages).values(columnsOf(plan)).returning({ id: packages.id });
  invariant(row !== undefined, 'an inserted package has an id');
  if (plan.overage !== undefined) await insertOverage(tx, row.id, plan.overage);
  return row.id.toString() as PlanId;
}

/** Replaces all a plan says; a taken code breaks `isp_packages_code_key`. */
export async function updatePlan(
  tx: Transaction,
  id: PlanId,
  change: { readonly plan: CheckedPlan; readonly version: number },
): Promise<void> {
  const { plan, version } = change;
  const packageId = BigInt(id);
  await orm(tx)
    .update(packages)
    .set({ ...columnsOf(plan), version })
    .where(eq(packages.id, packageId));
  await orm(tx).delete(overagePricing).where(eq(overagePricing.packageId, packageId));
  if (plan.overage !== undefined) await insertOverage(tx, packageId, plan.overage);
}

/** Takes a plan off the shelf, or with null puts it back. */
export async function updateArchived(
  tx: Transaction,
  id: PlanId,
  change: { readonly archivedAt: Date | null; readonly version: number },
): Promise<void> {
  await orm(tx)
    .update(packages)
    .set(change)
    .where(eq(packages.id, BigInt(id)));
}

/** Every column is named, so that what a plan does not say any more is emptied. */
function columnsOf(plan: CheckedPlan) {
  return {
    code: plan.code,
    name: plan.name,
    price: plan.price,
    currency: plan.currency,
    model: plan.model,
    cycle: plan.cycle,
    cycleCount: plan.cycleCount,
    baseTiming: plan.baseTiming,
    dataLimitGb: plan.dataLimitGb ?? null,
    limitAction: plan.limitAction,
    rateLimit: plan.rateLimit ?? null,
    fup: [...plan.fup],
    pool: plan.pool ?? null,
    addressList: plan.addressList ?? null,
    ipv6Pool: plan.ipv6Pool ?? null,
    pppProfile: plan.pppProfile ?? null,
    sessionLimit: plan.sessionLimit,
    idleTimeoutS: plan.idleTimeoutS ?? null,
    sessionTimeoutS: plan.sessionTimeoutS ?? null,
    interimIntervalS: plan.interimIntervalS ?? null,
    radiusAttributes: [...plan.radiusAttributes],
    setupFee: plan.setupFee,
    trialDays: plan.trialDays,
    validityUnit: plan.validity?.unit ?? null,
    validityCount: plan.validity?.count ?? null,
    tier: plan.tier ?? null,
  };
}

async function insertOverage(tx: Transaction, packageId: bigint, overage: OveragePricing): Promise<void> {
  const rows = overage.tiers.map((tier) => ({
    packageId,
    blockGb: overage.block_gb,
    rounding: overage.rounding,
    cap: overage.cap === null ? null : BigInt(overage.cap),
    upToBlocks: tier.up_to_blocks,
    price: BigInt(tier.price),
  }));
  await orm(tx).insert(overagePricing).values(rows);
}

function selectPlans(q: Queryable) {
  return orm(q).select({ plan: packages, overage: OVERAGE }).from(packages).$dynamic();
}

function toPlan({ plan: row, overage }: Awaited<ReturnType<typeof selectPlans>>[number]): Plan {
  return {
    id: row.id.toString() as PlanId,
    code: row.code,
    name: row.name,
    price: row.price,
    currency: row.currency,
    // The check constraints of the table allow no other words, and the arrays were written by insertPlan.
    model: row.model as PlanModel,
    limitAction: row.limitAction as LimitAction,
    fup: row.fup as FupStep[],
    radiusAttributes: row.radiusAttributes as CustomAttribute[],
    dataLimitGb: row.dataLimitGb ?? undefined,
    rateLimit: row.rateLimit ?? undefined,
    pool: row.pool ?? undefined,
    addressList: row.addressList ?? undefined,
    ipv6Pool: row.ipv6Pool ?? undefined,
    pppProfile: row.pppProfile ?? undefined,
    sessionLimit: row.sessionLimit,
    idleTimeoutS: row.idleTimeoutS ?? undefined,
    sessionTimeoutS: row.sessionTimeoutS ?? undefined,
    interimIntervalS: row.interimIntervalS ?? undefined,
    version: row.version,
    archivedAt: row.archivedAt ?? undefined,
    tier: (row.tier ?? undefined) as PlanTier | undefined,
    cycle: row.cycle as CycleUnit,
    cycleCount: row.cycleCount,
    baseTiming: row.baseTiming as BaseTiming,
    overage: overage === null ? undefined : toOverage(overage),
    setupFee: row.setupFee,
    trialDays: row.trialDays,
    validity:
      row.validityUnit === null || row.validityCount === null
        ? undefined
        : { unit: row.validityUnit as ValidityUnit, count: row.validityCount },
  };
}

function toOverage(rows: readonly OverageRow[]): OveragePricing | undefined {
  const [first] = rows;
  return (
    first && {
      block_gb: first.block_gb,
      rounding: first.rounding,
      cap: first.cap,
      tiers: rows.map(({ up_to_blocks, price }) => ({ up_to_blocks, price })),
    }
  );
}
