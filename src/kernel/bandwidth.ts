import { err, ok, type Result } from './result.ts';

/** A pair of rates in bits per second; upload is what the subscriber sends (the router's rx). */
export interface RatePair {
  readonly uploadBps: number;
  readonly downloadBps: number;
}

/** Seconds over which RouterOS averages the traffic when it decides about a burst. */
export interface BurstTime {
  readonly uploadS: number;
  readonly downloadS: number;
}

/**
 * What a Mikrotik-Rate-Limit says (mikrotik-radius section 5). Absent parts take the router's defaults:
 * threshold = rate, time = 1 s, priority 8, min = rate. A burst of 0 in one direction is no burst there.
 */
export interface RateLimit extends RatePair {
  readonly burst?: RatePair;
  readonly threshold?: RatePair;
  readonly time?: BurstTime;
  /** 1 (served first) to 8. */
  readonly priority?: number;
  /** The guaranteed rate (limit-at of the queue). */
  readonly min?: RatePair;
}

/** The highest rate taken for meant: 1 Tbit/s; above it somebody typed a unit too much. */
export const RATE_BPS_MAX = 1_000_000_000_000;
/** The longest burst average taken for meant: one day. */
export const BURST_TIME_S_MAX = 86_400;

/** Parses the full Mikrotik-Rate-Limit grammar, upload first; the error is a sentence for a person. */
export function parseRateLimit(text: string): Result<RateLimit, string> {
  const fields = text.trim().split(/\s+/);
  if (fields.length > 6) {
    return err(`'${text.trim()}': at most six fields: rate, burst, threshold, time, priority, min.`);
  }
  const [rateText = '', burstText, thresholdText, timeText, priorityText, minText] = fields;
  const rate = parsePair(rateText, parseRate);
  const burst = parsePair(burstText ?? '0', parseRate);
  const threshold = parsePair(thresholdText ?? '0', parseRate);
  const time = parsePair(timeText ?? '0', parseDigits);
  const priority = parsePair(priorityText ?? '8', parseDigits);
  const min = parsePair(minText ?? '0', parseRate);
  if (!rate || !burst || !threshold || !min) {
    const bad = !rate ? rateText : !burst ? burstText : !threshold ? thresholdText : minText;
    return err(`'${bad}': a rate is digits with an optional k or M, upload first, such as 5M/20M.`);
  }
  if (!time) return err(`'${timeText}': a burst time is whole seconds, upload first, such as 8/8.`);
  if (!priority || priority[0] !== priority[1]) {
    return err(`'${priorityText}': the priority is one number from 1 (served first) to 8.`);
  }
  const hasBurst = burst[0] > 0 || burst[1] > 0;
  const limit: RateLimit = {
    ...toRates(rate),
    ...(hasBurst ? { burst: toRates(burst) } : {}),
    ...(hasBurst && thresholdText !== undefined ? { threshold: toRates(threshold) } : {}),
    ...(hasBurst && timeText !== undefined ? { time: { uploadS: time[0], downloadS: time[1] } } : {}),
    ...(priorityText !== undefined ? { priority: priority[0] } : {}),
    ...(min[0] > 0 || min[1] > 0 ? { min: toRates(min) } : {}),
  };
  const objection = objectionTo(limit);
  return objection === undefined ? ok(limit) : err(objection);
}

/** The canonical text: both directions, whole numbers with k or M, no trailing defaults nobody gave. */
export function formatRateLimit(limit: RateLimit): string {
  const fields = [formatPair(limit)];
  const { burst, threshold, time, priority, min } = limit;
  const last = min ? 6 : priority !== undefined ? 5 : !burst ? 1 : time ? 4 : threshold ? 3 : 2;
  // The fields are positional: what is missing before a given one is filled with the router's own default.
  if (last >= 2) fields.push(burst ? formatPair(burst) : '0/0');
  if (last >= 3) fields.push(burst ? formatPair(threshold ?? limit) : '0/0');
  if (last >= 4) fields.push(burst ? `${time?.uploadS ?? 1}/${time?.downloadS ?? 1}` : '0/0');
  if (last >= 5) fields.push(String(priority ?? 8));
  if (min) fields.push(formatPair(min));
  return fields.join(' ');
}

