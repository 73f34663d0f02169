/** Why a batch was not written, and with that what becomes of its reports. */
export type CommitFailure =
  /** The server is out of reach or in trouble: nothing can be written, the routers shall try again. */
  | 'database_down'
  /** A row was not as it is known here: read it again, judge again. */
  | 'stale'
  /** One of the reports holds what the database will not take. */
  | 'refused';

/** division_by_zero (a version moved, see commit-statement.ts), serialization_failure, unique_violation (a day opened elsewhere), deadlock_detected. */
const STALE = new Set(['22012', '40001', '23505', '40P01']);

/** Classes of SQLSTATE in which the server, not a report, is at fault: read-only, out of resources, cancelled, I/O. */
const SERVER_TROUBLE = /^(25|53|55|57|58|XX)/;

/** Judges what a commit was rejected with; `isConnectionLoss` comes from db/constraint-errors. */
export function commitFailure(error: unknown, isConnectionLoss: boolean): CommitFailure {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (isConnectionLoss || SERVER_TROUBLE.test(code)) return 'database_down';
  return STALE.has(code) ? 'stale' : 'refused';
}
