import type { Database } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import type { WallChoices } from '../network/desired-state.ts';
import { serviceEventHandlers } from '../network/service-events.handler.ts';
import type { EventHandler } from '../platform/events/dispatcher.service.ts';
import type { Logger } from '../platform/logger.port.ts';
import { readSettings } from '../platform/settings/setting.store.ts';

/** What reacts to events in the worker role; several handlers may take one topic. */
export function workerHandlers(parts: {
  readonly db: Database;
  readonly businessClock: Clock;
  readonly logger: Logger;
}): readonly EventHandler[] {
  const { db, businessClock: clock, logger } = parts;
  return [...serviceEventHandlers({ db, clock, logger, wallChoices: () => readWallChoices(db) })];
}

async function readWallChoices(db: Database): Promise<WallChoices> {
  const { radius_on_suspended, radius_on_expired, radius_on_data_cap } = await readSettings(db);
  return {
    onSuspended: radius_on_suspended,
    onExpired: radius_on_expired,
    onDataCap: radius_on_data_cap,
  };
}
