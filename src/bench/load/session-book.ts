import type { LedgerEntry } from '../measure/ledger.ts';
import { sessionIdText, userName } from './population.ts';
import type { SessionFacts } from './request-builder.ts';

/** What the ledger columns hold, session by session, in this order. */
const COLUMNS = 7;
const START_ACKNOWLEDGED = 1;
const STOP_ACKNOWLEDGED = 2;
const CLASS_SIZE_MAX = 64;
const UPLOAD_STEP_OCTETS = 700_000_000;
const DOWNLOAD_STEP_OCTETS = 3_300_000_000;
const NOTHING = Buffer.alloc(0);

/**
 * The sessions of all subscribers as the generator knows them: at most one each, its counters, and what of it was
 * acknowledged. Counters pass 2^32 at the second report, so that a lost Gigaword shows.
 */
export class SessionBook {
  readonly users: number;
  readonly #session: Uint32Array;
  readonly #step: Uint16Array;
  readonly #isOpen: Uint8Array;
  readonly #isBusy: Uint8Array;
  readonly #lives: Uint16Array;
  readonly #acknowledged: Uint8Array;
  readonly #acknowledgedStep: Uint16Array;
  readonly #classes: Buffer;
  readonly #classSizes: Uint8Array;
  readonly #finished: number[] = [];
  #lastSession = 0;
  openCount = 0;

  constructor(users: number) {
    this.users = users;
    this.#session = new Uint32Array(users);
    this.#step = new Uint16Array(users);
    this.#isOpen = new Uint8Array(users);
    this.#isBusy = new Uint8Array(users);
    this.#lives = new Uint16Array(users);
    this.#acknowledged = new Uint8Array(users);
    this.#acknowledgedStep = new Uint16Array(users);
    this.#classes = Buffer.alloc(users * CLASS_SIZE_MAX);
    this.#classSizes = new Uint8Array(users);
  }

  /** A number no session has had, for logins that open none. */
  nextNumber(): number {
    this.#lastSession += 1;
    return this.#lastSession;
  }

  /** Gives a subscriber a new session, not open before its Start is sent; returns its number. */
  begin(user: number): number {
    this.#file(user);
    if (this.#isOpen[user] === 1) this.openCount -= 1;
    this.#isOpen[user] = 0;
    this.#step[user] = 0;
    this.#acknowledged[user] = 0;
    this.#acknowledgedStep[user] = 0;
    this.#classSizes[user] = 0;
    this.#lives[user] += 1;
    this.#session[user] = this.nextNumber();
    return this.#session[user];
  }

  session(user: number): number {
    return this.#session[user];
  }

  isOpen(user: number): boolean {
    return this.#isOpen[user] === 1;
  }

  /** Whether a packet of the subscriber waits for its answer: there is never a second one. */
  isBusy(user: number): boolean {
    return this.#isBusy[user] === 1;
  }

  setBusy(user: number, isBusy: boolean): void {
    this.#isBusy[user] = isBusy ? 1 : 0;
  }

  /** Reports sent since the Start. */
  step(user: number): number {
    return this.#step[user];
  }

  /** Sessions the subscriber has begun. */
  lives(user: number): number {
    return this.#lives[user];
  }

  /** Keeps the Class of an Accept; the session's accounting echoes it (RFC 2865 section 5.25). */
  keepClass(user: number, reply: Buffer, start: number, size: number): void {
    if (size > CLASS_SIZE_MAX) return;
    reply.copy(this.#classes, user * CLASS_SIZE_MAX, start, start + size);
    this.#classSizes[user] = size;
  }

  /** What the Start of a begun session says; from now on it is open. */
  start(user: number): SessionFacts {
    if (this.#isOpen[user] === 0) this.openCount += 1;
    this.#isOpen[user] = 1;
    return this.#facts(user);
  }

  /** What the next Interim or Stop says. */
  report(user: number): SessionFacts {
    this.#step[user] += 1;
    return this.#facts(user);
  }

  acknowledgeStart(user: number): void {
    this.#acknowledged[user] |= START_ACKNOWLEDGED;
  }

  acknowledgeReport(user: number): void {
    this.#acknowledgedStep[user] = this.#step[user];
  }

  /** The session is over; the subscriber has none until `begin`. */
  acknowledgeStop(user: number): void {
    this.acknowledgeReport(user);
    this.#acknowledged[user] |= STOP_ACKNOWLEDGED;
    if (this.#isOpen[user] === 1) this.openCount -= 1;
    this.#isOpen[user] = 0;
  }

  /** Every session since the last call and every open one, as numbers `ledgerEntries` reads. */
  takeLedger(): Float64Array<ArrayBuffer> {
    for (let user = 0; user < this.users; user += 1) {
      this.#file(user);
      if (this.#isOpen[user] === 0 && this.#isBusy[user] === 0) this.#session[user] = 0;
    }
    const rows = Float64Array.from(this.#finished);
    this.#finished.length = 0;
    return rows;
  }

  #facts(user: number): SessionFacts {
    const step = this.#step[user];
    const size = this.#classSizes[user];
    const at = user * CLASS_SIZE_MAX;
    return {
      user,
      session: this.#session[user],
      step,
      uploadOctets: uploadAt(user, step),
      downloadOctets: downloadAt(user, step),
      classValue: size === 0 ? NOTHING : this.#classes.subarray(at, at + size),
    };
  }

  #file(user: number): void {
    if (this.#session[user] === 0) return;
    const acknowledged = this.#acknowledgedStep[user];
    const sent = this.#step[user];
    this.#finished.push(
      user,
      this.#session[user],
      this.#acknowledged[user],
      uploadAt(user, acknowledged),
      downloadAt(user, acknowledged),
      uploadAt(user, sent),
      downloadAt(user, sent),
    );
  }
}

/** The rows of `takeLedger` as entries to compare. */
export function* ledgerEntries(rows: Float64Array): Generator<LedgerEntry> {
  for (let at = 0; at < rows.length; at += COLUMNS) {
    yield {
      username: userName(rows[at]),
      acctSessionId: sessionIdText(rows[at + 1]),
      isStartAcknowledged: (rows[at + 2] & START_ACKNOWLEDGED) !== 0,
      isStopAcknowledged: (rows[at + 2] & STOP_ACKNOWLEDGED) !== 0,
      acknowledgedUploadOctets: rows[at + 3],
      acknowledgedDownloadOctets: rows[at + 4],
      sentUploadOctets: rows[at + 5],
      sentDownloadOctets: rows[at + 6],
    };
  }
}

function uploadAt(user: number, step: number): number {
  return step * (UPLOAD_STEP_OCTETS + (user % 1_000));
}

function downloadAt(user: number, step: number): number {
  return step * (DOWNLOAD_STEP_OCTETS + (user % 1_000));
}
