import type { RatePair } from '../kernel/bandwidth.ts';

/** What a line carried in one local hour. */
export interface UsedHour {
  readonly atMs: number;
  /** Of the wall clock, 0 to 23. */
  readonly hour: number;
  readonly uploadOctets: number;
  readonly downloadOctets: number;
  readonly peakBps: number;
}

/** The usage of one local day. */
export interface PastDay {
  readonly uploadOctets: number;
  readonly downloadOctets: number;
  readonly peakBps: number;
  /** Both directions, by the wall clock's hour. */
  readonly hours: readonly number[];
}

/** A session that is over. */
export interface PastSession {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly uploadOctets: number;
  readonly downloadOctets: number;
  /** As sessions name it. */
  readonly closeCause: string;
}

const HOUR_MS = 3_600_000;
/** How busy an ordinary home is from hour to hour: quiet at night, busiest between 19 and 22. */
const DAY_CURVE = [
  0.3, 0.16, 0.09, 0.06, 0.06, 0.1, 0.22, 0.34, 0.36, 0.36, 0.38, 0.4, 0.46, 0.46, 0.44, 0.46, 0.54, 0.68,
  0.86, 1, 1, 0.96, 0.78, 0.5,
];
const CURVE_SUM = DAY_CURVE.reduce((sum, share) => sum + share, 0);
const UPLOAD_MEAN = 0.16;
const DEMAND_MAX = 0.95;
const CAUSES = ['user_request', 'lost_carrier', 'user_request', 'idle_timeout', 'nas_reboot'];
const SESSION_HOURS_MAX = 64;

/** The demand, a share of the rate at the busiest hour, that comes to so many octets a day on average. */
export function demandFor(octetsPerDay: number, rate: RatePair): number {
  return octetsPerDay / (hourOctets(rate) * CURVE_SUM * (1 + UPLOAD_MEAN));
}

/** The traffic of the whole hours of `[fromMs, toMs)`, which begins with local hour `firstHour`. */
export function usedHours(line: {
  readonly rate: RatePair;
  readonly demand: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly firstHour: number;
  /** Fractions in [0, 1). */
  readonly random: () => number;
}): UsedHour[] {
  const { rate, demand, fromMs, toMs, firstHour, random } = line;
  const hours: UsedHour[] = [];
  for (let atMs = fromMs; atMs + HOUR_MS <= toMs; atMs += HOUR_MS) {
    const hour = (firstHour + hours.length) % 24;
    const share = Math.min(DEMAND_MAX, demand * DAY_CURVE[hour] * (0.3 + random() * 1.4));
    const downloadOctets = Math.floor(hourOctets(rate) * share);
    const uploadOctets = Math.floor(downloadOctets * (UPLOAD_MEAN - 0.06 + random() * 0.12));
    // Traffic comes in bursts: the busiest minutes are a multiple of the hour, up to the line's rate.
    const peakBps = Math.min(rate.downloadBps, Math.floor((downloadOctets * 8 * (2 + random() * 3)) / 3600));
    hours.push({ atMs, hour, uploadOctets, downloadOctets, peakBps });
  }
  return hours;
}

/** Hours of one day together. */
export function dayOf(used: readonly UsedHour[]): PastDay {
  const hours = new Array<number>(24).fill(0);
  for (const { hour, uploadOctets, downloadOctets } of used) hours[hour] += uploadOctets + downloadOctets;
  return {
    uploadOctets: used.reduce((sum, one) => sum + one.uploadOctets, 0),
    downloadOctets: used.reduce((sum, one) => sum + one.downloadOctets, 0),
    peakBps: used.reduce((peak, one) => Math.max(peak, one.peakBps), 0),
    hours,
  };
}

/** The sessions that carried the hours of one line, in their order: one ends where hours are missing, or now and then. */
export function sessionsOf(used: readonly UsedHour[], random: () => number): PastSession[] {
  const sessions: PastSession[] = [];
  for (let at = 0; at < used.length; ) {
    const wanted = 4 + Math.floor(random() * (SESSION_HOURS_MAX - 4));
    let end = at + 1;
    while (end < used.length && end - at < wanted && used[end].atMs - used[end - 1].atMs === HOUR_MS)
      end += 1;
    const mine = used.slice(at, end);
    sessions.push({
      // The line comes up and goes down within the hours: the gap lies between.
      startedAtMs: mine[0].atMs + Math.floor(random() * 600) * 1000,
      endedAtMs: mine[mine.length - 1].atMs + HOUR_MS - Math.floor(random() * 600 + 1) * 1000,
      uploadOctets: mine.reduce((sum, hour) => sum + hour.uploadOctets, 0),
      downloadOctets: mine.reduce((sum, hour) => sum + hour.downloadOctets, 0),
      closeCause: CAUSES[Math.floor(random() * CAUSES.length)],
    });
    at = end;
  }
  return sessions;
}

/** What a line carries in an hour at its full rate downwards. */
function hourOctets({ downloadBps }: RatePair): number {
  return (downloadBps / 8) * 3600;
}
