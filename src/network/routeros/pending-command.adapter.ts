import type { Channel } from 'node-routeros/dist/Channel.js';
import type { RouterReply, RouterRow } from '../router.port.ts';
import { RouterError } from '../router-error.ts';
import { absurd } from './failures.ts';
import { trapError } from './trap.ts';

/** More than any router prints at once: an answer without end. */
export const ROWS_MAX = 200_000;
export const REPLY_CHARACTERS_MAX = 64 * 1024 * 1024;

/** One command from its sentence to its last reply, its deadline or the end of its connection, whichever is first. */
export class PendingCommand {
  readonly #path: string;
  readonly #where: string;
  readonly #resolve: (reply: RouterReply) => void;
  readonly #reject: (failure: RouterError) => void;
  readonly #rows: RouterRow[] = [];
  #characters = 0;
  #trap: RouterError | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isSettled = false;
  #settled: () => void = () => {};

  constructor(given: {
    readonly path: string;
    readonly where: string;
    readonly resolve: (reply: RouterReply) => void;
    readonly reject: (failure: RouterError) => void;
  }) {
    this.#path = given.path;
    this.#where = given.where;
    this.#resolve = given.resolve;
    this.#reject = given.reject;
  }

  /** Takes what the channel hears; `settled` is called once, `overflowing` at an answer without end. */
  follow(
    channel: Channel,
    hear: { readonly settled: () => void; readonly overflowing: (failure: RouterError) => void },
  ): void {
    this.#settled = hear.settled;
    channel.on('data', (row: RouterRow) => {
      this.#rows.push(row);
      for (const value of Object.values(row)) this.#characters += value.length;
      if (this.#rows.length <= ROWS_MAX && this.#characters <= REPLY_CHARACTERS_MAX) return;
      const failure = absurd(this.#where, `an answer to ${this.#path} without end.`);
      this.fail(failure);
      hear.overflowing(failure);
    });
    // A missing menu is answered with two traps: the first says what is missing.
    channel.on('trap', (row: Partial<Record<string, string>>) => {
      this.#trap ??= trapError(this.#path, row.message ?? '', row.category);
    });
    // The package closes the channel at `!done`, after a trap too.
    channel.once('close', () => this.#finish());
  }

  /** After `deadlineMs` the command has failed; `late` hears of it first. */
  limit(deadlineMs: number, late: (failure: RouterError) => void): void {
    this.#timer = setTimeout(() => {
      const failure = new RouterError(
        'router_silent',
        `${this.#where} did not answer ${this.#path} within ${deadlineMs / 1000} s.`,
        { mayHaveTakenEffect: true },
      );
      this.fail(failure);
      late(failure);
    }, deadlineMs);
  }

  fail(failure: RouterError): void {
    if (this.#settle()) this.#reject(failure);
  }

  #finish(): void {
    if (!this.#settle()) return;
    if (this.#trap !== undefined) {
      this.#reject(this.#trap);
      return;
    }
    // The package hands over the words of `!done` like one more item; only `=ret=` stands there.
    const last = this.#rows.at(-1);
    const ret = last !== undefined && Object.keys(last).join() === 'ret' ? last.ret : undefined;
    this.#resolve({ rows: ret === undefined ? this.#rows : this.#rows.slice(0, -1), ret });
  }

  #settle(): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    clearTimeout(this.#timer);
    this.#settled();
    return true;
  }
}
