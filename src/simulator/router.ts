import { SharedSecret } from '../radius/protocol/secret.ts';
import { AccountingAgent } from './accounting-agent.ts';
import { ACCT_STATUS } from './accounting-request.ts';
import { AddressPools } from './address-pools.ts';
import { applyChange, findSession, objectionToChange } from './change-of-authorization.ts';
import { DelayedWork } from './delayed-work.ts';
import { Dialler } from './dialler.ts';
import { type DynauthAction, DynauthListener } from './dynauth-listener.ts';
import type { NetworkFaults } from './faults.ts';
import { localLogin } from './local-login.ts';
import { RadiusClient } from './radius-client.ts';
import { seededRandom } from './random.ts';
import { type RouterOptions, type SettledOptions, settleOptions } from './router-options.ts';
import { RouterConfig } from './routeros/router-config.ts';
import { type SessionBeginning, SimulatedSession } from './session.ts';
import { SessionIds } from './session-ids.ts';
import type { Statistics } from './statistics.ts';
import type { Subscriber } from './subscriber.ts';

/** Acct-Terminate-Cause (RFC 2866 section 5.10), as far as a router of ours ends sessions. */
export const TERMINATE_CAUSE = { userRequest: 1, idleTimeout: 4, sessionTimeout: 5, adminReset: 6 } as const;

/** What came of a dial-in. */
export type DialResult =
  | { readonly outcome: 'up'; readonly session: SimulatedSession; readonly started: Promise<boolean> }
  | { readonly outcome: 'rejected' | 'unusable'; readonly reason: string }
  | { readonly outcome: 'unanswered' };

/** Who is let in; the router gives the address unless the server named one. */
interface Dialled extends Omit<SessionBeginning, 'framedIp' | 'startedAtMs'> {
  readonly pool?: string | undefined;
  readonly address: string | undefined;
}

const DEFAULT_POOL = 'default';
const endedMax = 200_000;

/** A MikroTik router as the network sees it: RADIUS client, accounting, CoA listener, and its misfortunes. */
export class SimulatedRouter {
  /** Live sessions by Acct-Session-Id. */
  readonly sessions = new Map<string, SimulatedSession>();
  /** Sessions that are down, in order, with what was acknowledged of each; the oldest are dropped past 200,000. */
  readonly ended: SimulatedSession[] = [];
  readonly listener: DynauthListener;
  readonly statistics: Statistics;
  readonly address: string;
  /** What its own clock is wrong by, in seconds. */
  readonly clockSkewS: number;
  /** What is configured on it; see and change it through the API of routeros/api-server.ts too. */
  readonly config: RouterConfig;
  /** When it was last switched on, in ms since the epoch by its time base, and how often it has been. */
  bootedAtMs: number;
  boots = 1;
  readonly #options: SettledOptions;
  readonly #client: RadiusClient;
  readonly #dialler: Dialler;
  readonly #accounting: AccountingAgent;
  readonly #pools: AddressPools;
  readonly #ids = new SessionIds();
  readonly #random: () => number;
  readonly #redials: DelayedWork;
  #coaPort = 0;
  #isOff = false;
  #isClosed = false;

