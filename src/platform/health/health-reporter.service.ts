import type { Database } from '../../db/database.ts';
import { newUuid } from '../../kernel/ids.ts';
import type { Logger } from '../logger.port.ts';
import { liveRoles, reportHealth, retireHealth } from './role-health.store.ts';

const INTERVAL_MS = 2_000;

/** A running reporter. */
export interface HealthReporter {
  /** Names this process among all hosts. */
  readonly instance: string;
  /** Whether the last report reached the database. */
  readonly isDatabaseUp: boolean;
  /** Whether another process of the same role is alive. */
  readonly hasPeers: boolean;
  /** Reports now instead of at the next turn. */
  tell(): void;
  stop(): Promise<void>;
}

/** Upserts a snapshot of a role's counters every two seconds; other roles and hosts read it (architecture section 6). */
export function startHealthReporter(options: {
  readonly db: Database;
  readonly logger: Logger;
  readonly role: string;
  readonly host: string;
  readonly pid: number;
  readonly startedAt: Date;
  readonly counters: () => object;
  /** Further work of the same rhythm; a throw counts as a failed report. */
  readonly beside?: () => Promise<void>;
}): HealthReporter {
  const instance = newUuid();
  const state = { isDatabaseUp: true, hasPeers: false };
  let running: Promise<void> | undefined;

  const report = async (): Promise<void> => {
    try {
      const { db, role, host, pid, startedAt } = options;
      await reportHealth(db, { instance, role, host, pid, startedAt, counters: options.counters() });
      const roles = await liveRoles(db);
      state.hasPeers = roles.some((other) => other.role === role && other.instance !== instance);
      await options.beside?.();
      if (!state.isDatabaseUp) options.logger.info({ event: 'platform.database_back', role: options.role });
      state.isDatabaseUp = true;
    } catch (error) {
      if (state.isDatabaseUp)
        options.logger.warn({ event: 'platform.database_away', role: options.role, err: error });
      state.isDatabaseUp = false;
    }
  };
  let isAskedAgain = false;
  const tick = (): void => {
    running ??= report().finally(() => {
      running = undefined;
      if (!isAskedAgain) return;
      isAskedAgain = false;
      tick();
    });
  };
  const first = setImmediate(tick);
  const timer = setInterval(tick, INTERVAL_MS);
  return {
    instance,
    get isDatabaseUp() {
      return state.isDatabaseUp;
    },
    get hasPeers() {
      return state.hasPeers;
    },
    tell: () => {
      // A report under way may have looked too early.
      if (running !== undefined) isAskedAgain = true;
      else tick();
    },
    stop: async () => {
      clearImmediate(first);
      clearInterval(timer);
      isAskedAgain = false;
      await running;
      await retireHealth(options.db, instance).catch(() => undefined);
    },
  };
}
