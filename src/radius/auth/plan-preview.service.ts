import type { Database } from '../../db/database.ts';
import { invalid } from '../../kernel/errors.ts';
import { readSettings } from '../../platform/settings/setting.store.ts';
import { policyOf } from '../policy/installation-settings.ts';
import { type PlanReplies, type PlanReplyTerms, planReplies, planReplyFaults } from '../policy/plan-reply.ts';

/**
 * What routers would be sent of a plan under the settings in force, without saving anything. Throws
 * `validation_failed` for what cannot be sent.
 */
export async function previewPlan(db: Database, plan: PlanReplyTerms): Promise<PlanReplies> {
  const replies = planReplies(plan, policyOf(await readSettings(db)));
  if (replies !== undefined) return replies;
  const fields = planReplyFaults(plan) ?? {};
  throw invalid(Object.values(fields).join(' '), fields);
}
