/** Per cent of an allowance at which people are told (billing-rules F1). */
export const ALERT_THRESHOLDS = [80, 100] as const;

export type AlertThreshold = (typeof ALERT_THRESHOLDS)[number];

/** What a service has used of a period. */
export interface PeriodUse {
  readonly usedOctets: bigint;
  /** Blended over all its packages; undefined = unlimited, and in a trial. */
  readonly allowanceOctets: bigint | undefined;
}

/** The thresholds a period has reached, whatever the jump: used x 100 >= threshold x allowance (F1). */
export function reachedThresholds({ usedOctets, allowanceOctets }: PeriodUse): AlertThreshold[] {
  if (allowanceOctets === undefined) return [];
  return ALERT_THRESHOLDS.filter((threshold) => usedOctets * 100n >= BigInt(threshold) * allowanceOctets);
}
