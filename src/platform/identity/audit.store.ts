import { and, desc, eq, gte, lt, type SQL } from 'drizzle-orm';
import type { Queryable, Transaction } from '../../db/database.ts';
import { orm } from '../../db/orm.ts';
import { auditLog } from '../../db/schema/identity.ts';
import { type AuditEntry, type AuditImage, auditDiff } from './audit.ts';

/** Records a change in the transaction that makes it; secrets and contacts are masked on the way. */
export async function recordAudit(tx: Transaction, entry: AuditEntry): Promise<void> {
  const { actor, action, entity, entityId } = entry;
  const { before, after } = auditDiff(entry.before, entry.after);
  await orm(tx).insert(auditLog).values({
    actorKind: actor.kind,
    actorId: actor.id,
    actorName: actor.name,
    address: actor.address,
    requestId: actor.requestId,
    action,
    entity,
    entityId,
    before,
    after,
  });
}

/** An entry as it is kept. */
export interface StoredAudit {
  readonly id: bigint;
  readonly createdAt: Date;
  readonly actorKind: string;
  readonly actorId: string | null;
  readonly actorName: string;
  readonly address: string | null;
  readonly requestId: string | null;
  readonly action: string;
  readonly entity: string;
  readonly entityId: string;
  readonly before: AuditImage | null;
  readonly after: AuditImage | null;
}

/** Which entries; `beforeId` goes on below an entry, newest first. */
export interface AuditFilter {
  readonly entity?: string | undefined;
  readonly entityId?: string | undefined;
  readonly action?: string | undefined;
  readonly actorName?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly beforeId?: bigint | undefined;
  readonly limit: number;
}

/** Entries newest first. */
export async function listAudit(q: Queryable, filter: AuditFilter): Promise<StoredAudit[]> {
  const conditions: SQL[] = [];
  if (filter.entity !== undefined) conditions.push(eq(auditLog.entity, filter.entity));
  if (filter.entityId !== undefined) conditions.push(eq(auditLog.entityId, filter.entityId));
  if (filter.action !== undefined) conditions.push(eq(auditLog.action, filter.action));
  if (filter.actorName !== undefined) conditions.push(eq(auditLog.actorName, filter.actorName));
  if (filter.from !== undefined) conditions.push(gte(auditLog.createdAt, filter.from));
  if (filter.to !== undefined) conditions.push(lt(auditLog.createdAt, filter.to));
  if (filter.beforeId !== undefined) conditions.push(lt(auditLog.id, filter.beforeId));
  const rows = await orm(q)
    .select()
    .from(auditLog)
    .where(and(...conditions))
    .orderBy(desc(auditLog.id))
    .limit(filter.limit);
  // Written by recordAudit alone.
  return rows as StoredAudit[];
}
