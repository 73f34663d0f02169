import { and, asc, eq, isNull } from 'drizzle-orm';
import type { Queryable } from '../db/database.ts';
import { orm } from '../db/orm.ts';
import { packages } from '../db/schema/plans.ts';
import type { PlanId } from '../kernel/ids.ts';
import type { CheckedPlan, CustomAttribute, FupStep, LimitAction, Plan, PlanModel } from './plan.ts';

/** All plans by code; archived ones only when asked for. */
export async function listPlans(q: Queryable, options: { includeArchived?: boolean } = {}): Promise<Plan[]> {
  const all = orm(q).select().from(packages);
  const wanted = options.includeArchived ? all : all.where(isNull(packages.archivedAt));
  return (await wanted.orderBy(asc(packages.code))).map(toPlan);
}

/** The plan of that code that can still be sold. */
export async function findPlanByCode(q: Queryable, code: string): Promise<Plan | undefined> {
  const [row] = await orm(q)
    .select()
    .from(packages)
    .where(and(eq(packages.code, code), isNull(packages.archivedAt)));
  return row && toPlan(row);
}

/** Adds a plan; a taken code breaks `isp_packages_code_key`. */
export async function insertPlan(q: Queryable, plan: CheckedPlan): Promise<PlanId> {
  const [row] = await orm(q)
    .insert(packages)
    .values({ ...plan, fup: [...plan.fup], radiusAttributes: [...plan.radiusAttributes] })
    .returning({ id: packages.id });
  return String(row?.id) as PlanId;
}

function toPlan(row: typeof packages.$inferSelect): Plan {
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
  };
}
