import { isIPv4 } from 'node:net';
import type { Temporal } from 'temporal-polyfill';
import { openLanePool } from '../db/lane-pool.ts';
import { DEMO_ROUTERS, DEMO_TIME_ZONE } from '../demo/catalog.ts';
import { DemoLife, type DemoServer } from '../demo/life.ts';
import { type DemoSubscriber, demoSubscribers, formerSubscribers } from '../demo/people.ts';
import { noteReboot } from '../demo/reboot.ts';
import { prepareDemo, seedYear } from '../demo/seed.ts';
import { type Reading, statusLine } from '../demo/status-line.ts';
import type { Clock } from '../kernel/clock.ts';
import { AppError, messageOf } from '../kernel/errors.ts';
import type { ResolvedConfig } from '../platform/config/config.ts';
import type { Logger } from '../platform/logger.port.ts';
import { SecretBox } from '../platform/secrets/secret-box.ts';
import type { RunningRole } from '../supervisor/role-app.ts';
import { commandPrefix } from './command-prefix.ts';

const readEveryMs = 5_000;
/** While everybody dials in a line is news every few seconds, later it is company. */
const busyMs = 90_000;
const quietEveryMs = 20_000;
/** Traffic is known only as often as sessions report. */
const windowMs = 20_000;

/** The demo: an ISP of 300 subscribers and the routers they dial in on. */
export async function startDemoRole(
  config: ResolvedConfig,
  logger: Logger,
  clock: Clock,
): Promise<RunningRole> {
  const subscribers = demoSubscribers();
  const db = openLanePool({ url: config.databaseUrl, lanes: 1, name: 'netflow-demo' });
  const deps = { db, box: new SecretBox(Buffer.from(config.appKey)), clock, logger };
  let life: DemoLife;
  let isNew: boolean;
  try {
    isNew = await prepareDemo(deps);
    life = await openLife(config, subscribers);
  } catch (error) {
    await db.close();
    throw error;
  }
  let stopTelling = (): void => undefined;
  const stopping = new AbortController();
  const { signal } = stopping;
  const begin = async (): Promise<void> => {
    const cast = { subscribers, former: formerSubscribers(), signal, onMonth: tellMonth };
    if (isNew) await seedYear(deps, cast);
    await noteReboot(deps);
    if (signal.aborted) return;
    logger.debug({ event: 'demo.started', routers: DEMO_ROUTERS.length, subscribers: subscribers.length });
    life.start();
    stopTelling = tell(life, clock);
  };
  // The product is up meanwhile. A year that fails ends the process, which is started again.
  const began = begin().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  return {
    describe: describe(config, subscribers, isNew),
    stop: async () => {
      stopping.abort();
      stopTelling();
      await Promise.all([life.stop(), began]);
      await db.close();
    },
  };
}

/** Seeding the year takes a while: one line for each month it has reached. */
function tellMonth(first: Temporal.PlainDate): void {
  const month = first.toLocaleString('en-GB', { month: 'long', year: 'numeric' });
  process.stdout.write(`The demo ISP lives through ${month}\n`);
}

async function openLife(config: ResolvedConfig, subscribers: readonly DemoSubscriber[]): Promise<DemoLife> {
  try {
    return await DemoLife.open(serverOf(config), subscribers);
  } catch (error) {
    const addresses = DEMO_ROUTERS.map(({ address }) => address).join(', ');
    throw new AppError(
      'unavailable',
      'demo_address_unavailable',
      `The simulated routers need ${addresses} with UDP port 3799 on this host (${messageOf(error)}). On macOS add them: sudo ifconfig lo0 alias 127.0.0.2 (and 3, 4).`,
      { cause: error },
    );
  }
}

/** Where this host's own RADIUS server is reached from loopback addresses. */
function serverOf({
  radiusHosts,
  radiusAuthPort: authPort,
  radiusAcctPort: acctPort,
}: ResolvedConfig): DemoServer {
  const own = radiusHosts.find((host) => isIPv4(host) && host !== '0.0.0.0');
  const host = own === undefined || radiusHosts.includes('0.0.0.0') ? '127.0.0.1' : own;
  return { host, authPort, acctPort };
}

/** Prints how the demo goes; returns how to stop that. */
function tell(life: DemoLife, clock: Clock): () => void {
  const startedMs = clock.monotonicMs();
  const readings: Reading[] = [{ atMs: clock.nowMs(), numbers: life.numbers }];
  let toldMs = startedMs;
  const timer = setInterval(() => {
    const now: Reading = { atMs: clock.nowMs(), numbers: life.numbers };
    const nowMs = clock.monotonicMs();
    readings.push(now);
    while (readings.length > 2 && now.atMs - readings[0].atMs > windowMs + readEveryMs / 2) readings.shift();
    if (nowMs - startedMs > busyMs && nowMs - toldMs < quietEveryMs) return;
    toldMs = nowMs;
    process.stdout.write(`${statusLine(readings[0], now, DEMO_TIME_ZONE)}\n`);
  }, readEveryMs);
  return () => clearInterval(timer);
}

function describe(
  config: ResolvedConfig,
  subscribers: readonly DemoSubscriber[],
  isNew: boolean,
): readonly string[] {
  const cli = `${commandPrefix(config.dataDir)}npm run -s cli --`;
  const nameOf = (fate: DemoSubscriber['fate']): string =>
    subscribers.find((one) => one.fate === fate)?.username ?? '';
  const online =
    subscribers.find(({ planCode, fate }) => planCode === 'HOME50' && fate === 'ordinary')?.username ?? '';
  return [
    `${subscribers.length} invented subscribers, a year of history, ${DEMO_ROUTERS.length} simulated routers${isNew ? '' : '; they dial in now'}`,
    ...(isNew
      ? ['The billing engine runs through that year now, for a minute or so; then they dial in']
      : []),
    'Try in another terminal, and watch the sessions and the web page:',
    `  ${cli} session list`,
    `  ${cli} service suspend ${online}   # the router drops it, its next login is refused`,
    `  ${cli} service resume ${online}`,
    `  ${cli} service set-speed ${online} 5M/5M   # a CoA to the live session`,
    `  ${cli} explain ${nameOf('unpaid')}   # why somebody cannot get in`,
    `  ${cli} usage ${nameOf('throttled')}`,
    `  ${cli} auth-log --follow`,
  ];
}
