/** A report may come this much late before its session counts as silent: clocks, queues, a lost datagram. */
export const REPORT_GRACE_S = 60;
/** So many interim intervals may be missed. */
export const MISSED_INTERVALS_MAX = 3;
/** So many further intervals must a router be heard without the session before the session counts as over. */
export const WITNESS_INTERVALS = 2;

/** What is known of one open session and of the router that should report it. Times in ms since the epoch. */
export interface SilenceFacts {
  readonly lastReportAtMs: number;
  /** Since when it is uncertain. */
  readonly uncertainAtMs: number | undefined;
  readonly interimIntervalS: number;
  /** Its router was removed: nothing more will be heard of it. */
  readonly isRouterRemoved: boolean;
  /** Since when its router has been heard by accounting without a gap; undefined while it is silent. */
  readonly heardSinceMs: number | undefined;
}

/** What to do with a session: leave it, doubt it, or close it as stale. */
export type SilenceVerdict = 'keep' | 'doubt' | 'close';

/**
 * Judges one session by its silence, measured in its own interim intervals. A router that is out of reach makes its
 * sessions uncertain and never closes them (product demand 6): they may all be alive and report when it returns. Only
 * a router that goes on reporting others, for two intervals after the doubt and after its own return, is a witness.
 */
export function judgeSilence(facts: SilenceFacts, nowMs: number): SilenceVerdict {
  const intervalMs = facts.interimIntervalS * 1000;
  const silentFromMs = facts.lastReportAtMs + MISSED_INTERVALS_MAX * intervalMs + REPORT_GRACE_S * 1000;
  if (nowMs <= silentFromMs) return 'keep';
  if (facts.uncertainAtMs === undefined) return 'doubt';
  if (facts.isRouterRemoved) return 'close';
  if (facts.heardSinceMs === undefined) return 'keep';
  const witnessedFromMs = Math.max(facts.uncertainAtMs, facts.heardSinceMs);
  return nowMs - witnessedFromMs >= WITNESS_INTERVALS * intervalMs ? 'close' : 'keep';
}

/** When a router was last heard by accounting, on any host. */
export interface RouterContact {
  /** Names one router, not the block of addresses it may share an entry with. */
  readonly router: string;
  readonly lastAcctAtMs: number;
  /** The interval at which its sessions report. */
  readonly interimIntervalS: number;
}

/** Longer between two looks than this and nobody can say what happened in between. */
const LOOK_GAP_MAX_MS = 300_000;

/**
 * Remembers since when each router has been heard without a gap. Kept in memory on purpose: after a restart, ours
 * or the router's, the witness time begins anew, which only makes closing later.
 */
export class HearingRecord {
  readonly #sinceMs = new Map<string, number>();
  #lookedAtMs: number | undefined;

  /** Takes in the newest contacts; routers not among them are forgotten. */
  observe(contacts: readonly RouterContact[], nowMs: number): void {
    const hasGap = this.#lookedAtMs === undefined || nowMs - this.#lookedAtMs > LOOK_GAP_MAX_MS;
    if (hasGap) this.#sinceMs.clear();
    this.#lookedAtMs = nowMs;
    const heard = new Set<string>();
    for (const contact of contacts) {
      const isHeard = nowMs - contact.lastAcctAtMs <= (contact.interimIntervalS + REPORT_GRACE_S) * 1000;
      if (!isHeard) continue;
      heard.add(contact.router);
      if (!this.#sinceMs.has(contact.router)) this.#sinceMs.set(contact.router, nowMs);
    }
    for (const router of [...this.#sinceMs.keys()]) {
      if (!heard.has(router)) this.#sinceMs.delete(router);
    }
  }

  /** Since when this router has been heard; undefined while it is silent. */
  heardSinceMs(router: string): number | undefined {
    return this.#sinceMs.get(router);
  }
}
