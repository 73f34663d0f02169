import type { Database } from '../db/database.ts';
import { LocalHours } from '../kernel/calendar.ts';
import type { Clock } from '../kernel/clock.ts';
import { listNasClients, type NasClient as StoredNas } from '../network/nas/nas.store.ts';
import { listShadows, type StoredShadow } from '../network/nas/nas-shadow.store.ts';
import type { Change } from '../platform/events/change.ts';
import type { Logger } from '../platform/logger.port.ts';
import type { SecretBox } from '../platform/secrets/secret-box.ts';
import { readSettings } from '../platform/settings/setting.store.ts';
import type { Settings } from '../platform/settings/setting.ts';
import type { AccountingBatcher } from '../radius/accounting/batcher.service.ts';
import { DirectoryLoader } from '../radius/auth/directory-loader.service.ts';
import type { RejectThrottle } from '../radius/auth/reject-throttle.ts';
import { SubscriberDirectory } from '../radius/auth/subscriber-directory.ts';
import { toNasClient } from '../radius/server/nas-clients.ts';
import { type NasClient, NasDirectory } from '../radius/server/nas-directory.ts';
import { openSessions, sessionsById } from '../usage/sessions/session.store.ts';
import { SessionTable } from '../usage/sessions/session-table.ts';

/** Everything the RADIUS role holds in memory, and how it is filled and kept fresh. */
export class RadiusState {
  readonly directory = new SubscriberDirectory();
  readonly nasDirectory = new NasDirectory();
  readonly sessions = new SessionTable();
  readonly loader: DirectoryLoader;
  readonly #db: Database;
  readonly #box: SecretBox;
  readonly #throttle: RejectThrottle;
  readonly #logger: Logger;
  #settings: Settings | undefined;
  #hours = new LocalHours('UTC');
  isReady = false;

  constructor(parts: {
    db: Database;
    box: SecretBox;
    clock: Clock;
    logger: Logger;
    throttle: RejectThrottle;
  }) {
    this.#db = parts.db;
    this.#box = parts.box;
    this.#throttle = parts.throttle;
    this.#logger = parts.logger;
    this.loader = new DirectoryLoader({ ...parts, directory: this.directory });
  }

  /** The local hours of the billing time zone. */
  get hours(): LocalHours {
    return this.#hours;
  }

  get settings(): Settings | undefined {
    return this.#settings;
  }

  /** Reads settings, plans, subscribers, NAS and open sessions; the old state serves meanwhile. */
  async loadAll(batcher: AccountingBatcher): Promise<void> {
    const sessions = async (): Promise<void> => {
      for await (const page of openSessions(this.#db)) batcher.adopt(page);
    };
    await Promise.all([this.#loadSettings(), this.#loadNas(), sessions()]);
    this.isReady = true;
  }

  /** Takes in what the change log tells of. */
  async apply(changes: readonly Change[], batcher: AccountingBatcher, instance: string): Promise<void> {
    const ids = (kind: Change['kind']) =>
      changes.filter((change) => change.kind === kind).flatMap(({ ids }) => ids);
    if (changes.some((change) => change.kind === 'setting')) await this.#loadSettings();
    else {
      const plans = ids('plan');
      if (plans.length > 0) await this.loader.reloadPlans([...new Set(plans)]);
      const services = [...new Set(ids('service'))];
      for (let at = 0; at < services.length; at += 5_000) {
        await this.loader.reloadServices(services.slice(at, at + 5_000));
      }
    }
    if (changes.some((change) => change.kind === 'nas')) await this.#loadNas();
    const elsewhere = changes.filter((change) => change.kind === 'session' && change.origin !== instance);
    if (elsewhere.length > 0) {
      batcher.adopt(await sessionsById(this.#db, [...new Set(elsewhere.flatMap((change) => change.ids))]));
    }
  }

  async #loadSettings(): Promise<void> {
    const settings = await readSettings(this.#db);
    this.#settings = settings;
    this.#throttle.delayAfter = settings.radius_reject_delay_after;
    this.#throttle.delayMs = settings.radius_reject_delay_ms;
    if (settings.isp_timezone !== this.#hours.timeZone) this.#hours = new LocalHours(settings.isp_timezone);
    await this.loader.loadAll(settings);
  }

  async #loadNas(): Promise<void> {
    const clients: NasClient[] = [];
    const shadows = await listShadows(this.#db);
    for (const nas of await listNasClients(this.#db)) {
      if (nas.disabledAt !== undefined) continue;
      try {
        clients.push(this.#toClient(nas, shadows.get(nas.id)));
      } catch (error) {
        // One row that cannot be used must not keep the other routers from logging in.
        this.#logger.error({ event: 'radius.nas_unusable', nas_id: nas.id, err: error });
      }
    }
    this.nasDirectory.replace(clients);
  }

  #toClient(nas: StoredNas, shadow: StoredShadow | undefined): NasClient {
    const previous = nas.previousSecretEnc;
    return toNasClient({
      ...nas,
      hasLearntToSign: nas.messageAuthenticatorLearntAt !== undefined,
      secret: this.#box.open(nas.secretEnc),
      previousSecret: previous === undefined ? undefined : this.#box.open(previous),
      shadow: shadow && { ...shadow, secret: shadow.secretEnc && this.#box.open(shadow.secretEnc) },
    });
  }
}
