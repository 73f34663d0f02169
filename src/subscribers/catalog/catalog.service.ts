import { violatedConstraint } from '../../db/constraint-errors.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { conflict, invalid, notFound } from '../../kernel/errors.ts';
import type { PlanId } from '../../kernel/ids.ts';
import { checkVersion } from '../../kernel/version.ts';
import { recordEvent } from '../../platform/events/outbox.store.ts';
import { type Actor, SYSTEM_ACTOR } from '../../platform/identity/actor.ts';
import { recordAudit } from '../../platform/identity/audit.store.ts';
import { readSettings } from '../../platform/settings/setting.store.ts';
import {
  findPlan,
  hasServices,
  insertPlan,
  listPlanPage,
  lockPlan,
  type PlanFilter,
  updateArchived,
  updatePlan,
} from './plan.store.ts';
import {
  type AttributeCheck,
  type CheckedPlan,
  checkPlan,
  type NewPlan,
  type Plan,
  type PlanCheck,
} from './plan.ts';
import { fixedInUse, mergePlan, type PlanPatch } from './plan-change.ts';
import { planImage } from './plan-image.ts';

/** What the use cases of the catalogue work with. */
export interface CatalogDeps {
  readonly db: Database;
  readonly checkAttribute: AttributeCheck;
  /** Sees what single attributes do not show: one given twice, or more than a reply holds. */
  readonly checkReply?: PlanCheck | undefined;
}

export type { PlanFilter };

/** The plans a filter finds by code, a page at a time. */
export function listPackages(db: Database, filter: PlanFilter): Promise<Plan[]> {
  return listPlanPage(db, filter);
}

/** The plan of that id, archived or not; throws `package_not_found`. */
export async function getPackage(db: Database, id: PlanId): Promise<Plan> {
  return required(await findPlan(db, id), id);
}

/**
 * Adds a plan, in the installation's currency and cycle when it names none. Throws `validation_failed` or
 * `package_code_taken`.
 */
export async function addPlan(
  deps: CatalogDeps,
  input: Omit<NewPlan, 'currency'> & { currency?: string | undefined },
  actor: Actor = SYSTEM_ACTOR,
): Promise<{ id: PlanId; plan: Plan }> {
  const settings = await readSettings(deps.db);
  const currency = input.currency ?? settings.isp_currency;
  const cycle = input.cycle ?? settings.isp_billing_cycle;
  const plan = check(deps, { ...input, currency, cycle });
  return explainingTaken(plan.code, () =>
    deps.db.transaction(async (tx) => {
      const id = await insertPlan(tx, plan);
      await record(tx, actor, 'package.created', { id, after: plan });
      return { id, plan: required(await findPlan(tx, id), id) };
    }),
  );
}

/** Whose change, of which plan, and for which version. */
export interface PlanOrder {
  readonly id: PlanId;
  readonly actor: Actor;
  readonly expectedVersion?: number | undefined;
}

/**
 * Changes a plan for what is sold and for the logins to come; another rate reaches live sessions too. Segments in being
 * keep the terms they began with.
 * Throws `package_not_found`, `version_conflict`, `validation_failed`, `package_code_taken` or `package_in_use`.
 */
export async function changePlan(
  deps: CatalogDeps,
  order: PlanOrder & { readonly patch: PlanPatch },
): Promise<Plan> {
  return explainingTaken(order.patch.code ?? '', () =>
    deps.db.transaction(async (tx) => {
      const before = await lockFor(tx, order);
      const after = check(deps, mergePlan(before, order.patch));
      await refuseInUse(tx, before, after);
      await updatePlan(tx, before.id, { plan: after, version: before.version + 1 });
      await record(tx, order.actor, 'package.updated', { id: before.id, before, after });
      if (isOtherForSessions(before, after)) {
        await recordEvent(tx, { topic: 'package.terms_changed', payload: { package_id: before.id } });
      }
      return required(await findPlan(tx, before.id), before.id);
    }),
  );
}

/** Whether sessions let in before would be let in otherwise now, in what a router can change while they last. */
function isOtherForSessions(before: Plan, after: CheckedPlan): boolean {
  const seen = ({ rateLimit, fup, radiusAttributes }: Pick<Plan, 'rateLimit' | 'fup' | 'radiusAttributes'>) =>
    JSON.stringify([rateLimit ?? null, fup, radiusAttributes]);
  return seen(before) !== seen(after);
}

/** Takes a plan off the shelf, or puts it back: services on it go on. Throws as `changePlan`. */
export function archivePlan(
  deps: { readonly db: Database },
  order: PlanOrder & { readonly archivedAt: Date | null },
): Promise<Plan> {
  return deps.db.transaction(async (tx) => {
    const before = await lockFor(tx, order);
    const archivedAt = order.archivedAt ?? undefined;
    if ((before.archivedAt === undefined) === (archivedAt === undefined)) return before;
    const after = { ...before, archivedAt, version: before.version + 1 };
    await updateArchived(tx, before.id, { archivedAt: order.archivedAt, version: after.version });
    const action = archivedAt === undefined ? 'package.restored' : 'package.archived';
    await record(tx, order.actor, action, { id: before.id, before, after });
    return after;
  });
}

async function lockFor(tx: Transaction, order: PlanOrder): Promise<Plan> {
  const plan = required(await lockPlan(tx, order.id), order.id);
  checkVersion(order.expectedVersion, plan.version);
  return plan;
}

function check(deps: CatalogDeps, input: NewPlan): CheckedPlan {
  const plan = checkPlan(input, deps.checkAttribute);
  const fields = deps.checkReply?.(plan);
  if (fields !== undefined) throw invalid(Object.values(fields).join(' '), fields);
  return plan;
}

async function refuseInUse(tx: Transaction, before: Plan, after: CheckedPlan): Promise<void> {
  const name = fixedInUse(before, after);
  if (name === undefined || !(await hasServices(tx, before.id))) return;
  throw conflict(
    'package_in_use',
    `There are services on '${before.code}', so its ${name} stays: add another package and change them to it.`,
  );
}

function record(
  tx: Transaction,
  actor: Actor,
  action: string,
  change: { readonly id: PlanId; readonly before?: Plan; readonly after: CheckedPlan },
): Promise<void> {
  return recordAudit(tx, {
    actor,
    action,
    entity: 'package',
    entityId: change.id,
    before: change.before && planImage(change.before),
    after: planImage(change.after),
  });
}

async function explainingTaken<T>(code: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (violatedConstraint(error) !== 'isp_packages_code_key') throw error;
    throw conflict('package_code_taken', `There is a package with the code '${code}' already.`);
  }
}

function required(plan: Plan | undefined, id: PlanId): Plan {
  if (plan !== undefined) return plan;
  throw notFound('package_not_found', `There is no package ${id}.`);
}
