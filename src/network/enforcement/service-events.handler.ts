import type { Database } from '../../db/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Delivery, EventHandler } from '../../platform/events/dispatcher.service.ts';
import { parseEvent } from '../../platform/events/event.ts';
import type { Logger } from '../../platform/logger.port.ts';
import type { WallChoices } from '../desired-state.ts';
import { planPackage } from './enforcement-of-many.service.ts';
import { planRequestedDisconnect, planService } from './enforcement-planning.service.ts';

/** What the handlers need; `wallChoices` is read anew for every event. */
export interface ServiceEventOptions {
  readonly db: Database;
  /** The business clock: validity and temporary speeds follow it. */
  readonly clock: Clock;
  readonly logger: Logger;
  readonly wallChoices: () => WallChoices | Promise<WallChoices>;
}

/**
 * Turns events of services into orders for their live sessions. New credentials and new services change nothing
 * for a live session, so those topics are not handled.
 */
export function serviceEventHandlers(options: ServiceEventOptions): readonly EventHandler[] {
  const { db, clock, logger } = options;

  const plan = async (delivery: Delivery, isSpeedChanged: boolean): Promise<void> => {
    const serviceId = serviceIdOf(delivery, logger);
    if (serviceId === undefined) return;
    const choices = await options.wallChoices();
    const trigger = { isDisconnectRequested: false, isSpeedChanged };
    const orders = await db.transaction((tx) =>
      planService(tx, { serviceId, trigger, choices, nowMs: clock.nowMs() }),
    );
    logger.debug({ event: 'network.service_planned', service_id: serviceId, topic: delivery.topic, orders });
  };

  const disconnect = async (delivery: Delivery): Promise<void> => {
    const serviceId = serviceIdOf(delivery, logger);
    if (serviceId === undefined) return;
    const choices = await options.wallChoices();
    const { createdAt: requestedAt } = delivery;
    await db.transaction((tx) =>
      planRequestedDisconnect(tx, { serviceId, requestedAt, choices, nowMs: clock.nowMs() }),
    );
  };

  return [
    {
      name: 'network.access_changed',
      topics: [
        'service.suspended',
        'service.resumed',
        'service.renewed',
        'service.expired',
        'service.cancelled',
      ],
      handle: (delivery) => plan(delivery, false),
    },
    {
      name: 'network.speed_changed',
      topics: ['service.speed_changed', 'service.package_changed'],
      handle: (delivery) => plan(delivery, true),
    },
    {
      name: 'network.package_changed',
      topics: ['package.terms_changed'],
      handle: async (delivery) => {
        const event = parseEvent(delivery.topic, delivery.payload);
        if (event?.topic !== 'package.terms_changed') return noteUnreadable(delivery, logger);
        const choices = await options.wallChoices();
        const orders = await planPackage({ db, clock }, { planId: event.payload.package_id, choices });
        logger.info({ event: 'network.package_planned', package_id: event.payload.package_id, orders });
      },
    },
    {
      name: 'network.disconnect_requested',
      topics: ['service.disconnect_requested'],
      handle: disconnect,
    },
  ];
}

/** An event that cannot be read is not worth a retry: it stays as unreadable as it is. */
function serviceIdOf(delivery: Delivery, logger: Logger): string | undefined {
  const event = parseEvent(delivery.topic, delivery.payload);
  if (event !== undefined && 'service_id' in event.payload) return event.payload.service_id;
  noteUnreadable(delivery, logger);
  return undefined;
}

function noteUnreadable(delivery: Delivery, logger: Logger): void {
  logger.error({ event: 'network.event_unreadable', outbox_id: delivery.id, topic: delivery.topic });
}
