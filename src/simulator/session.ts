import type { RateLimit } from '../kernel/bandwidth.ts';
import type { Subscriber } from './subscriber.ts';
import { trafficOf } from './traffic.ts';

/** What the server has acknowledged about a session; it must be able to account for at least this. */
export interface AckedCounters {
  uploadOctets: number;
  downloadOctets: number;
  sessionTimeS: number;
  hasStart: boolean;
  hasStop: boolean;
}

/** What an Access-Accept, or later a CoA, gave a session. */
export interface SessionTerms {
  rateLimit: RateLimit | undefined;
  /** As it was received. */
  rateLimitText: string | undefined;
  sessionTimeoutS: number | undefined;
  idleTimeoutS: number | undefined;
  interimS: number | undefined;
  addressList: string | undefined;
  group: string | undefined;
}

/** What a session is when it comes up. */
export interface SessionBeginning {
  readonly subscriber: Subscriber;
  readonly acctSessionId: string;
  readonly nasPort: number;
  readonly framedIp: string;
  readonly classes: readonly Buffer[];
  readonly terms: SessionTerms;
  readonly startedAtMs: number;
  /** Default true. */
  readonly isRadius?: boolean;
}

/** One connection on a simulated router, from Accept to hang-up. */
export class SimulatedSession {
  readonly subscriber: Subscriber;
  readonly acctSessionId: string;
  readonly nasPort: number;
  readonly framedIp: string;
  /** Class attributes of the Accept, echoed unchanged. */
  readonly classes: readonly Buffer[];
  readonly terms: SessionTerms;
  /** By the router's time base, in ms since the epoch. */
  readonly startedAtMs: number;
  /** Let in by RADIUS and reported to it; otherwise by a secret on the router. */
  readonly isRadius: boolean;
  uploadOctets = 0;
  downloadOctets = 0;
  isUp = true;
  /** Acct-Terminate-Cause once it is down; undefined after a power cut. */
  stopCause: number | undefined;
  readonly acked: AckedCounters = {
    uploadOctets: 0,
    downloadOctets: 0,
    sessionTimeS: 0,
    hasStart: false,
    hasStop: false,
  };
  /** Cancels of the timers that belong to the session, by what they do. */
  readonly timers = new Map<'interim' | 'session_timeout' | 'idle_timeout', () => void>();
  #countedUntilMs: number;

  constructor(given: SessionBeginning) {
    this.subscriber = given.subscriber;
    this.acctSessionId = given.acctSessionId;
    this.nasPort = given.nasPort;
    this.framedIp = given.framedIp;
    this.classes = given.classes;
    this.terms = given.terms;
    this.startedAtMs = given.startedAtMs;
    this.isRadius = given.isRadius ?? true;
    this.#countedUntilMs = given.startedAtMs;
  }

  /** Whole seconds since it came up. */
  sessionTimeS(nowMs: number): number {
    return Math.max(0, Math.floor((nowMs - this.startedAtMs) / 1000));
  }

  /** Counts the traffic up to now under the rate in force; to be called before the rate changes. */
  advance(nowMs: number, fraction: number): void {
    if (!this.isUp || nowMs <= this.#countedUntilMs) return;
    const traffic = trafficOf({
      rate: this.terms.rateLimit,
      elapsedS: (nowMs - this.#countedUntilMs) / 1000,
      demand: this.subscriber.demand,
      fraction,
    });
    this.uploadOctets += traffic.uploadOctets;
    this.downloadOctets += traffic.downloadOctets;
    this.#countedUntilMs = nowMs;
  }

  /** Adds traffic by hand, for example to get past 4 GiB at once. */
  transfer(uploadOctets: number, downloadOctets: number): void {
    this.uploadOctets += uploadOctets;
    this.downloadOctets += downloadOctets;
  }

  /** Stops all timers. */
  cancelTimers(): void {
    for (const cancel of this.timers.values()) cancel();
    this.timers.clear();
  }
}
