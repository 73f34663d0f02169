import type { Socket } from 'node:net';
import { Channel } from 'node-routeros/dist/Channel.js';
import { Connector } from 'node-routeros/dist/connector/Connector.js';
import { Receiver } from 'node-routeros/dist/connector/Receiver.js';
import { Transmitter } from 'node-routeros/dist/connector/Transmitter.js';
import type { RouterReply } from '../router.port.ts';
import { RouterError } from '../router-error.ts';
import { absurd, connectionFailure, fatal, notRouterOs } from './failures.ts';
import { PendingCommand } from './pending-command.adapter.ts';
import { encodeWord, FramingError, SentenceReader } from './sentence.ts';

/** Replies the package knows what to do with; at any other its Channel throws in the middle of the socket's event. */
const KNOWN_REPLIES: ReadonlySet<string> = new Set(['!re', '!done', '!trap']);

/** Sentences in a row that answer nothing: more than a cancelled command leaves behind. */
const STRAYS_MAX = 100_000;

/**
 * One open socket that speaks the API: node-routeros with the parts replaced that lose data or processes (decision
 * record 0011). Kept of it are the Channel of a command, the Receiver's register of tags and the Transmitter; it
 * stands in for the Connector these expect.
 */
export class Wire extends Connector {
  readonly #onFailure: (failure: RouterError) => void;
  readonly #socket: Socket;
  readonly #where: string;
  readonly #receiver: Receiver;
  readonly #transmitter: Transmitter;
  readonly #reader = new SentenceReader();
  readonly #pending = new Set<PendingCommand>();
  #failure: RouterError | undefined;
  #sentences = 0;
  #strays = 0;

  /**
   * `socket` is connected and, where asked for, secured; `where` names the router in messages; `onFailure` is called
   * once, when the wire is of no further use.
   */
  constructor(socket: Socket, where: string, onFailure: (failure: RouterError) => void) {
    super({ host: where });
    this.#onFailure = onFailure;
    this.#socket = socket;
    this.#where = where;
    this.#receiver = new Receiver(socket);
    this.#transmitter = new Transmitter(socket);
    // The package writes win1252, which turns every other letter into a question mark.
    // biome-ignore lint/complexity/useLiteralKeys: private in its types, and what must be replaced
    this.#transmitter['encodeString'] = (word: string | null) => encodeWord(word ?? '');
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', (error) => this.fail(connectionFailure(error, where)));
    socket.on('close', () =>
      this.fail(new RouterError('router_connection_lost', `${where} closed the connection.`)),
    );
  }

  /** Commands that wait for their last reply. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Runs the words of a command; rejects with a RouterError, at the latest when the deadline has passed. */
  run(words: readonly string[], deadlineMs: number): Promise<RouterReply> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const command = new PendingCommand({ path: words[0] ?? '', where: this.#where, resolve, reject });
      this.#pending.add(command);
      const channel = new Channel(this);
      const heardBefore = this.#sentences;
      command.follow(channel, {
        settled: () => this.#pending.delete(command),
        overflowing: (failure) => this.fail(failure),
      });
      command.limit(deadlineMs, (failure) => this.#late(channel, failure, this.#sentences > heardBefore));
      // Not awaited: the package's own promise knows neither close nor deadline.
      void channel.write([...words], false, false);
    });
  }

  override write(words: string[]): Connector {
    if (!this.#socket.writable) return this;
    for (const word of words) this.#transmitter.write(word);
    // The package ends a sentence by writing null; its types do not say so.
    this.#transmitter.write('');
    return this;
  }

  override read(tag: string, callback: (words: string[]) => void): void {
    this.#receiver.read(tag, callback);
  }

  override stopRead(tag: string): void {
    this.#receiver.stop(tag);
  }

  override close(): void {
    this.fail(new RouterError('router_connection_lost', `The connection to ${this.#where} was closed here.`));
  }

  override destroy(): void {
    this.close();
  }

  /** Ends the wire: every command under way rejects, whatever it was. */
  fail(failure: RouterError): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    this.#socket.destroy();
    for (const command of [...this.#pending]) command.fail(failure.afterSending());
    this.#pending.clear();
    this.#onFailure(failure);
  }

  /** One slow command among others is given up alone; a router that says nothing at all is given up as a whole. */
  #late(channel: Channel, failure: RouterError, isAlive: boolean): void {
    if (!isAlive) {
      this.fail(failure);
      return;
    }
    const tag = channel.Id;
    channel.close(true);
    // Without a tag of its own: its replies belong to nobody and are dropped.
    this.write(['/cancel', `=tag=${tag}`]);
  }

  #take(chunk: Buffer): void {
    if (this.#failure !== undefined) return;
    try {
      if (this.#sentences === 0) {
        const stranger = notRouterOs(chunk, this.#where);
        if (stranger !== undefined) {
          this.fail(stranger);
          return;
        }
      }
      for (const sentence of this.#reader.push(chunk)) this.#dispatch(sentence);
    } catch (error) {
      if (!(error instanceof FramingError)) throw error;
      this.fail(absurd(this.#where, error.message));
    }
  }

  #dispatch(sentence: readonly string[]): void {
    this.#sentences += 1;
    const [reply, ...rest] = sentence;
    if (reply === '!fatal') this.fail(fatal(this.#where, rest));
    const tag = rest.find((word) => word.startsWith('.tag='))?.slice('.tag='.length);
    // `!empty` (7.18+) says in words that nothing will be said; the `!done` after it is enough.
    const isKnown = tag !== undefined && KNOWN_REPLIES.has(reply);
    // biome-ignore lint/complexity/useLiteralKeys: private in its types; the reader in front of it is replaced
    const waiting = isKnown ? this.#receiver['tags'].get(tag) : undefined;
    if (waiting !== undefined) {
      this.#strays = 0;
      waiting.callback([reply, ...rest.filter((word) => !word.startsWith('.tag='))]);
      return;
    }
    // A tag nobody waits for belongs to a command that was given up.
    this.#strays += 1;
    if (this.#strays > STRAYS_MAX) this.fail(absurd(this.#where, 'answers to nothing, without end.'));
  }
}
