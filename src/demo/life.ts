import { setMaxListeners } from 'node:events';
import { paced, pause } from '../simulator/pace.ts';
import { seededRandom } from '../simulator/random.ts';
import { SimulatedRouter } from '../simulator/router.ts';
import type { SimulatedSession } from '../simulator/session.ts';
import { Statistics } from '../simulator/statistics.ts';
import { type Subscriber, subscriber } from '../simulator/subscriber.ts';
import { DEMO_ROUTERS } from './catalog.ts';
import type { DemoSubscriber } from './people.ts';

/** Where the simulated routers send to. */
export interface DemoServer {
  readonly host: string;
  readonly authPort: number;
  readonly acctPort: number;
}

/** What the routers have seen up to now. */
export interface LifeNumbers {
  readonly sessionsUp: number;
  readonly accepts: number;
  readonly rejects: number;
  readonly unanswered: number;
  readonly accountingAcked: number;
  /** Octets of all sessions, as far as they have been reported. */
  readonly uploadOctets: number;
  readonly downloadOctets: number;
}

/** How many of the 300 are at home. */
const dialInMax = 262;
const dialInSeconds = 60;
const usuallyUp = 240;
const interimS = 20;
/** A modem that was thrown out tries again so long after. */
const redialDelayMs = 8_000;
const eventEveryMs = 2_000;
const stopMaxMs = 1_500;
const coaPort = 3_799;

interface Line {
  readonly router: SimulatedRouter;
  readonly subscriber: Subscriber;
}

/** Three routers with subscribers who come, stay, leave, come back, and sometimes mistype their password. */
export class DemoLife {
  readonly #routers: readonly SimulatedRouter[];
  readonly #statistics: Statistics;
  readonly #lines: readonly Line[];
  readonly #random = seededRandom(41);
  readonly #over = new AbortController();
  readonly #closedCounted: number[] = [];
  #closedUpload = 0;
  #closedDownload = 0;

  private constructor(
    routers: readonly SimulatedRouter[],
    statistics: Statistics,
    subscribers: readonly DemoSubscriber[],
  ) {
    this.#routers = routers;
    this.#statistics = statistics;
    // Everybody who waits before dialling again listens for the end.
    setMaxListeners(0, this.#over.signal);
    this.#lines = subscribers.map((one) => ({ router: routers[one.router], subscriber: simulated(one) }));
  }

  /** Switches the routers on; rejects when their addresses are not to be had on this host. */
  static async open(server: DemoServer, subscribers: readonly DemoSubscriber[]): Promise<DemoLife> {
    const statistics = new Statistics();
    const routers: SimulatedRouter[] = [];
    try {
      for (const [index, { name, address, secret }] of DEMO_ROUTERS.entries()) {
        routers.push(
          await SimulatedRouter.open({
            address,
            identity: name,
            secret,
            server,
            coaPort,
            timeoutMs: 1_000,
            interimOverrideS: interimS,
            redialDelayMs,
            seed: index + 1,
            statistics,
          }),
        );
      }
    } catch (error) {
      for (const router of routers) router.close();
      throw error;
    }
    return new DemoLife(routers, statistics, subscribers);
  }

  /** Lets everybody dial in and the days take their course, until `stop`. */
  start(): void {
    void this.#live();
  }

  get numbers(): LifeNumbers {
    this.#countClosed();
    let uploadOctets = this.#closedUpload;
    let downloadOctets = this.#closedDownload;
    for (const session of this.#up()) {
      uploadOctets += session.uploadOctets;
      downloadOctets += session.downloadOctets;
    }
    const { accepts, rejectTotal: rejects, unanswered, accountingAcked } = this.#statistics;
    const sessionsUp = this.#routers.reduce((sum, router) => sum + router.sessions.size, 0);
    return { sessionsUp, accepts, rejects, unanswered, accountingAcked, uploadOctets, downloadOctets };
  }

  /** Hangs everybody up, as far as the server still answers, and switches off. */
  async stop(): Promise<void> {
    this.#over.abort();
    await Promise.race([Promise.all(this.#routers.map((router) => router.shutDown())), delay(stopMaxMs)]);
    for (const router of this.#routers) router.close();
  }

  async #live(): Promise<void> {
    const signal = this.#over.signal;
    const order = [...this.#lines].sort(() => this.#random() - 0.5);
    const home = order.slice(0, dialInMax);
    const away = order.slice(dialInMax);
    const work = (line: Line): void => void this.#dialIn(line);
    await paced(home, { perSecond: home.length / dialInSeconds, signal, work });
    while (!signal.aborted) {
      await pause(eventEveryMs * (0.5 + this.#random()), signal);
      if (signal.aborted) return;
      // As many come as go, around the number that dialled in.
      if (this.#random() < 0.5 + (this.numbers.sessionsUp - usuallyUp) / 20) this.#someoneLeaves(away);
      else this.#someoneComes(away);
    }
  }

  /** Dials until in: a refused modem does not know that it is refused. */
  async #dialIn(line: Line): Promise<void> {
    const { router, subscriber: who } = line;
    const signal = this.#over.signal;
    if (this.#random() < 0.03) {
      await router.dial({ ...who, password: `${who.password.slice(1)}x` });
      await pause(4_000 + this.#random() * 4_000, signal);
    }
    while (!signal.aborted) {
      const { outcome } = await router.dial(who);
      if (outcome === 'up') return;
      await pause(60_000 + this.#random() * 180_000, signal);
    }
  }

  #someoneLeaves(away: Line[]): void {
    const sessions = [...this.#up()];
    const session = sessions[Math.floor(this.#random() * sessions.length)];
    const line = this.#lines.find(({ subscriber: who }) => who.username === session?.subscriber.username);
    if (session === undefined || line === undefined) return;
    away.push(line);
    void line.router.hangUp(session);
  }

  #someoneComes(away: Line[]): void {
    const [line] = away.splice(Math.floor(this.#random() * away.length), 1);
    if (line !== undefined) void this.#dialIn(line);
  }

  *#up(): Generator<SimulatedSession> {
    for (const router of this.#routers) yield* router.sessions.values();
  }

  /** Adds up what closed since the last look. */
  #countClosed(): void {
    for (const [index, router] of this.#routers.entries()) {
      for (const session of router.ended.slice(this.#closedCounted[index] ?? 0)) {
        this.#closedUpload += session.uploadOctets;
        this.#closedDownload += session.downloadOctets;
      }
      this.#closedCounted[index] = router.ended.length;
    }
  }
}

function simulated({ username, password, mac, method, demand }: DemoSubscriber): Subscriber {
  return subscriber({ username, password, mac, method, demand });
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
