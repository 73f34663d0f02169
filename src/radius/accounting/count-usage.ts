import type { UsageCounting } from '../../subscribers/counted-octets.ts';
import type { Quota, Subject } from '../policy/subject.ts';

/**
 * Counts what a report added to the quota in memory, and answers whether somebody must look at the service: it crossed a
 * mark, where people are told or the limit itself, or it goes on at full speed beyond a limit that throttles or blocks
 * (billing-rules F1, F2, F5). Called for every report, so it does nothing but add and compare.
 */
export function countUsage(
  { state, quota }: Pick<Subject, 'state' | 'quota'>,
  added: { readonly uploadDelta: number; readonly downloadDelta: number },
  counting: UsageCounting,
): boolean {
  if (quota === undefined) return false;
  const before = quota.usedOctets;
  const download = counting === 'upload' ? 0 : added.downloadDelta;
  const upload = counting === 'download' ? 0 : added.uploadDelta;
  const after = before + download + upload;
  quota.usedOctets = after;
  if (after >= quota.limitOctets) return before < quota.limitOctets || (state === 'active' && mustAct(quota));
  return quota.alertOctets !== undefined && before < quota.alertOctets && after >= quota.alertOctets;
}

function mustAct({ action }: Quota): boolean {
  return action === 'throttle' || action === 'block';
}
