import type { NasClient } from './nas-directory.ts';

const SIGNED_IN_A_ROW = 20;
const SPREAD_OVER_MS = 10 * 60_000;

/**
 * Learns which `auto` NASes always sign: 20 signed requests in a row spread over at least 10 minutes (BlastRADIUS
 * rule 2). What is learnt is handed to the caller once, to be kept for good.
 */
export class SignatureLearning {
  readonly #streaks = new Map<string, { count: number; sinceMs: number }>();

  /** Notes an Access-Request; true when this NAS has just proved that it always signs. */
  note(nas: NasClient, isSigned: boolean, nowMs: number): boolean {
    if (nas.requireMessageAuthenticator !== 'auto' || nas.hasLearntToSign) return false;
    if (!isSigned) {
      this.#streaks.delete(nas.id);
      return false;
    }
    const streak = this.#streaks.get(nas.id);
    if (streak === undefined) {
      this.#streaks.set(nas.id, { count: 1, sinceMs: nowMs });
      return false;
    }
    streak.count += 1;
    if (streak.count < SIGNED_IN_A_ROW || nowMs - streak.sinceMs < SPREAD_OVER_MS) return false;
    this.#streaks.delete(nas.id);
    nas.hasLearntToSign = true;
    return true;
  }
}
