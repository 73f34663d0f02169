import { scatter } from './population.ts';
import type { SessionBook } from './session-book.ts';

/** Kinds of packets. */
export const KIND = { login: 0, start: 1, interim: 2, stop: 3 } as const;
export type Kind = (typeof KIND)[keyof typeof KIND];

/** What is sent: logins alone, one phase of accounting, a steady mixture of all three, or logins with their Starts. */
export const WORKLOADS = ['login', 'start', 'interim', 'stop', 'mix', 'storm'] as const;
export type WorkloadName = (typeof WORKLOADS)[number];

/** What comes next; one object for ever, overwritten by `next`. */
export interface Operation {
  user: number;
  kind: Kind;
}

const INTERIMS_PER_SESSION = 3;

/** Decides which subscriber does what next. Never two packets of one subscriber at a time. */
export class Workload {
  readonly operation: Operation = { user: 0, kind: KIND.login };
  readonly #name: WorkloadName;
  readonly #book: SessionBook;
  readonly #order: (index: number) => number;
  /** Interim and Stop go round these. */
  readonly #open: readonly number[];
  #cursor: number;
  #left: number;

  /** `from` is where in the order of subscribers to begin, `limit` how many operations to make at most. */
  constructor(options: {
    readonly name: WorkloadName;
    readonly book: SessionBook;
    readonly from: number;
    readonly limit: number | undefined;
  }) {
    const { name, book } = options;
    this.#name = name;
    this.#book = book;
    this.#order = scatter(book.users);
    this.#cursor = options.from;
    const walksOpen = name === 'interim' || name === 'stop';
    this.#open = walksOpen ? openUsers(book, this.#order) : [];
    const all = walksOpen
      ? this.#open.length
      : name === 'start'
        ? book.users - book.openCount
        : Number.POSITIVE_INFINITY;
    const once = name === 'stop' || name === 'start';
    this.#left = Math.min(options.limit ?? Number.POSITIVE_INFINITY, once || all === 0 ? all : Infinity);
    if (walksOpen) this.#cursor = 0;
  }

  /** Whether `next` will never give anything again. */
  get isExhausted(): boolean {
    return this.#left <= 0;
  }

  /** Where a later workload goes on in the order of subscribers. */
  get cursor(): number {
    return this.#cursor;
  }

  /** Puts the next operation into `operation`; false when there is none at this moment. */
  next(): boolean {
    if (this.#left <= 0) return false;
    const users = this.#open.length > 0 ? this.#open.length : this.#book.users;
    for (let looked = 0; looked < users; looked += 1) {
      const user =
        this.#open.length > 0 ? this.#open[this.#cursor % users] : this.#order(this.#cursor % users);
      this.#cursor += 1;
      const kind = this.#book.isBusy(user) ? undefined : this.#kindFor(user);
      if (kind === undefined) continue;
      this.operation.user = user;
      this.operation.kind = kind;
      this.#left -= 1;
      return true;
    }
    return false;
  }

  /** What a subscriber does now; undefined when it is not its turn. */
  #kindFor(user: number): Kind | undefined {
    const book = this.#book;
    switch (this.#name) {
      case 'login':
      case 'storm':
        return KIND.login;
      case 'start':
        return book.isOpen(user) ? undefined : KIND.start;
      case 'interim':
        return KIND.interim;
      case 'stop':
        return book.isOpen(user) ? KIND.stop : undefined;
      case 'mix':
        if (!book.isOpen(user)) return KIND.start;
        return book.step(user) >= this.#interimsOf(user) ? KIND.stop : KIND.interim;
    }
  }

  /** First sessions end at different ages, so that Starts, Interims and Stops are mixed from the beginning. */
  #interimsOf(user: number): number {
    return this.#book.lives(user) <= 1 ? user % (INTERIMS_PER_SESSION + 1) : INTERIMS_PER_SESSION;
  }
}

function openUsers(book: SessionBook, order: (index: number) => number): number[] {
  const open: number[] = [];
  for (let index = 0; index < book.users; index += 1) {
    const user = order(index);
    if (book.isOpen(user)) open.push(user);
  }
  return open;
}
