import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { challengeResponse } from '../../network/routeros/login.ts';
import { encodeSentence, SentenceReader } from '../../network/routeros/sentence.ts';
import type { ApiFaults } from './api-faults.ts';
import { type ApiAnswer, type ApiCommand, type ApiWorld, execute } from './commands.ts';
import { Trap } from './config-menu.ts';
import type { Row } from './query.ts';
import { TrafficMonitor } from './traffic-monitor.ts';

/** Wrong logins before the session is ended. */
const LOGINS_MAX = 4;
const MONITOR_EVERY_MS = 1_000;

/** One connection to the API of a simulated router. */
export class ApiSession {
  readonly #socket: Socket;
  readonly #world: ApiWorld;
  readonly #faults: ApiFaults;
  readonly #heard: (path: string) => void;
  readonly #reader = new SentenceReader();
  readonly #traffic: TrafficMonitor;
  readonly #monitors = new Map<string, NodeJS.Timeout>();
  #challenge: string | undefined;
  #user: string | undefined;
  #failedLogins = 0;

  constructor(given: {
    readonly socket: Socket;
    readonly world: ApiWorld;
    readonly faults: ApiFaults;
    /** Hears the path of every command, before it is carried out. */
    readonly heard: (path: string) => void;
  }) {
    this.#socket = given.socket;
    this.#world = given.world;
    this.#faults = given.faults;
    this.#heard = given.heard;
    this.#traffic = new TrafficMonitor(given.world.router);
    given.socket.on('data', (chunk) => this.#take(chunk));
    given.socket.on('error', () => {});
    given.socket.on('close', () => {
      for (const timer of this.#monitors.values()) clearInterval(timer);
    });
  }

  #take(chunk: Buffer): void {
    if (this.#faults.babbles !== undefined) {
      this.#socket.write(this.#faults.babbles);
      return;
    }
    try {
      for (const sentence of this.#reader.push(chunk)) this.#hear(sentence);
    } catch {
      // Octets that are no sentence, such as the hello of TLS: RouterOS hangs up.
      this.#socket.destroy();
    }
  }

  #hear(sentence: readonly string[]): void {
    const { tag, ...command } = parse(sentence);
    const { path, attributes } = command;
    this.#heard(path);
    const { fatal, cutsAt, isSilent, refuses } = this.#faults;
    if (fatal !== undefined) this.#fatal(fatal);
    else if (path === '/login') this.#login(attributes, tag);
    else if (this.#user === undefined) this.#fatal('not logged in');
    else if (cutsAt !== undefined && path.startsWith(cutsAt)) this.#socket.destroy();
    else if (isSilent) return;
    else if (path === '/quit') this.#fatal('session terminated on request');
    else if (path === '/cancel') this.#cancel(attributes.tag, tag);
    else if (refuses !== undefined && path.startsWith(refuses.path)) {
      this.#trap(new Trap(refuses.message, refuses.category), tag);
      this.#send(['!done'], tag);
    } else this.#carryOut(command, tag);
  }

  #carryOut(command: ApiCommand, tag: string | undefined): void {
    try {
      const answer =
        command.path === '/interface/monitor-traffic'
          ? this.#monitor(command, tag)
          : execute(command, this.#policies(), this.#world);
      const { losesAnswerOf } = this.#faults;
      if (losesAnswerOf !== undefined && command.path.startsWith(losesAnswerOf)) this.#socket.destroy();
      else if (answer !== undefined) this.#answer(answer, tag);
    } catch (error) {
      if (!(error instanceof Trap)) throw error;
      this.#trap(error, tag);
      // A missing menu is answered twice.
      if (error.message.startsWith('no such command or directory')) {
        this.#send(['!trap', '=message=no such command prefix'], tag);
      }
      this.#send(['!done'], tag);
    }
  }

  #login(attributes: Row, tag: string | undefined): void {
    const { name = '', password, response } = attributes;
    if (this.#faults.isOldLogin && response === undefined) {
      this.#challenge = randomBytes(16).toString('hex');
      this.#send(['!done', `=ret=${this.#challenge}`], tag);
      return;
    }
    const user = this.#world.config.menu('/user').find({ name });
    const challenge = this.#challenge;
    const isRight =
      user !== undefined &&
      user.disabled !== 'true' &&
      this.#mayComeFrom(user.address ?? '') &&
      (response === undefined
        ? user.password === password
        : challenge !== undefined && challengeResponse(user.password ?? '', challenge) === response);
    if (isRight) {
      this.#user = name;
      this.#send(['!done'], tag);
      return;
    }
    this.#failedLogins += 1;
    if (this.#failedLogins > LOGINS_MAX) {
      this.#fatal('too many commands before login');
      return;
    }
    this.#trap(
      new Trap(this.#faults.isOldLogin ? 'cannot log in' : 'invalid user name or password (6)'),
      tag,
    );
    this.#send(['!done'], tag);
  }

  #mayComeFrom(allowed: string): boolean {
    const from = (this.#socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    return allowed === '' || allowed.split(',').some((one) => one.replace(/\/32$/, '') === from);
  }

  #policies(): ReadonlySet<string> {
    const { config } = this.#world;
    const group = config.menu('/user').find({ name: this.#user ?? '' })?.group ?? '';
    return new Set((config.menu('/user/group').find({ name: group })?.policy ?? '').split(','));
  }

  /** One sample with `once`, else samples until the command is cancelled. */
  #monitor({ attributes }: ApiCommand, tag: string | undefined): ApiAnswer | undefined {
    if (!this.#policies().has('test') && !this.#policies().has('read'))
      throw new Trap('not enough permissions (9)');
    const names = (attributes.interface ?? '').split(',');
    const sample = (): Row[] =>
      names.map((name) => {
        const row = this.#traffic.sample(name);
        if (row === undefined) throw new Trap('input does not match any value of interface', 1);
        return row;
      });
    const first = sample();
    if (attributes.once !== undefined) return { rows: first };
    for (const row of first) this.#send(['!re', ...wordsOf(row)], tag);
    const timer = setInterval(() => {
      for (const row of sample()) this.#send(['!re', ...wordsOf(row)], tag);
    }, MONITOR_EVERY_MS);
    this.#monitors.set(tag ?? '', timer);
    return undefined;
  }

  #cancel(victim: string | undefined, tag: string | undefined): void {
    const timer = this.#monitors.get(victim ?? '');
    clearInterval(timer);
    this.#monitors.delete(victim ?? '');
    if (timer !== undefined) this.#trap(new Trap('interrupted', 2), victim);
    this.#send(['!done'], tag);
    if (timer !== undefined) this.#send(['!done'], victim);
  }

  #answer({ rows, ret, isEmpty }: ApiAnswer, tag: string | undefined): void {
    for (const row of rows) this.#send(['!re', ...wordsOf(row)], tag);
    if (isEmpty === true && !this.#faults.hasNoEmptyReply) this.#send(['!empty'], tag);
    this.#send(['!done', ...(ret === undefined ? [] : [`=ret=${ret}`])], tag);
    if (this.#faults.answersStrangers) this.#send(['!done'], 'nobody');
  }

  #trap(trap: Trap, tag: string | undefined): void {
    const category = trap.category === undefined ? [] : [`=category=${trap.category}`];
    this.#send(['!trap', ...category, `=message=${trap.message}`], tag);
  }

  #fatal(words: string): void {
    this.#send(['!fatal', words], undefined);
    this.#socket.end();
  }