/** One rate as people write it: `20M`, `1500k`, `999`. */
export function formatRate(rateBps: number): string {
  if (rateBps > 0 && rateBps % 1_000_000 === 0) return `${rateBps / 1_000_000}M`;
  if (rateBps > 0 && rateBps % 1_000 === 0) return `${rateBps / 1_000}k`;
  return String(rateBps);
}

function formatPair(pair: RatePair): string {
  return `${formatRate(pair.uploadBps)}/${formatRate(pair.downloadBps)}`;
}

function toRates(pair: readonly [number, number]): RatePair {
  return { uploadBps: pair[0], downloadBps: pair[1] };
}

function parsePair(
  text: string,
  parse: (side: string) => number | undefined,
): readonly [number, number] | undefined {
  const [uploadText = '', downloadText = uploadText, ...rest] = text.split('/');
  const upload = parse(uploadText);
  const download = parse(downloadText);
  if (upload === undefined || download === undefined || rest.length > 0) return undefined;
  return [upload, download];
}

function parseDigits(text: string): number | undefined {
  return /^\d{1,13}$/.test(text) ? Number(text) : undefined;
}

/** k = 1000 and M = 1000000 bit/s; a capital K and a small m can mean nothing else. */
function parseRate(text: string): number | undefined {
  const unit = text.slice(-1).toLowerCase();
  const factor = unit === 'k' ? 1_000 : unit === 'm' ? 1_000_000 : 1;
  const digits = parseDigits(factor === 1 ? text : text.slice(0, -1));
  return digits === undefined ? undefined : digits * factor;
}

function objectionTo(limit: RateLimit): string | undefined {
  const { burst, threshold, time, priority, min } = limit;
  if (priority !== undefined && (priority < 1 || priority > 8)) {
    return `'${priority}': the priority is one number from 1 (served first) to 8.`;
  }
  for (const direction of ['upload', 'download'] as const) {
    const rateKey = `${direction}Bps` as const;
    const objection = objectionToDirection({
      direction,
      rateBps: limit[rateKey],
      burstBps: burst?.[rateKey] ?? 0,
      thresholdBps: threshold?.[rateKey] ?? limit[rateKey],
      timeS: time?.[`${direction}S`] ?? 1,
      minBps: min?.[rateKey] ?? 0,
    });
    if (objection !== undefined) return objection;
  }
  return undefined;
}

function objectionToDirection(one: {
  direction: 'upload' | 'download';
  rateBps: number;
  burstBps: number;
  thresholdBps: number;
  timeS: number;
  minBps: number;
}): string | undefined {
  const { direction, rateBps, burstBps, thresholdBps, timeS, minBps } = one;
  const rate = formatRate(rateBps);
  if (rateBps === 0) return `The ${direction} rate is 0: give a rate, or no rate limit at all for unlimited.`;
  if (rateBps > RATE_BPS_MAX || burstBps > RATE_BPS_MAX) {
    return `The ${direction} rate is above ${formatRate(RATE_BPS_MAX)}: that is more than any line carries.`;
  }
  if (minBps > rateBps) {
    return `The guaranteed ${direction} rate ${formatRate(minBps)} is above the rate ${rate}: it can be at most the rate.`;
  }
  if (burstBps === 0) return undefined;
  const burst = formatRate(burstBps);
  if (burstBps < rateBps) {
    return `The ${direction} burst ${burst} is below the rate ${rate}: a burst is at least the rate, or 0 for none.`;
  }
  if (thresholdBps === 0 || thresholdBps > burstBps) {
    const given = formatRate(thresholdBps);
    return `The ${direction} threshold ${given} does not fit the burst ${burst}: it is above 0 and at most the burst.`;
  }
  if (timeS < 1 || timeS > BURST_TIME_S_MAX) {
    return `The ${direction} burst time ${timeS} is out of range: 1 to ${BURST_TIME_S_MAX} seconds.`;
  }
  return undefined;
}
