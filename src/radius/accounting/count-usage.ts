import type { UsageCounting } from '../../subscribers/counted-octets.ts';
import type { Quota } from '../policy/subject.ts';

/**
 * Counts what a report added to the quota in memory, and answers whether that crossed a mark: where people are told, or
 * the limit itself (billing-rules F1, F2, F5). Called for every report, so it does nothing but add and compare.
 */
export function countUsage(
  quota: Quota,
  added: { readonly uploadDelta: number; readonly downloadDelta: number },
  counting: UsageCounting,
): boolean {
  const before = quota.usedOctets;
  const download = counting === 'upload' ? 0 : added.downloadDelta;
  const upload = counting === 'download' ? 0 : added.uploadDelta;
  const after = before + download + upload;
  quota.usedOctets = after;
  if (before < quota.limitOctets && after >= quota.limitOctets) return true;
  return quota.alertOctets !== undefined && before < quota.alertOctets && after >= quota.alertOctets;
}
