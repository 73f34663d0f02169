import type { CustomerId, ServiceId } from '../../kernel/ids.ts';
import type { ServiceStatus } from '../../subscribers/service-status.ts';
import type { Quota, ServiceReplies, Subject } from '../policy/subject.ts';

/** The replies of a plan, shared by every subscriber on it that has nothing of its own. */
export interface PlanReplies {
  readonly planId: string;
  replies: ServiceReplies;
  /** The interim interval the plan tells routers, seconds; 0 = it tells none. */
  interimIntervalS: number;
}

/** A subscriber in memory: the subject of the rules, with what the server itself keeps beside it. */
export class Subscriber implements Subject {
  serviceId: ServiceId;
  customerId: CustomerId;
  username: string;
  ntHash: Buffer | undefined;
  state: ServiceStatus;
  stateReason: string | undefined;
  expiresAtMs: number;
  macLock: string | undefined;
  bindMacOnFirstUse: boolean;
  allowedNas: ReadonlySet<string> | undefined;
  sessionLimit: number;
  quota: Quota | undefined;
  version: number;
  plan: PlanReplies;
  /** Replies of its own; undefined = the plan's. */
  ownReplies: ServiceReplies | undefined;
  /** When `ownReplies` cease (a temporary speed), milliseconds since the epoch; 0 = never. */
  ownRepliesUntilMs: number;
  /** What follows them. */
  laterReplies: ServiceReplies | undefined;
  #password: Buffer | undefined;
  #sealed: string;
  readonly #openPassword: (sealed: string) => Buffer;
  /** The service id as a number, for maps and for Class. */
  readonly serviceNumber: number;
  /** The last login let in: seconds since the epoch and station hash, until its Start arrives. */
  acceptedAtS = 0;
  acceptedStation = 0;

  constructor(parts: SubscriberParts) {
    this.serviceId = parts.serviceId;
    this.serviceNumber = Number(parts.serviceId);
    this.customerId = parts.customerId;
    this.username = parts.username;
    this.#openPassword = parts.openPassword;
    this.#sealed = parts.sealedPassword;
    this.ntHash = undefined;
    this.state = parts.state;
    this.stateReason = parts.stateReason;
    this.expiresAtMs = parts.expiresAtMs;
    this.macLock = parts.macLock;
    this.bindMacOnFirstUse = parts.bindMacOnFirstUse;
    this.allowedNas = parts.allowedNas;
    this.sessionLimit = parts.sessionLimit;
    this.quota = parts.quota;
    this.version = parts.version;
    this.plan = parts.plan;
    this.ownReplies = parts.ownReplies;
    this.ownRepliesUntilMs = parts.ownRepliesUntilMs;
    this.laterReplies = parts.laterReplies;
  }

  /** Ends a temporary speed whose time has come; call before the replies are used. */
  settle(nowMs: number): void {
    if (this.ownRepliesUntilMs === 0 || nowMs < this.ownRepliesUntilMs) return;
    this.ownReplies = this.laterReplies;
    this.ownRepliesUntilMs = 0;
  }

  /** The PPP secret in clear, opened when it is first needed: 100,000 of them would delay the start. */
  get password(): Buffer {
    if (this.#password === undefined) {
      this.#password = this.#openPassword(this.#sealed);
      this.#sealed = '';
    }
    return this.#password;
  }

  get replies(): ServiceReplies {
    return this.ownReplies ?? this.plan.replies;
  }
}

/** What a subscriber is made from. */
export interface SubscriberParts {
  readonly serviceId: ServiceId;
  readonly customerId: CustomerId;
  readonly username: string;
  readonly sealedPassword: string;
  readonly openPassword: (sealed: string) => Buffer;
  readonly state: ServiceStatus;
  readonly stateReason: string | undefined;
  readonly expiresAtMs: number;
  readonly macLock: string | undefined;
  readonly bindMacOnFirstUse: boolean;
  readonly allowedNas: ReadonlySet<string> | undefined;
  readonly sessionLimit: number;
  readonly quota: Quota | undefined;
  readonly version: number;
  readonly plan: PlanReplies;
  readonly ownReplies: ServiceReplies | undefined;
  readonly ownRepliesUntilMs: number;
  readonly laterReplies: ServiceReplies | undefined;
}