  #send(words: readonly string[], tag: string | undefined): void {
    const [reply = '', ...rest] = words;
    const tagged = tag === undefined ? [] : [`.tag=${tag}`];
    const octets = encodeSentence(
      this.#faults.isTagLast ? [reply, ...rest, ...tagged] : [reply, ...tagged, ...rest],
    );
    const write = (): void => {
      if (!this.#socket.writable) return;
      if (!this.#faults.isSplit) this.#socket.write(octets);
      else for (const octet of octets) this.#socket.write(Buffer.from([octet]));
    };
    if (this.#faults.answerDelayMs === 0) write();
    else setTimeout(write, this.#faults.answerDelayMs);
  }
}

function parse(sentence: readonly string[]): ApiCommand & { readonly tag: string | undefined } {
  const [path = '', ...words] = sentence;
  const attributes: Record<string, string> = {};
  const queries: string[] = [];
  let tag: string | undefined;
  for (const word of words) {
    if (word.startsWith('.tag=')) tag = word.slice('.tag='.length);
    else if (word.startsWith('?')) queries.push(word.slice(1));
    else if (word.startsWith('=')) {
      const at = word.indexOf('=', 1);
      attributes[word.slice(1, at < 0 ? undefined : at)] = at < 0 ? '' : word.slice(at + 1);
    }
  }
  return { path, attributes, queries, tag };
}

function wordsOf(row: Row): readonly string[] {
  return Object.entries(row).map(([name, value]) => `=${name}=${value}`);
}
