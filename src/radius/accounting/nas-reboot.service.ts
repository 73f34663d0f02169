import type { Database } from '../../db/database.ts';
import { closeSessionsOfNas, sessionsById } from '../../usage/sessions/session.store.ts';
import type { AccountingBatcher } from './batcher.service.ts';

/**
 * Accounting-On or -Off at the instant `atMs`: the router has lost its sessions, so those it reported from this
 * address are closed (RFC 2866 section 5.1; product-demands 3). Answered only when that is durable. Returns their ids.
 */
export async function closeForReboot(
  db: Database,
  batcher: AccountingBatcher,
  reboot: { readonly nasId: number; readonly nasAddress: string; readonly atMs: number },
): Promise<number[]> {
  const ids = await closeSessionsOfNas(db, reboot);
  for (let at = 0; at < ids.length; at += 5_000) {
    batcher.adopt(await sessionsById(db, ids.slice(at, at + 5_000)));
  }
  return ids.map(Number);
}
