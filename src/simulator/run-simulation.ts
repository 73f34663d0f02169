import { noFaults } from './faults.ts';
import { pause } from './pace.ts';
import { statusLine, summaryText } from './report.ts';
import { SimulatedRouter } from './router.ts';
import { worsenNetwork } from './scenarios/loss.ts';
import { cutPower } from './scenarios/power-cut.ts';
import { runSteady } from './scenarios/steady.ts';
import { runStorm } from './scenarios/storm.ts';
import { Statistics } from './statistics.ts';
import type { Subscriber } from './subscriber.ts';
import { timeBase } from './time-base.ts';

/** One rehearsal from the command line. */
export interface SimulationOptions {
  readonly server: { readonly host: string; readonly authPort: number; readonly acctPort: number };
  readonly secret: string;
  readonly subscribers: readonly Subscriber[];
  /** The router's own address, one of this host. */
  readonly address: string;
  readonly identity: string;
  readonly coaPort: number;
  /** Logins per second of a storm; absent = everybody at an easy pace. */
  readonly stormPerSecond: number | undefined;
  /** Real seconds; absent = until the signal. */
  readonly durationS: number | undefined;
  /** Beats the interval the server names. */
  readonly interimS: number | undefined;
  readonly loss: number;
  readonly duplication: number;
  readonly powerCutAfterS: number | undefined;
  /** How many times as fast as real time sessions live. */
  readonly speed: number;
  readonly seed: number;
  /** Ends the rehearsal; Stops are sent for what is up. */
  readonly signal: AbortSignal;
}

/** Where the rehearsal shows what happens. */
export interface SimulationOutput {
  /** One line that replaces the one before. */
  status(line: string): void;
}

/** The end of a rehearsal: numbers for JSON and the same for a person. */
export interface SimulationSummary {
  readonly numbers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

const easyLoginsPerSecond = 100;
const statusEveryMs = 1_000;
const redialDelayMs = 3_000;
const powerCutMs = 2_000;

/** Switches a router on, dials everybody in, and hangs everybody up at the end; rejects when its address is taken. */
export async function runSimulation(
  options: SimulationOptions,
  output: SimulationOutput,
): Promise<SimulationSummary> {
  const statistics = new Statistics();
  const router = await SimulatedRouter.open({
    address: options.address,
    identity: options.identity,
    server: options.server,
    secret: options.secret,
    coaPort: options.coaPort,
    interimOverrideS: options.interimS,
    redialDelayMs,
    seed: options.seed,
    time: timeBase(options.speed),
    faults: noFaults(),
    statistics,
  });
  const startedMs = performance.now();
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, over.signal]);
  const beside = [
    showStatus(router, output, signal),
    worsenNetwork(router, {
      faults: { loss: options.loss, duplication: options.duplication },
      forS: Number.POSITIVE_INFINITY,
      signal,
    }),
    ...(options.powerCutAfterS === undefined
      ? []
      : [cutPower(router, { afterS: options.powerCutAfterS, downMs: powerCutMs, signal })]),
  ];
  await runScenario(router, options);
  const sessionsUp = router.sessions.size;
  over.abort();
  await Promise.allSettled(beside);
  // The last Stops should arrive: the rehearsal of the bad network is over.
  Object.assign(router.faults, noFaults());
  await router.shutDown();
  const seconds = (performance.now() - startedMs) / 1000;
  return {
    numbers: { seconds: Math.round(seconds * 10) / 10, sessions_up: sessionsUp, ...statistics.snapshot() },
    text: summaryText(statistics, { seconds, sessionsUp }),
  };
}

function runScenario(router: SimulatedRouter, options: SimulationOptions): Promise<void> {
  const durationS = options.durationS ?? Number.POSITIVE_INFINITY;
  const { signal, stormPerSecond, subscribers } = options;
  return stormPerSecond === undefined
    ? runSteady(router, subscribers, { loginsPerSecond: easyLoginsPerSecond, durationS, signal })
    : runStorm(router, subscribers, { loginsPerSecond: stormPerSecond, durationS, signal });
}

async function showStatus(
  router: SimulatedRouter,
  output: SimulationOutput,
  signal: AbortSignal,
): Promise<void> {
  let acceptsBefore = 0;
  let beforeMs = performance.now();
  while (!signal.aborted) {
    await pause(statusEveryMs, signal);
    const nowMs = performance.now();
    const { accepts } = router.statistics;
    const loginsPerSecond = ((accepts - acceptsBefore) * 1000) / Math.max(nowMs - beforeMs, 1);
    output.status(statusLine(router.statistics, { sessionsUp: router.sessions.size, loginsPerSecond }));
    acceptsBefore = accepts;
    beforeMs = nowMs;
  }
}
