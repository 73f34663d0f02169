import type { Database } from '../../db/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Delivery } from '../events/dispatcher.service.ts';
import type { Actor } from '../identity/actor.ts';
import { recordAudit } from '../identity/audit.store.ts';
import { type DeliveryStatus, PING_TOPIC } from './webhook.ts';
import {
  deleteOldDeliveries,
  enqueueEvent,
  enqueueTo,
  listDeliveries,
  restartDelivery,
  type WebhookDelivery,
} from './webhook-delivery.store.ts';
import { findEndpoint } from './webhook-endpoint.store.ts';

export type { WebhookDelivery };

const KEEP_DAYS = 30;

/** Puts an event on its way to every endpoint that wants it. */
export function tellEvent(db: Database, { id, topic, payload, createdAt }: Delivery): Promise<void> {
  const body = { topic, occurred_at: createdAt.toISOString(), data: payload };
  return enqueueEvent(db, { outboxId: id, topic, body });
}

/** Puts a test on its way to one endpoint; throws `webhook_not_found`. */
export function pingEndpoint(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  endpointId: string,
  actor: Actor,
): Promise<WebhookDelivery> {
  return db.transaction(async (tx) => {
    await known(tx, endpointId);
    const occurredAt = new Date(clock.nowMs()).toISOString();
    const body = { topic: PING_TOPIC, occurred_at: occurredAt, data: { webhook_id: endpointId } };
    const delivery = await enqueueTo(tx, { endpointId, topic: PING_TOPIC, body });
    await recordAudit(tx, { actor, action: 'webhook.pinged', entity: 'webhook', entityId: endpointId });
    return delivery;
  });
}

/** The log of an endpoint, newest first; throws `webhook_not_found`. */
export async function readDeliveries(
  db: Database,
  filter: {
    readonly endpointId: string;
    readonly status?: DeliveryStatus | undefined;
    readonly beforeId?: string | undefined;
    readonly limit: number;
  },
): Promise<WebhookDelivery[]> {
  await known(db, filter.endpointId);
  return listDeliveries(db, filter);
}

/** Sends a delivery again, whatever became of it; throws `webhook_not_found` or `delivery_not_found`. */
export function resendDelivery(
  db: Database,
  ids: { readonly endpointId: string; readonly id: string },
  actor: Actor,
): Promise<WebhookDelivery> {
  return db.transaction(async (tx) => {
    await known(tx, ids.endpointId);
    const delivery = await restartDelivery(tx, ids);
    if (delivery === undefined) {
      throw notFound('delivery_not_found', `The webhook ${ids.endpointId} has no delivery ${ids.id}.`);
    }
    const after = { delivery_id: ids.id };
    const entityId = ids.endpointId;
    await recordAudit(tx, { actor, action: 'webhook.delivery_resent', entity: 'webhook', entityId, after });
    return delivery;
  });
}

/** Forgets deliveries nobody will ask about any more; returns how many. */
export function pruneDeliveries(db: Database): Promise<number> {
  return deleteOldDeliveries(db, KEEP_DAYS);
}

async function known(q: Parameters<typeof findEndpoint>[0], id: string): Promise<void> {
  if ((await findEndpoint(q, id)) === undefined) {
    throw notFound('webhook_not_found', `There is no webhook ${id}.`);
  }
}