  private constructor(given: RouterOptions) {
    const options = settleOptions(given);
    this.#options = options;
    this.statistics = options.statistics;
    this.address = options.address;
    this.clockSkewS = options.clockSkewS;
    this.#redials = new DelayedWork(options.time);
    this.config = new RouterConfig(options.identity);
    this.bootedAtMs = options.time.nowMs();
    this.#random = seededRandom(options.seed);
    this.#pools = new AddressPools(options.pools);
    const secret = new SharedSecret(options.secret);
    this.#client = new RadiusClient({
      address: options.address,
      host: options.server.host,
      secret,
      timeoutMs: options.timeoutMs,
      tries: options.tries,
      faults: options.faults,
      random: seededRandom(options.seed + 1),
      statistics: options.statistics,
    });
    this.#dialler = new Dialler({ options, secret, client: this.#client });
    this.#accounting = new AccountingAgent({ options, secret, client: this.#client, random: this.#random });
    this.listener = new DynauthListener({
      secret,
      identity: options.identity,
      act: this.#obey,
      statistics: options.statistics,
    });
  }

  /** Switches a router on; rejects when its address or CoA port is not to be had. */
  static async open(options: RouterOptions): Promise<SimulatedRouter> {
    const router = new SimulatedRouter(options);
    router.#coaPort = await router.listener.open(router.#options.address, router.#options.coaPort);
    return router;
  }

  get coaPort(): number {
    return this.#coaPort;
  }

  nowMs(): number {
    return this.#options.time.nowMs();
  }

  /** Counts the traffic of a session up to now. */
  count(session: SimulatedSession): void {
    session.advance(this.nowMs(), this.#random());
  }

  /** Ends a session as somebody at the router would: Stop with Admin-Reset, and the client redials. */
  disconnect(session: SimulatedSession): void {
    this.#endAgainstWill(session, TERMINATE_CAUSE.adminReset);
  }

  /** What goes wrong on the way to the server and back; change it while it runs. */
  get faults(): NetworkFaults {
    return this.#options.faults;
  }

  /** Dials one subscriber in. Resolves with the login; `started` tells whether the Start was acknowledged. */
  async dial(subscriber: Subscriber): Promise<DialResult> {
    if (this.#isOff || this.#isClosed) return { outcome: 'unanswered' };
    const ids = this.#ids.next(subscriber.service);
    const local = localLogin(this.config, subscriber);
    if (local?.outcome === 'rejected') return local;
    if (local !== undefined) return this.#bringUp({ subscriber, ...ids, ...local, classes: [] });
    const isLease = subscriber.service === 'hotspot' || subscriber.service === 'dhcp';
    const offered = isLease ? this.#pools.take(DEFAULT_POOL) : undefined;
    const answer = await this.#dialler.login({ subscriber, ...ids, framedIp: offered });
    if (answer.outcome !== 'accepted') {
      if (offered !== undefined) this.#pools.release(offered);
      return answer;
    }
    if (this.#isOff || this.#isClosed) return { outcome: 'unanswered' };
    const { terms, classes, pool } = answer.accepted;
    const address = answer.accepted.framedIp ?? offered;
    return this.#bringUp({ subscriber, ...ids, terms, classes, pool, address });
  }

  /** Ends a session with a Stop; true when the Stop was acknowledged. */
  hangUp(session: SimulatedSession, cause: number = TERMINATE_CAUSE.userRequest): Promise<boolean> {
    if (!session.isUp) return Promise.resolve(false);
    this.count(session);
    session.stopCause = cause;
    this.#takeDown(session);
    return this.#report(session, ACCT_STATUS.stop);
  }

  /** Sends an Interim-Update now, whatever the interval; true when it was acknowledged. */
  reportNow(session: SimulatedSession): Promise<boolean> {
    return this.#report(session, ACCT_STATUS.interim);
  }

  /**
   * All sessions are gone without a Stop, requests under way are forgotten, and for `downMs` of simulated time
   * nothing is heard. Then the boot counter is one higher, and clients that redial do so.
   */
  powerCut(downMs = 0): void {
    const lost = [...this.sessions.values()];
    this.#isOff = true;
    this.listener.isOff = true;
    this.#client.abortAll();
    this.listener.forget();
    for (const session of lost) this.#takeDown(session);
    this.#pools.reset();
    this.#ids.reboot();
    this.config.renumber();
    this.boots += 1;
    this.bootedAtMs = this.nowMs() + downMs;
    const powerUp = (): void => {
      this.#isOff = false;
      this.listener.isOff = false;
      for (const session of lost) this.#redial(session.subscriber);
    };
    if (downMs === 0) powerUp();
    else this.#redials.later(downMs, powerUp);
  }

  /** Resolves when no accounting record waits for its answer. */
  settled(): Promise<void> {
    return this.#accounting.settled();
  }

  /** Hangs every session up, waits for the answers to the Stops and switches off. */
  async shutDown(): Promise<void> {
    this.#redials.cancelAll();
    for (const session of [...this.sessions.values()]) void this.hangUp(session);
    await this.settled();
    this.close();
  }

  /** Switches off at once, without Stops. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#redials.cancelAll();
    for (const session of [...this.sessions.values()]) this.#takeDown(session);
    this.#client.close();
    this.listener.close();
  }

  readonly #obey: DynauthAction = (kind, attributes) => {
    const found = findSession(attributes, {
      address: this.#options.address,
      identity: this.#options.identity,
      sessions: this.sessions,
    });
    if (typeof found === 'number') return found;
    if (kind === 'disconnect') {
      // The ACK goes out first, the Stop after it.
      setImmediate(() => this.#endAgainstWill(found, TERMINATE_CAUSE.adminReset));
      return undefined;
    }
    const objection = objectionToChange(attributes);
    if (objection !== undefined) return objection;
    this.count(found);
    applyChange(found, attributes);
    this.#startTimeouts(found);
    return undefined;
  };

  #bringUp(given: Dialled): DialResult {
    const { pool = DEFAULT_POOL, address, ...rest } = given;
    const framedIp = address ?? this.#pools.take(pool);
    if (framedIp === undefined) {
      this.statistics.unusable += 1;
      return { outcome: 'unusable', reason: `The router has no pool ${pool}, or it is empty.` };
    }
    const session = new SimulatedSession({ ...rest, framedIp, startedAtMs: this.nowMs() });
    this.sessions.set(session.acctSessionId, session);
    const started = this.#report(session, ACCT_STATUS.start);
    if (session.isRadius) this.#accounting.startInterims(session);
    this.#startTimeouts(session);
    return { outcome: 'up', session, started };
  }

  /** Nobody is told of a session that a secret on the router let in. */
  #report(session: SimulatedSession, status: number): Promise<boolean> {
    return session.isRadius ? this.#accounting.report(session, status) : Promise.resolve(false);
  }

  #startTimeouts(session: SimulatedSession): void {
    const { sessionTimeoutS, idleTimeoutS } = session.terms;
    const ranS = session.sessionTimeS(this.#options.time.nowMs());
    if (sessionTimeoutS !== undefined) {
      this.#endAfter(session, 'session_timeout', sessionTimeoutS - ranS, TERMINATE_CAUSE.sessionTimeout);
    }
    if (idleTimeoutS !== undefined && session.subscriber.demand === 0) {
      this.#endAfter(session, 'idle_timeout', idleTimeoutS, TERMINATE_CAUSE.idleTimeout);
    }
  }

  #endAfter(
    session: SimulatedSession,
    timer: 'session_timeout' | 'idle_timeout',
    leftS: number,
    cause: number,
  ): void {
    session.timers.get(timer)?.();
    const cancel = this.#options.time.after(Math.max(0, leftS) * 1000, () =>
      this.#endAgainstWill(session, cause),
    );
    session.timers.set(timer, cancel);
  }

  #endAgainstWill(session: SimulatedSession, cause: number): void {
    if (!session.isUp) return;
    void this.hangUp(session, cause);
    this.#redial(session.subscriber);
  }

  #takeDown(session: SimulatedSession): void {
    session.isUp = false;
    session.cancelTimers();
    this.sessions.delete(session.acctSessionId);
    this.#pools.release(session.framedIp);
    this.ended.push(session);
    if (this.ended.length > endedMax) this.ended.shift();
  }

  /** A client's modem dials until it is in, always the same time apart. */
  #redial(subscriber: Subscriber): void {
    const { redialDelayMs } = this.#options;
    if (redialDelayMs === undefined || this.#isClosed) return;
    // Not all at the same instant: modems boot at different speeds.
    this.#redials.later(redialDelayMs * (0.5 + this.#random()), () => {
      void this.dial(subscriber).then((result) => {
        if (result.outcome !== 'up') this.#redial(subscriber);
      });
    });
  }
}
