import type { Database } from '../../db/database.ts';
import { decodeTrail } from '../policy/trail.ts';
import { type AuthLogFilter, type AuthLogLine, newestOfAuthLog } from './auth-log-report.store.ts';

/** A line of the authentication log with its checks spelled out. */
export type DecidedLogin = Omit<AuthLogLine, 'trail'> & { readonly checks: ReturnType<typeof decodeTrail> };

/** Logins and drops, newest first; a drop has no checks. */
export async function readLogins(db: Database, filter: AuthLogFilter): Promise<DecidedLogin[]> {
  const lines = await newestOfAuthLog(db, filter);
  return lines.map(({ trail, ...line }) => ({
    ...line,
    checks: line.outcome === 'drop' ? [] : decodeTrail(trail),
  }));
}
