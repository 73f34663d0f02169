import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import type { Queryable, Transaction } from '../db/database.ts';
import { orm } from '../db/orm.ts';
import { overagePricing, packages } from '../db/schema/plans.ts';
import type { PlanId } from '../kernel/ids.ts';
import { invariant } from '../kernel/invariant.ts';
import type { CheckedPlan, CustomAttribute, FupStep, LimitAction, Plan, PlanModel } from './plan.ts';
import type { BaseTiming, CycleUnit, OveragePricing, OverageRounding, ValidityUnit } from './plan-billing.ts';

/** The rows of isp_overage_pricing of a package, in the order of their tiers. */
const OVERAGE = sql<OverageRow[] | null>`(select json_agg(json_build_object('block_gb', o.block_gb::text,
  'rounding', o.rounding, 'cap', o.cap, 'up_to_blocks', o.up_to_blocks, 'price', o.price) order by o.up_to_blocks)
  from isp_overage_pricing o where o.package_id = ${packages.id})`;

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

/** Adds a plan with its overage tiers; a taken code breaks `isp_packages_code_key`. */
export async function insertPlan(tx: Transaction, plan: CheckedPlan): Promise<PlanId> {
  const { overage, validity, ...columns } = plan;
  const [row] = await orm(tx)
    .insert(packages)
    .values({
      ...columns,
      fup: [...plan.fup],
      radiusAttributes: [...plan.radiusAttributes],
      validityUnit: validity?.unit ?? null,
      validityCount: validity?.count ?? null,
    })
    .returning({ id: packages.id });
  invariant(row !== undefined, 'an inserted package has an id');
  if (overage !== undefined) await insertOverage(tx, row.id, overage);
  return row.id.toString() as PlanId;
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
