import type { Database, Transaction } from '../../db/database.ts';
import { notFound } from '../../kernel/errors.ts';
import type { CustomerId, ServiceId } from '../../kernel/ids.ts';
import { recordAudit } from '../../platform/identity/audit.store.ts';
import { readService } from '../../subscribers/services/reading.service.ts';
import type { BillingContext } from '../billing-context.ts';
import { acknowledge, listAlerts, type UsageAlert } from './alert.store.ts';

/** The alerts of a service, newest first. With `owner` only of that customer's. Throws `service_not_found`. */
export async function readAlerts(
  db: Database,
  filter: {
    readonly serviceId: ServiceId;
    readonly owner?: CustomerId | undefined;
    readonly beforeId?: string | undefined;
    readonly limit: number;
  },
): Promise<UsageAlert[]> {
  const { serviceId: id, owner } = filter;
  await readService(db, owner === undefined ? { id } : { id, owner });
  return listAlerts(db, filter);
}

/** Marks an alert as seen. Throws `alert_not_found`. */
export async function acknowledgeAlert(
  tx: Transaction,
  ctx: BillingContext,
  id: string,
): Promise<UsageAlert> {
  const alert = await acknowledge(tx, id);
  if (alert === undefined) throw notFound('alert_not_found', `There is no alert ${id}.`);
  await recordAudit(tx, {
    actor: ctx.actor,
    action: 'usage_alert.acknowledged',
    entity: 'service',
    entityId: alert.serviceId,
    after: { alert_id: id, threshold: alert.threshold },
  });
  return alert;
}

export type { UsageAlert } from './alert.store.ts';
