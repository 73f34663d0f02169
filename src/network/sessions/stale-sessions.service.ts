import type { Database } from '../../db/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../platform/logger.port.ts';
import { INTERIM_DEFAULT_S } from '../enforcement/unheeded.service.ts';
import { type HearingRecord, judgeSilence, MISSED_INTERVALS_MAX, REPORT_GRACE_S } from './session-closing.ts';
import { closeStale, doubtSessions, routerContactsNow, silentSessions } from './stale-session.store.ts';

/** What one run did; nothing but these sessions was touched. */
export interface StaleSessionCounts {
  readonly [count: string]: number;
  /** Sessions found silent. */
  readonly silent: number;
  readonly doubted: number;
  readonly closed: number;
}

/** What the closing of stale sessions works with; the clock is the real one, never the test clock. */
export interface StaleSessionOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The setting of the installation, in seconds; default 300. */
  readonly interimDefaultS?: () => number;
}

const pageSizeMax = 1_000;
/** What is left over waits for the next run. */
const pagesMax = 200;

/**
 * Doubts sessions that fell silent and closes those their router goes on reporting without. `hearing` remembers
 * between runs how long each router has been heard: one per process.
 */
export async function closeStaleSessions(
  options: StaleSessionOptions,
  hearing: HearingRecord,
): Promise<StaleSessionCounts> {
  const { db, clock, logger } = options;
  const interimDefaultS = options.interimDefaultS?.() ?? INTERIM_DEFAULT_S;
  const nowMs = clock.nowMs();
  hearing.observe(await routerContactsNow(db, interimDefaultS), nowMs);
  const counts = await sweep(db, hearing, { nowMs, interimDefaultS });
  if (counts.doubted > 0 || counts.closed > 0) logger.info({ event: 'network.stale_sessions', ...counts });
  return counts;
}

async function sweep(
  db: Database,
  hearing: HearingRecord,
  { nowMs, interimDefaultS }: { nowMs: number; interimDefaultS: number },
): Promise<StaleSessionCounts> {
  let silent = 0;
  let doubted = 0;
  let closed = 0;
  let afterId = '0';
  for (let page = 0; page < pagesMax; page += 1) {
    const sessions = await silentSessions(db, {
      nowMs,
      missedMax: MISSED_INTERVALS_MAX,
      graceS: REPORT_GRACE_S,
      interimDefaultS,
      afterId,
      limit: pageSizeMax,
    });
    const verdicts = sessions.map((session) =>
      judgeSilence({ ...session, heardSinceMs: hearing.heardSinceMs(session.router) }, nowMs),
    );
    const doubt = sessions.filter((_, at) => verdicts[at] === 'doubt');
    const close = sessions.filter((_, at) => verdicts[at] === 'close');
    silent += sessions.length;
    if (doubt.length > 0) doubted += await doubtSessions(db, doubt, new Date(nowMs));
    if (close.length > 0) closed += await closeStale(db, close);
    const last = sessions.at(-1);
    if (last === undefined || sessions.length < pageSizeMax) break;
    afterId = last.id;
  }
  return { silent, doubted, closed };
}
