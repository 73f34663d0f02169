import type { Database } from '../../db/database.ts';
import { type AuditFilter, listAudit, type StoredAudit } from './audit.store.ts';

export type { AuditFilter, StoredAudit };

/** The audit log, newest first; `beforeId` of the filter goes on below an entry. */
export function readAudit(db: Database, filter: AuditFilter): Promise<StoredAudit[]> {
  return listAudit(db, filter);
}
