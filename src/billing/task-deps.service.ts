import type { Database } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Actor } from '../platform/identity/actor.ts';
import type { Logger } from '../platform/logger.port.ts';

/** What tasks work with; `clock` is the business clock. */
export interface TaskDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How a task is run. */
export interface TaskOptions {
  readonly actor: Actor;
  /** Everything is done and taken back: the report says what would happen. */
  readonly isDryRun: boolean;
  readonly signal?: AbortSignal | undefined;
}
