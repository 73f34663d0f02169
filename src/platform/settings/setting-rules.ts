import { conflict, invalid } from '../../kernel/errors.ts';
import type { Settings } from './setting.ts';

/** What an issued document has fixed: its amounts are of the one, its dates of the other (billing-rules section 20). */
const FIXED_ONCE_ISSUED = ['isp_currency', 'isp_timezone'] as const;

/** Refuses a change of what issued documents rest on; throws `setting_fixed`. Setting the same value is no change. */
export function checkFixed(before: Settings, changes: Partial<Settings>, hasIssued: boolean): void {
  const key = FIXED_ONCE_ISSUED.find((one) => changes[one] !== undefined && changes[one] !== before[one]);
  if (key === undefined || !hasIssued) return;
  throw conflict(
    'setting_fixed',
    `${key} stays '${before[key]}': documents have been issued with it, and it could change only before the first.`,
  );
}

/**
 * The changes with those that follow from them (billing-rules N1: dunning_schedule has isp_dunning_levels days). A
 * schedule alone sets the number of levels, fewer levels alone shorten the schedule; throws `validation_failed` when
 * both are given and differ, or days are missing.
 */
export function reconcileDunning(before: Settings, changes: Partial<Settings>): Partial<Settings> {
  const { isp_dunning_levels: levels, dunning_schedule: schedule } = changes;
  if (levels === undefined && schedule === undefined) return changes;
  if (levels === undefined) return { ...changes, isp_dunning_levels: schedule?.length ?? 0 };
  const days = schedule ?? before.dunning_schedule.slice(0, levels);
  if (days.length === levels) return { ...changes, dunning_schedule: days };
  const objection = `dunning_schedule must name ${levels} days overdue, one for each of isp_dunning_levels, not ${days.length}.`;
  throw invalid(objection, { dunning_schedule: objection });
}
