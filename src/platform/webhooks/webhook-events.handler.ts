import type { Database } from '../../db/database.ts';
import type { EventHandler } from '../events/dispatcher.service.ts';
import { EVENT_TOPICS } from '../events/event.ts';
import { tellEvent } from './webhook-delivery.service.ts';

/** Tells every event to the endpoints that want it, beside whatever else it causes. */
export function webhookEventsHandler(db: Database): EventHandler {
  return {
    name: 'webhooks.told',
    topics: EVENT_TOPICS,
    handle: (delivery) => tellEvent(db, delivery),
  };
}
