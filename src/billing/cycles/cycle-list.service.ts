import type { Database } from '../../db/database.ts';
import type { ServiceId } from '../../kernel/ids.ts';
import { readService } from '../../subscribers/services/reading.service.ts';
import { type ListedCycle, listCycles } from './cycle-list.store.ts';

export type { ListedCycle } from './cycle-list.store.ts';

/** The periods of a service, newest first; throws `service_not_found`. */
export async function readCycles(
  db: Database,
  page: { readonly serviceId: ServiceId; readonly beforeSeq: number | undefined; readonly limit: number },
): Promise<ListedCycle[]> {
  await readService(db, { id: page.serviceId });
  return listCycles(db, page);
}
