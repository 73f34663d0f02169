import type { Database } from '../../db/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../platform/logger.port.ts';
import type { SecretBox } from '../../platform/secrets/secret-box.ts';
import type { Settings } from '../../platform/settings/setting.ts';
import { type InstallationPolicy, installationPolicy } from '../policy/installation.ts';
import { policyOf } from '../policy/installation-settings.ts';
import { readPlans, readSubscribers, readSubscribersById } from './subscriber.store.ts';
import type { PlanReplies, Subscriber } from './subscriber.ts';
import type { SubscriberDirectory } from './subscriber-directory.ts';
import type { PlanRow, SubscriberRow } from './subscriber-row.ts';
import { encodeOrReport, type FaultReport, planTerms, toSubscriber } from './subscriber-terms.ts';

const PAGE_SIZE = 5_000;

/** What the loader works with. */
export interface LoaderContext {
  readonly db: Database;
  readonly box: SecretBox;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly directory: SubscriberDirectory;
}

/** Fills the directory from the database and keeps it fresh: everything at the start, then what changed. */
export class DirectoryLoader {
  readonly #context: LoaderContext;
  readonly #plans = new Map<string, PlanRow>();
  readonly #planReplies = new Map<string, PlanReplies>();
  #policy: InstallationPolicy = installationPolicy();

  constructor(context: LoaderContext) {
    this.#context = context;
  }

  /** The policy of the settings that were last loaded. */
  get policy(): InstallationPolicy {
    return this.#policy;
  }

  /** Reads everything anew under the given settings; the old directory serves until the new one is whole. */
  async loadAll(settings: Settings): Promise<void> {
    const { db, directory } = this.#context;
    this.#policy = policyOf(settings);
    this.#takePlans(await readPlans(db));
    const subscribers: Subscriber[] = [];
    const nowMs = this.#context.clock.nowMs();
    let afterId = '0';
    for (;;) {
      const rows = await readSubscribers(db, { nowMs, afterId, size: PAGE_SIZE });
      for (const row of rows) {
        const subscriber = this.#toSubscriber(row);
        if (subscriber !== undefined) subscribers.push(subscriber);
      }
      if (rows.length < PAGE_SIZE) break;
      afterId = rows[rows.length - 1].id;
    }
    directory.replaceAll(settings.radius_normalise_username, subscribers);
  }

  /** Reads settings, plans and only the named services: for a look at one login. */
  async loadSome(settings: Settings, ids: readonly string[]): Promise<void> {
    this.#policy = policyOf(settings);
    this.#takePlans(await readPlans(this.#context.db));
    this.#context.directory.replaceAll(settings.radius_normalise_username, []);
    await this.reloadServices(ids);
  }

  /** Reads the named services again; those that are gone or cancelled leave the directory. */
  async reloadServices(ids: readonly string[]): Promise<void> {
    const { db, clock, directory } = this.#context;
    const gone = new Set(ids);
    const rows = await readSubscribersById(db, ids, clock.nowMs());
    if (rows.some((row) => !this.#plans.has(row.package_id))) this.#takePlans(await readPlans(db));
    for (const row of rows) {
      const subscriber = this.#toSubscriber(row);
      if (subscriber === undefined) continue;
      gone.delete(row.id);
      directory.put(subscriber);
    }
    for (const id of gone) directory.remove(Number(id));
  }

  /** Takes new terms of plans: everybody on them has them at once, those with terms of their own are read again. */
  async reloadPlans(ids: readonly string[]): Promise<void> {
    const { db, directory } = this.#context;
    this.#takePlans(await readPlans(db));
    const individual: string[] = [];
    for (const id of ids)
      for (const subscriber of directory.onPlan(id)) individual.push(subscriber.serviceId);
    for (let at = 0; at < individual.length; at += PAGE_SIZE) {
      await this.reloadServices(individual.slice(at, at + PAGE_SIZE));
    }
  }

  #takePlans(rows: readonly PlanRow[]): void {
    for (const row of rows) {
      this.#plans.set(row.id, row);
      const replies = encodeOrReport(planTerms(row), this.#policy, `package ${row.id}`, this.#report);
      const interimIntervalS = row.interim_interval_s ?? 0;
      const known = this.#planReplies.get(row.id);
      if (known === undefined) this.#planReplies.set(row.id, { planId: row.id, replies, interimIntervalS });
      else Object.assign(known, { replies, interimIntervalS });
    }
  }

  #toSubscriber(row: SubscriberRow): Subscriber | undefined {
    const plan = this.#plans.get(row.package_id);
    const replies = this.#planReplies.get(row.package_id);
    if (plan === undefined || replies === undefined) return undefined;
    return toSubscriber(row, {
      plan,
      replies,
      openPassword: this.#openPassword,
      policy: this.#policy,
      report: this.#report,
      nowMs: this.#context.clock.nowMs(),
    });
  }

  readonly #openPassword = (sealed: string): Buffer => {
    // A small buffer made this way shares a slab with others: a third of the memory of one of its own.
    return Buffer.from(this.#context.box.open(Buffer.from(sealed, 'base64')));
  };

  readonly #report: FaultReport = (what, faults) => {
    this.#context.logger.error(
      {
        event: 'radius.terms_unusable',
        what,
        faults: faults.map((fault) => `${fault.attribute}: ${fault.message}`),
      },
      'These terms cannot be sent to a router; logins get none until they are mended.',
    );
  };
}
