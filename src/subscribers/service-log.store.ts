import type { Transaction } from '../db/database.ts';
import { orm } from '../db/orm.ts';
import { serviceLogs } from '../db/schema/services.ts';
import type { ServiceId } from '../kernel/ids.ts';
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
