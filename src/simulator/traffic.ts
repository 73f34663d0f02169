import type { RatePair } from '../kernel/bandwidth.ts';
import { GIGAWORD } from '../kernel/octets.ts';

/** Octets in both directions, as the subscriber sees them. */
export interface Traffic {
  readonly uploadOctets: number;
  readonly downloadOctets: number;
}

/** What a session without a rate limit can carry. */
export const UNLIMITED_RATE: RatePair = { uploadBps: 100_000_000, downloadBps: 100_000_000 };

/**
 * What a session carries in `elapsedS` under a rate: `demand` (0 = idle, 1 = all it gets) with some variation, never
 * more than the rate. 20 Mbit/s at demand 1 and fraction 1 for 10 s: 25,000,000 octets.
 */
export function trafficOf(input: {
  readonly rate: RatePair | undefined;
  readonly elapsedS: number;
  readonly demand: number;
  /** Random in [0, 1). */
  readonly fraction: number;
}): Traffic {
  const { uploadBps, downloadBps } = input.rate ?? UNLIMITED_RATE;
  const share = Math.min(Math.max(input.demand, 0), 1) * (0.5 + input.fraction / 2);
  const seconds = Math.max(input.elapsedS, 0);
  return {
    uploadOctets: Math.floor((uploadBps / 8) * seconds * share),
    downloadOctets: Math.floor((downloadBps / 8) * seconds * share),
  };
}

/** A counter as RADIUS carries it: the low 32 bits and the number of times they ran over (RFC 2869 section 5.1). */
export function splitCounter(octets: number): { readonly low: number; readonly gigawords: number } {
  return { low: octets % GIGAWORD, gigawords: Math.floor(octets / GIGAWORD) };
}

/** Packets that carry so many octets, at 900 octets each. */
export function packetsOf(octets: number): number {
  return Math.ceil(octets / 900);
}
