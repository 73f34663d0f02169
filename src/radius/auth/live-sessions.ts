import type { SessionTable } from '../../usage/sessions/session-table.ts';
import type { Subscriber } from './subscriber.ts';

/** How long an accepted login may take to send its Start, seconds. */
const START_WITHIN_S = 10;

/**
 * Sessions of a service that count against its limit: open, heard of within three interim intervals (a power cut
 * leaves no Stop, product-demands 1-5), and not the same place dialling again where
 * that replaces the old session. A login let in elsewhere a moment ago
 * whose Start has not come yet counts too, so that two at once cannot both slip in.
 */
export function otherLiveSessions(
  table: SessionTable,
  subscriber: Subscriber,
  request: {
    readonly stationHash: number;
    readonly nowS: number;
    readonly silentAfterS: number;
    /** A new session of a place closes the old one there. */
    readonly replacesOld: boolean;
  },
): number {
  let count = 0;
  let hasStarted = false;
  for (let at = table.firstOpen(subscriber.serviceNumber); at !== undefined; at = at.nextOpen) {
    const { session } = at;
    if (session === undefined) continue;
    if (session.stationHash === subscriber.acceptedStation) hasStarted = true;
    const isThere = session.stationHash !== 0 && session.stationHash === request.stationHash;
    if (isThere && request.replacesOld) continue;
    if (request.nowS - session.lastReportAtS > request.silentAfterS) continue;
    count += 1;
  }
  const isPending =
    !hasStarted &&
    subscriber.acceptedStation !== 0 &&
    subscriber.acceptedStation !== request.stationHash &&
    request.nowS - subscriber.acceptedAtS <= START_WITHIN_S;
  return isPending ? count + 1 : count;
}
