import type { Database } from '../../db/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import { startPoller } from '../events/poller.service.ts';
import type { Logger } from '../logger.port.ts';
import { BusinessClock } from './business-clock.ts';
import { readClock } from './test-clock.store.ts';

/** The business clock of a process, kept where the database says. */
export interface RunningBusinessClock {
  readonly clock: Clock;
  /** Goes into the health report of the role: by it a PUT of the clock knows who has taken it. */
  counters(): { readonly test_clock_version?: string };
  /** Called on NOTIFY. */
  wake(): void;
  stop(): Promise<void>;
}

/** How late a process without a listener takes a setting. */
const POLL_MS = 250;

/**
 * The clock use cases of the business follow. Without ISP_TEST_CLOCK it is the machine's, whatever the database
 * says. After each setting `prepare` brings what was computed from the old time up to date, then `onTaken` is called and
 * `counters` says so. Resolves once the clock is right.
 */
export async function openBusinessClock(options: {
  readonly db: Database;
  readonly real: Clock;
  readonly isTestClock: boolean;
  readonly logger: Logger;
  readonly prepare?: () => Promise<void>;
  readonly onTaken: () => void;
}): Promise<RunningBusinessClock> {
  const { db, real, isTestClock, logger, prepare, onTaken } = options;
  const setting = await readClock(db);
  if (!isTestClock) {
    if (setting !== undefined) logger.warn({ event: 'clock.setting_ignored', at: setting.at }, IGNORED);
    return { clock: real, counters: () => ({}), wake: () => undefined, stop: async () => undefined };
  }
  const clock = new BusinessClock(real);
  clock.take(setting);
  let taken = clock.version;
  logger.warn({ event: 'clock.test_clock_on', frozen_at: setting?.at }, 'ISP_TEST_CLOCK=1: rehearsal only.');
  const poller = startPoller({
    pollMs: POLL_MS,
    pass: async () => {
      clock.take(await readClock(db));
      if (clock.version === taken) return false;
      await prepare?.();
      taken = clock.version;
      onTaken();
      return false;
    },
    onError: (error) => logger.warn({ event: 'clock.unread', err: error }),
  });
  return {
    clock,
    counters: () => ({ test_clock_version: taken.toString() }),
    wake: () => poller.wake(),
    stop: () => poller.stop(),
  };
}

const IGNORED =
  'This database was used with the test clock: what was dated by it stays so. ISP_TEST_CLOCK is off, real time rules.';

/** The clock of a command: the business clock as it stands, read once. */
export async function businessClockNow(db: Database, real: Clock, isTestClock: boolean): Promise<Clock> {
  if (!isTestClock) return real;
  const clock = new BusinessClock(real);
  clock.take(await readClock(db));
  return clock;
}
