import type { NasId } from '../../kernel/ids.ts';
import { normaliseMac } from '../../kernel/mac.ts';
import type { SessionTable } from '../../usage/sessions/session-table.ts';
import { stationHash } from '../../usage/sessions/station.ts';
import { authorize } from '../policy/authorize.ts';
import type { Decision } from '../policy/decision.ts';
import type { AccessFacts } from '../policy/facts.ts';
import type { InstallationPolicy } from '../policy/installation.ts';
import type { PacketView } from '../protocol/packet-view.ts';
import { SLOT } from '../protocol/slots.ts';
import type { DropReason, RadiusCounters } from '../server/counters.ts';
import type { Exchange } from '../server/exchange.ts';
import { AccessReply } from './access-reply.ts';
import { InstantText, loginLine } from './auth-log.ts';
import type { ClassAttribute } from './class-attribute.ts';
import type { CredentialCheck } from './credential-check.ts';
import type { DelayedReplies } from './delayed-replies.service.ts';
import { otherLiveSessions } from './live-sessions.ts';
import { loginMethod } from './login-method.ts';
import type { RehearsedLogin } from './rehearsed-login.ts';
import type { RejectThrottle } from './reject-throttle.ts';
import type { Subscriber } from './subscriber.ts';
import type { SubscriberDirectory } from './subscriber-directory.ts';

/** What the handler works with. */
export interface AccessContext {
  readonly directory: SubscriberDirectory;
  readonly sessions: SessionTable;
  readonly policy: () => InstallationPolicy;
  readonly credentials: CredentialCheck;
  readonly classAttribute: ClassAttribute;
  readonly throttle: RejectThrottle;
  readonly delayed: DelayedReplies;
  readonly counters: RadiusCounters;
  /** Time that decides about validity: the clock of the installation, which a test clock may move. */
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
  /** False while accounting is so far behind that another login would be one more without a Start. */
  readonly mayAdmit: () => boolean;
  readonly isReady: () => boolean;
  readonly keepsAccepts: () => boolean;
  readonly log: (line: string) => void;
  readonly onMacBound: (subscriber: Subscriber, mac: string) => void;
}

/** Decides Access-Requests from memory. One instance, one packet at a time; its parts are reused. */
export class AccessHandler {
  readonly #context: AccessContext;
  readonly #reply: AccessReply;
  readonly #instants = new InstantText();
  readonly #facts: { -readonly [Key in keyof AccessFacts]: AccessFacts[Key] };

