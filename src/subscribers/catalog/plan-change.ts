import type { NewPlan, Plan } from './plan.ts';

/** What is changed of a plan: what is left out stays, null takes away. */
export type PlanPatch = { readonly [Name in keyof NewPlan]?: NewPlan[Name] | null | undefined };

/**
 * The plan as it is to be, still to be checked. Overage given without a limit action brings its own, and overage
 * taken away takes it along (billing-rules section 20).
 */
export function mergePlan(plan: Plan, patch: PlanPatch): NewPlan {
  const merged: Record<string, unknown> = { ...plan };
  for (const [name, value] of Object.entries(patch)) {
    if (value !== undefined) merged[name] = value ?? undefined;
  }
  if (patch.overage !== undefined && patch.limitAction === undefined) {
    const isOverage = plan.limitAction === 'overage';
    if (patch.overage !== null || isOverage) merged.limitAction = undefined;
  }
  // A plan holds every value a new one may be given, and the patch has their types.
  return merged as unknown as NewPlan;
}

/** What services in being rest on: their customers' currency, and how their periods are counted and paid. */
const FIXED_IN_USE = ['currency', 'model', 'cycle', 'cycleCount'] as const;

/** The first value that cannot change while services are on the plan, by its name outside; undefined when none does. */
export function fixedInUse(
  before: Plan,
  after: Pick<Plan, (typeof FIXED_IN_USE)[number]>,
): string | undefined {
  const name = FIXED_IN_USE.find((one) => before[one] !== after[one]);
  return name === 'cycleCount' ? 'cycle_count' : name;
}
