import type { Subscriber } from './subscriber.ts';
import { type UserNameRule, userNameKey } from './user-name.ts';

/** Every subscriber in memory, by look-up name and by service. The database is not in the login path. */
export class SubscriberDirectory {
  #rule: UserNameRule = 'none';
  #byName = new Map<string, Subscriber>();
  #byService = new Map<number, Subscriber>();

  get size(): number {
    return this.#byName.size;
  }

  /** The subscriber a User-Name means; undefined when there is none. */
  find(userName: string): Subscriber | undefined {
    return this.#byName.get(userName) ?? this.#byName.get(userNameKey(this.#rule, userName));
  }

  ofService(serviceId: number): Subscriber | undefined {
    return this.#byService.get(serviceId);
  }

  /** Replaces everything, under a rule for user names. */
  replaceAll(rule: UserNameRule, subscribers: Iterable<Subscriber>): void {
    const byName = new Map<string, Subscriber>();
    const byService = new Map<number, Subscriber>();
    for (const subscriber of subscribers) {
      byName.set(userNameKey(rule, subscriber.username), subscriber);
      byService.set(subscriber.serviceNumber, subscriber);
    }
    this.#rule = rule;
    this.#byName = byName;
    this.#byService = byService;
  }

  /** Takes a new or changed subscriber; what the server learnt of it since stays. */
  put(subscriber: Subscriber): void {
    const before = this.#byService.get(subscriber.serviceNumber);
    if (before !== undefined) {
      this.#forgetName(before);
      subscriber.acceptedAtS = before.acceptedAtS;
      subscriber.acceptedStation = before.acceptedStation;
    }
    this.#byName.set(userNameKey(this.#rule, subscriber.username), subscriber);
    this.#byService.set(subscriber.serviceNumber, subscriber);
  }

  /** Forgets a service that is gone. */
  remove(serviceId: number): void {
    const before = this.#byService.get(serviceId);
    if (before === undefined) return;
    this.#byService.delete(serviceId);
    this.#forgetName(before);
  }

  /** A name that has gone over to another service stays that one's. */
  #forgetName(subscriber: Subscriber): void {
    const key = userNameKey(this.#rule, subscriber.username);
    if (this.#byName.get(key) === subscriber) this.#byName.delete(key);
  }

  /** The services of a plan, for a change of its terms. */
  *onPlan(planId: string): Iterable<Subscriber> {
    for (const subscriber of this.#byService.values()) {
      if (subscriber.plan.planId === planId) yield subscriber;
    }
  }
}
