import type { Database } from '../../db/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { Logger } from '../logger.port.ts';
import {
  claimDeliveries,
  type Delivery,
  markDelivered,
  postponeDelivery,
  pruneDelivered,
} from './delivery.store.ts';
import { startPoller } from './poller.service.ts';
import { DELIVERY_DELAYS_MS, retryDelayMs } from './retry.ts';

export type { Delivery } from './delivery.store.ts';

/**
 * Reacts to events of some topics. Called at least once per event, in no promised order and possibly by two
 * hosts: it must be idempotent and read the present state rather than trust the payload. A throw delivers again.
 */
export interface EventHandler {
  /** For the log. */
  readonly name: string;
  readonly topics: readonly string[];
  handle(delivery: Delivery): Promise<void>;
}

/** The running dispatcher. */
export interface Dispatcher {
  /** Called on NOTIFY `outbox`; without it events are found by the poll. */
  wake(): void;
  stop(): Promise<void>;
}

const batchSizeMax = 32;
const concurrencyMax = 4;
const pollMs = 1_000;
/** Longer than any handler may take; only a dispatcher that died lets it run out. */
const leaseMs = 30_000;
const pruneEveryMs = 3_600_000;
const keepDays = 7;
const pruneLimit = 10_000;

/**
 * Delivers the events of the outbox to their handlers after commit, at least once. A topic without handlers is
 * delivered to nobody. Any number of hosts may run one.
 */
export function openDispatcher(options: {
  readonly db: Database;
  readonly handlers: readonly EventHandler[];
  readonly logger: Logger;
  readonly clock: Clock;
}): Dispatcher {
  const { db, logger, clock } = options;
  const table = handlersByTopic(options.handlers);
  let prunedAtMs = clock.monotonicMs();

  /** Every handler has its turn, whatever becomes of the others; one that failed brings all of them a repeat. */
  const deliver = async (delivery: Delivery): Promise<boolean> => {
    const failures: string[] = [];
    for (const handler of table.get(delivery.topic) ?? []) {
      try {
        await handler.handle(delivery);
      } catch (error) {
        failures.push(`${handler.name}: ${messageOf(error)}`);
        const { id: outbox_id, topic, attempts } = delivery;
        const about = { outbox_id, topic, handler: handler.name, attempts };
        logger.warn({ event: 'events.delivery_failed', ...about, err: error });
      }
    }
    if (failures.length === 0) return true;
    const delayMs = retryDelayMs(delivery.attempts, DELIVERY_DELAYS_MS);
    await postponeDelivery(db, { id: delivery.id, delayMs, error: failures.join('; ') });
    return false;
  };

  const pass = async (): Promise<boolean> => {
    const batch = await claimDeliveries(db, { limit: batchSizeMax, leaseMs });
    const delivered: string[] = [];
    const waiting = [...batch];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        if (await deliver(next)) delivered.push(next.id);
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrencyMax, batch.length) }, work));
    if (delivered.length > 0) await markDelivered(db, delivered);
    if (clock.monotonicMs() - prunedAtMs >= pruneEveryMs) {
      prunedAtMs = clock.monotonicMs();
      await pruneDelivered(db, { keepDays, limit: pruneLimit });
    }
    return batch.length === batchSizeMax;
  };

  return startPoller({
    pollMs,
    pass,
    onError: (err) => logger.warn({ event: 'events.dispatch_failed', err }),
  });
}

function handlersByTopic(handlers: readonly EventHandler[]): ReadonlyMap<string, readonly EventHandler[]> {
  const table = new Map<string, EventHandler[]>();
  for (const handler of handlers) {
    for (const topic of handler.topics) {
      const entry = table.get(topic);
      if (entry === undefined) table.set(topic, [handler]);
      else entry.push(handler);
    }
  }
  return table;
}
