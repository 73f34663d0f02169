import type { Session } from './session.ts';

/** The sessions of one key (NAS, Acct-Session-Id, User-Name) as this process knows them: the newest generation. */
export interface Entry {
  readonly key: string;
  /** As committed; undefined until a row is known. */
  session: Session | undefined;
  /** The sessions of the same service, once a report named one. */
  service: ServiceSessions | undefined;
  /** The batch that is being written and holds this entry; nothing else may judge it meanwhile. */
  heldBy: object | undefined;
}

/** The open sessions of one service; locked as a whole, so that no two batches touch one service. */
export interface ServiceSessions {
  readonly serviceId: number;
  readonly open: Set<Entry>;
  heldBy: object | undefined;
}

/** Closed sessions stay known for a while, so that late and repeated reports cost no query. */
const CLOSED_KEPT_MAX = 20_000;

/** Names a session: never by Acct-Session-Id alone (product-demands 12). */
export function sessionKey(nasId: number, acctSessionId: string, username: string): string {
  return `${nasId} ${acctSessionId} ${username}`;
}

/** What this process knows of sessions. A hint that saves reads: the database row and its version decide. */
export class SessionTable {
  readonly #entries = new Map<string, Entry>();
  readonly #services = new Map<number, ServiceSessions>();
  readonly #closed: Entry[] = [];
  #open = 0;

  /** Number of sessions known to be open. */
  get openCount(): number {
    return this.#open;
  }

  /** The entry of a key, made when it is new. */
  entry(key: string): Entry {
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const made: Entry = { key, session: undefined, service: undefined, heldBy: undefined };
    this.#entries.set(key, made);
    return made;
  }

  /** The entry of a key if there is one. */
  find(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  /** The sessions of a service; made when it is new. 0 is no service. */
  service(serviceId: number): ServiceSessions | undefined {
    if (serviceId === 0) return undefined;
    let known = this.#services.get(serviceId);
    if (known === undefined) {
      known = { serviceId, open: new Set(), heldBy: undefined };
      this.#services.set(serviceId, known);
    }
    return known;
  }

  /** The open sessions of a service, none when it has none. */
  openOf(serviceId: number): ReadonlySet<Entry> | undefined {
    return this.#services.get(serviceId)?.open;
  }

  /** Every open session, for counts and for closing those of one NAS. */
  *openEntries(): Iterable<Entry> {
    for (const entry of this.#entries.values()) {
      if (entry.session !== undefined && entry.session.closedAtS === 0) yield entry;
    }
  }

  /** Takes a committed (or freshly read) state of a session. */
  put(entry: Entry, session: Session | undefined): void {
    const wasOpen = isOpen(entry.session);
    const isNew = entry.session === undefined && session !== undefined;
    entry.session = session;
    const open = isOpen(session);
    if (session !== undefined) this.#move(entry, session.serviceId);
    if (open !== wasOpen) this.#open += open ? 1 : -1;
    if (open) entry.service?.open.add(entry);
    else entry.service?.open.delete(entry);
    if (!open && (wasOpen || isNew)) this.#retire(entry);
  }

  /** Forgets an entry that turned out to have no row and that no report waits for. */
  forget(entry: Entry): void {
    if (entry.session === undefined && entry.heldBy === undefined) this.#entries.delete(entry.key);
  }

  /** A user name may go over to another service; a session counts where its newest generation belongs. */
  #move(entry: Entry, serviceId: number): void {
    if (serviceId === 0 || entry.service?.serviceId === serviceId) return;
    entry.service?.open.delete(entry);
    entry.service = this.service(serviceId);
  }

  #retire(entry: Entry): void {
    this.#closed.push(entry);
    if (this.#closed.length <= CLOSED_KEPT_MAX) return;
    for (const old of this.#closed.splice(0, CLOSED_KEPT_MAX / 10)) {
      if (isOpen(old.session)) continue;
      if (old.heldBy !== undefined) this.#closed.push(old);
      else if (this.#entries.get(old.key) === old) this.#entries.delete(old.key);
    }
  }
}

function isOpen(session: Session | undefined): boolean {
  return session !== undefined && session.closedAtS === 0;
}
