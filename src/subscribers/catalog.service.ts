import { violatedConstraint } from '../db/constraint-errors.ts';
import type { Database } from '../db/database.ts';
import { conflict } from '../kernel/errors.ts';
import type { PlanId } from '../kernel/ids.ts';
import { readSettings } from '../platform/settings/setting.store.ts';
import { insertPlan } from './plan.store.ts';
import { type AttributeCheck, type CheckedPlan, checkPlan, type NewPlan } from './plan.ts';

/** Adds a plan, in the installation's currency when it names none. Throws `validation_failed` or `package_code_taken`. */
export async function addPlan(
  deps: { db: Database; checkAttribute: AttributeCheck },
  input: Omit<NewPlan, 'currency'> & { currency?: string | undefined },
): Promise<{ id: PlanId; plan: CheckedPlan }> {
  const currency = input.currency ?? (await readSettings(deps.db)).isp_currency;
  const plan = checkPlan({ ...input, currency }, deps.checkAttribute);
  try {
    return { id: await deps.db.transaction((tx) => insertPlan(tx, plan)), plan };
  } catch (error) {
    if (violatedConstraint(error) !== 'isp_packages_code_key') throw error;
    throw conflict('package_code_taken', `There is a package with the code '${plan.code}' already.`);
  }
}