  constructor(context: AccessContext) {
    this.#context = context;
    this.#reply = new AccessReply(context.classAttribute, context.credentials);
    this.#facts = {
      nasId: '0' as NasId,
      nasName: '',
      isSigned: false,
      method: 'none',
      userName: '',
      callingStationId: undefined,
      otherLiveSessions: 0,
      nowMs: 0,
      credentials: context.credentials,
    };
  }

  /** Handles one verified request: answers it, at once or a little later, or says why not. */
  handle(exchange: Exchange, view: PacketView): DropReason | null {
    const { counters, directory, policy } = this.#context;
    counters.accessRequests += 1;
    if (!this.#context.isReady()) return 'not_ready';
    if (!this.#context.mayAdmit()) return 'overload';
    const userName = view.text(SLOT.userName);
    if (userName === undefined || userName === '') return 'no_user_name';
    exchange.source.lastAuthAtMs = exchange.arrivedAtMs;
    const subscriber = directory.find(userName);
    const station = view.text(SLOT.callingStationId);
    const stationKey = stationHash(exchange.nas.number, station, view.uint32(SLOT.nasPort, 0));
    this.#takeCredentials(exchange, view, userName);
    this.#fill(exchange, userName, station, subscriber, stationKey);
    const decision = authorize(this.#facts, subscriber, policy());
    if (decision.outcome === 'accept' && subscriber !== undefined) {
      this.#accept(exchange, view, subscriber, decision, stationKey);
    } else {
      this.#reject(exchange, view, decision, userName, this.#facts.callingStationId);
    }
    this.#note(exchange, decision, subscriber, userName, station);
    return null;
  }

  /** What this login would be answered: nothing is sent, bound, counted or logged. Undefined while nobody is known. */
  rehearse(exchange: Exchange, view: PacketView): RehearsedLogin | undefined {
    const { directory, policy, isReady } = this.#context;
    const userName = view.text(SLOT.userName);
    if (!isReady() || userName === undefined || userName === '') return undefined;
    const subscriber = directory.find(userName);
    const station = view.text(SLOT.callingStationId);
    const stationKey = stationHash(exchange.nas.number, station, view.uint32(SLOT.nasPort, 0));
    this.#takeCredentials(exchange, view, userName);
    this.#fill(exchange, userName, station, subscriber, stationKey);
    const decision = authorize(this.#facts, subscriber, policy());
    const isAccept = decision.outcome === 'accept' && subscriber !== undefined;
    const writer = isAccept
      ? this.#reply.accept(view, exchange.secret, subscriber, decision)
      : this.#reply.reject(view, decision);
    const packet = Buffer.from(writer.buffer.subarray(0, writer.length));
    packet.writeUInt16BE(packet.length, 2);
    return { packet, isWalled: isAccept && decision.grade === 'walled' };
  }

  #takeCredentials(exchange: Exchange, view: PacketView, userName: string): void {
    const { credentials } = this.#context;
    credentials.view = view;
    credentials.secret = exchange.secret;
    credentials.method = loginMethod(view, exchange.secret, userName);
  }

  #fill(
    exchange: Exchange,
    userName: string,
    station: string | undefined,
    subscriber: Subscriber | undefined,
    stationKey: number,
  ): void {
    const { sessions, policy, nowMs, credentials } = this.#context;
    const facts = this.#facts;
    facts.nasId = exchange.nas.id;
    facts.nasName = exchange.nas.name;
    facts.isSigned = exchange.isSigned;
    facts.method = credentials.method;
    facts.userName = userName;
    facts.callingStationId = station === undefined ? undefined : (normaliseMac(station) ?? station);
    facts.nowMs = nowMs();
    subscriber?.settle(facts.nowMs);
    const ofPlan = subscriber?.plan.interimIntervalS;
    const intervalS = ofPlan || (exchange.nas.interimIntervalS ?? (policy().interimIntervalS || 300));
    facts.otherLiveSessions =
      subscriber === undefined || subscriber.sessionLimit === 0
        ? 0
        : otherLiveSessions(sessions, subscriber, {
            stationHash: stationKey,
            nowS: Math.floor(exchange.arrivedAtMs / 1000),
            silentAfterS: 3 * intervalS + 60,
            replacesOld: policy().replacePortSession,
          });
  }

  #accept(
    exchange: Exchange,
    view: PacketView,
    subscriber: Subscriber,
    decision: Decision,
    station: number,
  ): void {
    const { counters, throttle, monotonicMs, onMacBound } = this.#context;
    if (decision.grade === 'walled') counters.walledAccepts += 1;
    else counters.accepts += 1;
    throttle.accepted(this.#facts.userName, this.#facts.callingStationId);
    subscriber.acceptedAtS = Math.floor(exchange.arrivedAtMs / 1000);
    subscriber.acceptedStation = station;
    if (decision.bindMac !== undefined) {
      subscriber.macLock = decision.bindMac;
      subscriber.bindMacOnFirstUse = false;
      onMacBound(subscriber, decision.bindMac);
    }
    exchange.send(this.#reply.accept(view, exchange.secret, subscriber, decision), view);
    counters.accessLatency.add((monotonicMs() - exchange.arrivedTick) * 1000);
  }

  #reject(
    exchange: Exchange,
    view: PacketView,
    decision: Decision,
    userName: string,
    station: string | undefined,
  ): void {
    const { counters, throttle, delayed, monotonicMs } = this.#context;
    counters.rejects += 1;
    const writer = this.#reply.reject(view, decision);
    const delayMs = throttle.rejected(userName, station);
    if (delayMs > 0) {
      const size = writer.finish(view, exchange.secret);
      const bytes = Buffer.from(writer.buffer.subarray(0, size));
      if (delayed.add(delayMs, () => exchange.sendBytes(bytes, size))) return;
    }
    exchange.send(writer, view);
    counters.accessLatency.add((monotonicMs() - exchange.arrivedTick) * 1000);
  }

  #note(
    exchange: Exchange,
    decision: Decision,
    subscriber: Subscriber | undefined,
    userName: string,
    callingStation: string | undefined,
  ): void {
    if (decision.outcome === 'accept' && !this.#context.keepsAccepts()) return;
    this.#context.log(
      loginLine({
        at: this.#instants.of(exchange.arrivedAtMs),
        decision,
        method: this.#facts.method,
        nasId: exchange.nas.id,
        serviceId: subscriber?.serviceId,
        userName,
        callingStation,
        source: exchange.source.address,
      }),
    );
  }
}
