import type { Database } from '../db/database.ts';
import { liveRoles, type RoleHealth } from '../platform/health/role-health.store.ts';
import { type Backlog, type JobFacts, readBacklogs, readJobs } from './metrics.store.ts';
import { readSessionCounts } from './system-status.store.ts';

/** What monitors are told about the whole system, whichever hosts it runs on; undefined with the database away. */
export interface SystemFacts {
  readonly roles: readonly RoleHealth[];
  readonly sessions: { readonly sessions: number; readonly uncertain: number };
  readonly backlogs: Readonly<Record<string, Backlog>>;
  readonly jobs: readonly JobFacts[];
}

/** Reads it anew; never rejects. */
export async function readSystemFacts(db: Database): Promise<SystemFacts | undefined> {
  try {
    const [roles, sessions, backlogs, jobs] = await Promise.all([
      liveRoles(db),
      readSessionCounts(db),
      readBacklogs(db),
      readJobs(db),
    ]);
    return { roles, sessions, backlogs, jobs };
  } catch {
    return undefined;
  }
}
