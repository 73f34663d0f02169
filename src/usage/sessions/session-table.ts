import type { Session } from './session.ts';

/** The sessions of one key (NAS, Acct-Session-Id, User-Name) as this process knows them: the newest generation. */
export interface Entry {
  readonly key: string;
  /** As committed; undefined until a row is known. */
  session: Session | undefined;
  /** The number of the batch that is being written and holds this entry; nothing else may judge it meanwhile. 0 = none. */
  heldBy: number;
  /** The next open session of the same service: a list without a list object, for there are 100,000 of them. */
  nextOpen: Entry | undefined;
  /** The local day this session last brought usage on, as committed here: that day's row is there. */
  usageDate: string | undefined;
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
  readonly #firstOpen = new Map<number, Entry>();
  // Numbers, not batches: a map that rehashes keeps its old tables, and all they point to, alive until a full collection.
  readonly #heldServices = new Map<number, number>();
  readonly #closed: Entry[] = [];
  #open = 0;

  /** Number of sessions known to be open. */
  get openCount(): number {
    return this.#open;
  }

  /** Number of entries, open and recently closed. */
  get size(): number {
    return this.#entries.size;
  }

  /** The entry of a key, made when it is new. */
  entry(key: string): Entry {
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const made: Entry = {
      key,
      session: undefined,
      heldBy: 0,
      nextOpen: undefined,
      usageDate: undefined,
    };
    this.#entries.set(key, made);
    return made;
  }

  /** The entry of a key if there is one. */
  find(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  /** The first open session of a service; the others follow by `nextOpen`. */
  firstOpen(serviceId: number): Entry | undefined {
    return this.#firstOpen.get(serviceId);
  }

  /** The number of the batch that holds a service, 0 when none does; service 0 is no service and never held. */
  holderOf(serviceId: number): number {
    return serviceId === 0 ? 0 : (this.#heldServices.get(serviceId) ?? 0);
  }

  /** Holds a service for a batch: no other batch may touch a session of it. */
  holdService(serviceId: number, holder: number): void {
    if (serviceId !== 0) this.#heldServices.set(serviceId, holder);
  }

  releaseService(serviceId: number): void {
    this.#heldServices.delete(serviceId);
  }

  /** Takes a committed (or freshly read) state of a session. */
  put(entry: Entry, session: Session | undefined): void {
    const before = entry.session;
    const wasOpen = isOpen(before);
    const serviceBefore = before?.serviceId;
    const open = isOpen(session);
    if (wasOpen && serviceBefore !== undefined && (!open || serviceBefore !== session?.serviceId)) {
      this.#unlink(entry, serviceBefore);
    }
    if (before !== undefined && session !== undefined && before.id === session.id) overwrite(before, session);
    else entry.session = session;
    if (serviceBefore !== session?.serviceId) entry.usageDate = undefined;
    if (open && session !== undefined && (!wasOpen || serviceBefore !== session.serviceId)) {
      this.#link(entry, session.serviceId);
    }
    if (open !== wasOpen) this.#open += open ? 1 : -1;
    const isNew = before === undefined && session !== undefined;
    if (!open && (wasOpen || isNew)) this.#keepClosed(entry);
  }

  /** Forgets an entry that turned out to have no row and that no report waits for. */
  forget(entry: Entry): void {
    if (entry.session === undefined && entry.heldBy === 0) this.#entries.delete(entry.key);
  }

  #link(entry: Entry, serviceId: number): void {
    if (serviceId === 0) return;
    entry.nextOpen = this.#firstOpen.get(serviceId);
    this.#firstOpen.set(serviceId, entry);
  }

  #unlink(entry: Entry, serviceId: number): void {
    if (serviceId === 0) return;
    const first = this.#firstOpen.get(serviceId);
    if (first === entry) {
      if (entry.nextOpen === undefined) this.#firstOpen.delete(serviceId);
      else this.#firstOpen.set(serviceId, entry.nextOpen);
    } else {
      for (let at = first; at !== undefined; at = at.nextOpen) {
        if (at.nextOpen === entry) at.nextOpen = entry.nextOpen;
      }
    }
    entry.nextOpen = undefined;
  }

  #keepClosed(entry: Entry): void {
    this.#closed.push(entry);
    if (this.#closed.length <= CLOSED_KEPT_MAX) return;
    for (const old of this.#closed.splice(0, CLOSED_KEPT_MAX / 10)) {
      if (isOpen(old.session)) continue;
      if (old.heldBy !== 0) this.#closed.push(old);
      else if (this.#entries.get(old.key) === old) this.#entries.delete(old.key);
    }
  }
}

/** In place: a new object per report would grow old before it dies, and 100,000 of those cost the collector dearly. */
function overwrite(kept: { -readonly [Field in keyof Session]: Session[Field] }, session: Session): void {
  Object.assign(kept, session);
}

function isOpen(session: Session | undefined): boolean {
  return session !== undefined && session.closedAtS === 0;
}
