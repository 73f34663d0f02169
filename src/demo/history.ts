import type { RatePair } from '../kernel/bandwidth.ts';
import type { LocalHours } from '../kernel/calendar.ts';

/** Whose past is wanted. */
export interface HistoryRequest {
  /** What the line carries at most. */
  readonly rate: RatePair;
  /** Share of the rate in use at the busiest hour, on average. */
  readonly demand: number;
  /** Both directions together over the whole time; absent: as it comes. */
  readonly totalOctets: number | undefined;
  /** Whole hours since the epoch, in ms. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Of the time zone days are told in. */
  readonly localHours: LocalHours;
  /** Fractions in [0, 1). */
  readonly random: () => number;
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

/** The usage of one local day. */
export interface PastDay {
  /** ISO date. */
  readonly date: string;
  uploadOctets: number;
  downloadOctets: number;
  peakBps: number;
  /** Both directions, by the wall clock's hour. */
  readonly hours: number[];
}

/** A subscriber's past; every octet of a session is in exactly one day. */
export interface History {
  readonly sessions: readonly PastSession[];
  readonly days: readonly PastDay[];
}

const HOUR_MS = 3_600_000;
/** How busy an ordinary home is from hour to hour: quiet at night, busiest between 19 and 22. */
const DAY_CURVE = [
  0.3, 0.16, 0.09, 0.06, 0.06, 0.1, 0.22, 0.34, 0.36, 0.36, 0.38, 0.4, 0.46, 0.46, 0.44, 0.46, 0.54, 0.68,
  0.86, 1, 1, 0.96, 0.78, 0.5,
];
const CAUSES = ['user_request', 'lost_carrier', 'user_request', 'idle_timeout', 'nas_reboot'];

/** Makes up the past of one line: sessions end to end with short gaps, used as homes use their line. */
export function historyOf(request: HistoryRequest): History {
  const hours = hoursOf(request);
  const days = new Map<string, PastDay>();
  const sessions: PastSession[] = [];
  for (let at = 0; at < hours.length; ) {
    const length = Math.min(hours.length - at, 4 + Math.floor(request.random() * 60));
    const mine = hours.slice(at, at + length);
    // The line comes up and goes down within the hours: the gap lies between.
    const startedAtMs = mine[0].atMs + Math.floor(request.random() * 600) * 1000;
    const endedAtMs = mine[mine.length - 1].atMs + HOUR_MS - Math.floor(request.random() * 600 + 1) * 1000;
    sessions.push({
      startedAtMs,
      endedAtMs,
      uploadOctets: mine.reduce((sum, hour) => sum + hour.uploadOctets, 0),
      downloadOctets: mine.reduce((sum, hour) => sum + hour.downloadOctets, 0),
      closeCause: CAUSES[Math.floor(request.random() * CAUSES.length)],
    });
    for (const hour of mine) addToDay(days, hour);
    at += length;
  }
  return { sessions, days: [...days.values()] };
}

interface UsedHour {
  readonly atMs: number;
  readonly date: string;
  readonly hour: number;
  readonly uploadOctets: number;
  readonly downloadOctets: number;
  readonly peakBps: number;
}

function hoursOf(request: HistoryRequest): UsedHour[] {
  const { rate, demand, fromMs, toMs, localHours, random } = request;
  const wanted: { atMs: number; date: string; hour: number; share: number; upload: number }[] = [];
  for (let atMs = fromMs; atMs + HOUR_MS <= toMs; atMs += HOUR_MS) {
    const { date, hour } = localHours.at(atMs);
    const share = Math.min(0.95, demand * DAY_CURVE[hour] * (0.3 + random() * 1.4));
    wanted.push({ atMs, date, hour, share, upload: 0.1 + random() * 0.12 });
  }
  const hourOctets = (rate.downloadBps / 8) * 3600;
  const sum = wanted.reduce((all, { share, upload }) => all + share * (1 + upload), 0) * hourOctets;
  const scale = request.totalOctets === undefined || sum === 0 ? 1 : request.totalOctets / sum;
  return wanted.map(({ atMs, date, hour, share, upload }) => {
    const downloadOctets = Math.floor(hourOctets * share * scale);
    // Traffic comes in bursts: the busiest minutes are a multiple of the hour, up to the line's rate.
    const peakBps = Math.min(rate.downloadBps, Math.floor((downloadOctets * 8 * (2 + random() * 3)) / 3600));
    return { atMs, date, hour, uploadOctets: Math.floor(downloadOctets * upload), downloadOctets, peakBps };
  });
}

function addToDay(days: Map<string, PastDay>, used: UsedHour): void {
  let day = days.get(used.date);
  if (day === undefined) {
    day = {
      date: used.date,
      uploadOctets: 0,
      downloadOctets: 0,
      peakBps: 0,
      hours: new Array<number>(24).fill(0),
    };
    days.set(used.date, day);
  }
  day.uploadOctets += used.uploadOctets;
  day.downloadOctets += used.downloadOctets;
  day.peakBps = Math.max(day.peakBps, used.peakBps);
  day.hours[used.hour] += used.uploadOctets + used.downloadOctets;
}
