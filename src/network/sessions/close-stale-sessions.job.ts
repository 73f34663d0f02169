import { HearingRecord } from './session-closing.ts';
import {
  closeStaleSessions,
  type StaleSessionCounts,
  type StaleSessionOptions,
} from './stale-sessions.service.ts';

/** The job as the scheduler takes it. */
export interface CloseStaleSessionsJob {
  readonly name: 'close-stale-sessions';
  /** Every minute. */
  readonly schedule: string;
  run(): Promise<StaleSessionCounts>;
}

/** Make one per process: it remembers between runs how long each router has been heard. */
export function closeStaleSessionsJob(options: StaleSessionOptions): CloseStaleSessionsJob {
  const hearing = new HearingRecord();
  return {
    name: 'close-stale-sessions',
    schedule: '* * * * *',
    run: () => closeStaleSessions(options, hearing),
  };
}
