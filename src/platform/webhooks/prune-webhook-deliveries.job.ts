import type { Database } from '../../db/database.ts';
import type { Job } from '../scheduler/job.port.ts';
import { pruneDeliveries } from './webhook-delivery.service.ts';

/** Forgets deliveries of webhooks after 30 days, once an hour. */
export function pruneWebhookDeliveriesJob(db: Database): Job {
  return {
    name: 'prune-webhook-deliveries',
    schedule: '53 * * * *',
    follows: 'real_time',
    run: async () => ({ deleted: await pruneDeliveries(db) }),
  };
}
