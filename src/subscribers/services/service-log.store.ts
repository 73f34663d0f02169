import { and, desc, eq, lt } from 'drizzle-orm';
import type { Queryable, Transaction } from '../../db/database.ts';
import { orm } from '../../db/orm.ts';
import { serviceLogs } from '../../db/schema/services.ts';
import type { ServiceId } from '../../kernel/ids.ts';
import type { LogDetail, ServiceAction } from './service-log.ts';

/** Appends to the log of a service, which is never updated. `actor` says who, such as `cli:root`. */
export async function appendServiceLog(
  tx: Transaction,
  entry: { serviceId: ServiceId; action: ServiceAction; actor: string; detail?: LogDetail },
): Promise<void> {
  const { serviceId, action, actor, detail } = entry;
  await orm(tx)
    .insert(serviceLogs)
    .values({ serviceId: BigInt(serviceId), action, actor, detail: detail ?? {} });
}

/** What happened to a service once, and who did it (`user:ann@example.net`, `cli:root`, `system`). */
export interface ServiceLogEntry {
  readonly id: string;
  readonly at: Date;
  readonly action: string;
  readonly actor: string;
  readonly detail: LogDetail;
}

/** The log of a service, newest first; `beforeId` goes on below an entry. */
export async function listServiceLog(
  q: Queryable,
  filter: { readonly serviceId: ServiceId; readonly beforeId?: string | undefined; readonly limit: number },
): Promise<ServiceLogEntry[]> {
  const { serviceId, beforeId, limit } = filter;
  const rows = await orm(q)
    .select()
    .from(serviceLogs)
    .where(
      and(
        eq(serviceLogs.serviceId, BigInt(serviceId)),
        beforeId === undefined ? undefined : lt(serviceLogs.id, BigInt(beforeId)),
      ),
    )
    .orderBy(desc(serviceLogs.id))
    .limit(limit);
  return rows.map((row) => ({
    id: row.id.toString(),
    at: row.createdAt,
    action: row.action,
    actor: row.actor,
    // Written by appendServiceLog alone.
    detail: row.detail as LogDetail,
  }));
}
