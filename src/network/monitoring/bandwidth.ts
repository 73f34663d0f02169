/** What a line carries just now, in bits per second; upload is what the subscriber sends. */
export interface BandwidthSample {
  readonly serviceId: string;
  readonly atMs: number;
  readonly isOnline: boolean;
  /** `router`: measured there a moment ago. `accounting`: from reports, over `overS`. `none`: nothing to measure. */
  readonly source: 'router' | 'accounting' | 'none';
  readonly uploadBps: number | undefined;
  readonly downloadBps: number | undefined;
  /** The span the rates are the mean of, in seconds; undefined for what the router measured. */
  readonly overS: number | undefined;
  /** Why it is not measured on the router; undefined when it is. */
  readonly note: string | undefined;
}

/** The counters of a session as its last report left them. */
export interface ReportedCounters {
  readonly sessionTimeS: number;
  readonly uploadOctets: bigint;
  readonly downloadOctets: bigint;
}

/** Rates over a span. */
export interface MeanRates {
  readonly uploadBps: number;
  readonly downloadBps: number;
  readonly overS: number;
}

/**
 * The mean rate between two reports of a session: 25,000,000 octets in 10 s are 20 Mbit/s. Without an earlier report
 * it is the mean of the whole session. Undefined while nothing has been reported.
 */
export function meanRates(
  earlier: ReportedCounters | undefined,
  now: ReportedCounters,
): MeanRates | undefined {
  const isUsable = earlier !== undefined && earlier.sessionTimeS < now.sessionTimeS;
  const from = isUsable ? earlier : { sessionTimeS: 0, uploadOctets: 0n, downloadOctets: 0n };
  const overS = now.sessionTimeS - from.sessionTimeS;
  if (overS <= 0) return undefined;
  const rate = (octets: bigint): number => Math.max(0, Math.round((Number(octets) * 8) / overS));
  return {
    uploadBps: rate(now.uploadOctets - from.uploadOctets),
    downloadBps: rate(now.downloadOctets - from.downloadOctets),
    overS,
  };
}
