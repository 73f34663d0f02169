import type { Database } from '../../db/database.ts';
import { liveRoles, type RoleHealth } from './role-health.store.ts';
import { deleteSilentRoles } from './silent-roles.store.ts';

/** A role that was killed leaves its last report; after so long nobody compares with it any more. */
const KEEP_HOURS = 24;

/** Deletes the reports of roles long silent; returns how many. */
export function forgetSilentRoles(db: Database): Promise<number> {
  return deleteSilentRoles(db, KEEP_HOURS);
}

/** The roles of a kind that are heard of now, on whichever host, with what they count since their start. */
export async function readRoleCounters(db: Database, role: string): Promise<readonly RoleHealth[]> {
  return (await liveRoles(db)).filter((one) => one.role === role);
}
