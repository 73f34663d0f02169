import { resumeBillingHandler } from '../billing/cycles/resume-billing.handler.ts';
import type { Database } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import { serviceEventHandlers } from '../network/enforcement/service-events.handler.ts';
import { readWallChoices } from '../network/enforcement/wall-choices.service.ts';
import type { EventHandler } from '../platform/events/dispatcher.service.ts';
import type { Logger } from '../platform/logger.port.ts';
import { webhookEventsHandler } from '../platform/webhooks/webhook-events.handler.ts';

/** What reacts to events in the worker role; several handlers may take one topic. */
export function workerHandlers(parts: {
  readonly db: Database;
  readonly businessClock: Clock;
  readonly logger: Logger;
}): readonly EventHandler[] {
  const { db, businessClock: clock, logger } = parts;
  return [
    ...serviceEventHandlers({ db, clock, logger, wallChoices: () => readWallChoices(db) }),
    resumeBillingHandler({ db, clock }),
    webhookEventsHandler(db),
  ];
}
