/** How a router is: `silent` is heard by RADIUS while its API does not answer, `down` is not heard at all. */
export type RouterState = 'unknown' | 'up' | 'busy' | 'silent' | 'down';

/** A port of a router, with its counters since it was switched on, as the router sees them. */
export interface RouterInterface {
  readonly name: string;
  readonly type: string;
  readonly isRunning: boolean;
  readonly receivedOctets: number;
  readonly sentOctets: number;
  /** Bits per second, the mean since the look before; absent where that is not known. */
  readonly receivedBps?: number;
  readonly sentBps?: number;
}

/** What a look at a router by its API found. */
export interface RouterLook {
  readonly identity: string;
  readonly version: string;
  readonly boardName: string;
  readonly uptimeS: number | undefined;
  readonly cpuPercent: number | undefined;
  readonly memoryTotalOctets: bigint | undefined;
  readonly memoryFreeOctets: bigint | undefined;
  readonly activeSessions: number | undefined;
  readonly interfaces: readonly RouterInterface[];
  readonly latencyMs: number;
  /** Undefined where no `/radius` entry is marked as ours. */
  readonly radius: RadiusClientCounters | undefined;
  /** Since the tunnel's last handshake; undefined without one. */
  readonly handshakeAgeS: number | undefined;
}

/** What the RADIUS client of a router has counted with this server since it was switched on (`/radius monitor`). */
export interface RadiusClientCounters {
  readonly requests: number;
  readonly accepts: number;
  readonly rejects: number;
  readonly resends: number;
  readonly timeouts: number;
  /** Replies whose signature was wrong: the secrets differ. */
  readonly badReplies: number;
}

const BUSY_CPU_PERCENT = 90;
const BUSY_LATENCY_MS = 2_000;
/** A router whose RADIUS was heard within this time is alive. */
const RADIUS_ALIVE_S = 600;

/** Judges a router by its API and by RADIUS; the reason is a sentence. */
export function judgeRouter(facts: {
  readonly look: RouterLook | undefined;
  /** Why the API gave no answer. */
  readonly failure: string | undefined;
  /** Since its last RADIUS packet, in seconds; undefined when none is known. */
  readonly radiusSilentS: number | undefined;
}): { readonly state: RouterState; readonly reason: string | undefined } {
  const { look, failure, radiusSilentS } = facts;
  if (look !== undefined) {
    const { cpuPercent = 0, latencyMs } = look;
    if (cpuPercent >= BUSY_CPU_PERCENT) return { state: 'busy', reason: `The CPU is at ${cpuPercent} %.` };
    if (latencyMs >= BUSY_LATENCY_MS) return { state: 'busy', reason: `Its API took ${latencyMs} ms.` };
    return { state: 'up', reason: undefined };
  }
  const why = failure ?? 'The API did not answer.';
  if (radiusSilentS !== undefined && radiusSilentS <= RADIUS_ALIVE_S) {
    return { state: 'silent', reason: `${why} RADIUS was heard ${Math.round(radiusSilentS)} s ago.` };
  }
  return { state: 'down', reason: `${why} RADIUS is not heard either.` };
}

/** What the router's own counters tell, with the line that mends it. */
export function radiusWarning(radius: RadiusClientCounters | undefined): string | undefined {
  if (radius === undefined || radius.badReplies === 0) return undefined;
  return `The router threw away ${radius.badReplies} replies because the secret there is another one. On the router: /radius set [find comment="netflow-isp"] secret="SECRET-OF-THIS-NAS"`;
}

/** Logins within this time are news. */
const LOGINS_RECENT_S = 900;
const REPORTS_MISSED_MAX = 3;

/** A warning where logins arrive but usage is not reported, with the line that mends it; undefined when all is well. */
export function accountingWarning(facts: {
  readonly authSilentS: number | undefined;
  readonly acctSilentS: number | undefined;
  readonly interimIntervalS: number;
}): string | undefined {
  const { authSilentS, acctSilentS, interimIntervalS } = facts;
  if (authSilentS === undefined || authSilentS > LOGINS_RECENT_S) return undefined;
  const patienceS = Math.max(LOGINS_RECENT_S, REPORTS_MISSED_MAX * interimIntervalS);
  if (acctSilentS !== undefined && acctSilentS <= patienceS) return undefined;
  return 'Logins arrive but no usage is reported. On the router: /ppp aaa set accounting=yes interim-update=5m';
}
