import type { Database } from '../../db/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import { AppError, conflict } from '../../kernel/errors.ts';
import { liveRoles, type RoleHealth } from '../health/role-health.store.ts';
import type { Actor } from '../identity/actor.ts';
import { actorLabel } from '../identity/actor.ts';
import { recordAudit } from '../identity/audit.store.ts';
import type { Logger } from '../logger.port.ts';
import { readClock, type StoredClock, writeClock } from './test-clock.store.ts';

/** The test clock as an administrator sees it. */
export interface TestClockView {
  readonly now: Date;
  /** False until it was set for the first time: it runs with real time. */
  readonly isFrozen: boolean;
  readonly setBy: string | undefined;
  readonly setAt: Date | undefined;
}

/** What setting the clock works with; `clock` is the machine's. */
export interface TestClockDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  /** ISP_TEST_CLOCK of this process. */
  readonly isTestClock: boolean;
  /** How long the roles have; 15 s unless a test says less. */
  readonly patienceMs?: number;
}

const PATIENCE_MS = 15_000;
const LOOK_EVERY_MS = 50;

/** Where the clock stands. Throws `test_clock_off`. */
export async function readTestClock(deps: TestClockDeps): Promise<TestClockView> {
  refuseWhenOff(deps, 'read');
  return view(deps, await readClock(deps.db));
}

/**
 * Sets the clock and resolves once every role on every host has taken it; no job starts by it. Throws
 * `test_clock_off` when this or any other role runs without ISP_TEST_CLOCK=1, and `test_clock_not_taken` (the clock
 * is set all the same) when a role does not follow in time.
 */
export async function setTestClock(deps: TestClockDeps, at: Date, actor: Actor): Promise<TestClockView> {
  const { db, logger } = deps;
  refuseWhenOff(deps, actor.name);
  const without = (await clockFollowers(db)).filter(({ version }) => version === undefined);
  if (without.length > 0) {
    throw off(
      `${without.map(({ name }) => name).join(', ')} runs without it: set ISP_TEST_CLOCK=1 there too.`,
    );
  }
  const stored = await db.transaction(async (tx) => {
    const before = await readClock(tx);
    await writeClock(tx, { at, setBy: actorLabel(actor) });
    await recordAudit(tx, {
      actor,
      action: 'test_clock.set',
      entity: 'test_clock',
      entityId: '1',
      before: before === undefined ? undefined : { now: before.at.toISOString() },
      after: { now: at.toISOString() },
    });
    return readClock(tx);
  });
  logger.warn({ event: 'clock.test_clock_set', at, by: actor.name }, 'The test clock was set.');
  await taken(deps, stored?.version ?? 0n);
  return view(deps, stored);
}

async function taken({ db, clock, patienceMs = PATIENCE_MS }: TestClockDeps, version: bigint): Promise<void> {
  const endMs = clock.monotonicMs() + patienceMs;
  for (;;) {
    const late = (await clockFollowers(db)).filter((one) => (one.version ?? 0n) < version);
    if (late.length === 0) return;
    if (clock.monotonicMs() >= endMs) {
      const names = late.map(({ name }) => name).join(', ');
      const message = `The clock is set, but ${names} has not taken it yet: look at its log, then set it again.`;
      throw new AppError('unavailable', 'test_clock_not_taken', message);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function view({ clock }: TestClockDeps, stored: StoredClock | undefined): TestClockView {
  return {
    now: stored?.at ?? new Date(clock.nowMs()),
    isFrozen: stored !== undefined,
    setBy: stored?.setBy,
    setAt: stored?.setAt,
  };
}

function refuseWhenOff({ isTestClock, logger }: TestClockDeps, who: string): void {
  if (isTestClock) return;
  logger.warn(
    { event: 'clock.test_clock_refused', by: who },
    'Somebody asked for the test clock, which is off.',
  );
  throw off('Start the product with ISP_TEST_CLOCK=1, on an installation that serves nobody.');
}

function off(message: string): AppError {
  return conflict('test_clock_off', `There is no test clock: ${message}`);
}

/** A role that runs somewhere, and the setting it has taken; undefined when it runs without the test clock. */
interface ClockFollower {
  readonly name: string;
  readonly version: bigint | undefined;
}

/** A role reports every two seconds; one that has been silent for longer than this is gone. */
const SILENT_AFTER_S = 6;

/** Every role that lives, on all hosts. */
async function clockFollowers(db: Database): Promise<readonly ClockFollower[]> {
  return (await liveRoles(db, SILENT_AFTER_S)).map(followerOf);
}

function followerOf({ role, host, pid, counters }: RoleHealth): ClockFollower {
  const version = counters.test_clock_version;
  const isFollowing = typeof version === 'string' && /^\d+$/.test(version);
  return { name: `${role} on ${host} (${pid})`, version: isFollowing ? BigInt(version) : undefined };
}
