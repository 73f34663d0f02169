import { parseRateLimit, type RateLimit, type RatePair } from '../../kernel/bandwidth.ts';

/** The values of a queue that enforces a rate, as `/queue/simple` takes them; upload stands first. */
export type QueueRates = Readonly<
  Record<'max-limit' | 'limit-at' | 'burst-limit' | 'burst-threshold' | 'burst-time' | 'priority', string>
>;

/** A rate limit as a queue writes it: `5M/20M` is max-limit 5000000/20000000; without one nothing is limited. */
export function queueRates(rateLimit: string | undefined): QueueRates {
  const parsed = rateLimit === undefined ? undefined : parseRateLimit(rateLimit);
  const limit: RateLimit | undefined = parsed?.ok ? parsed.value : undefined;
  const { burst, threshold, time, priority = 8, min } = limit ?? {};
  return {
    'max-limit': pair(limit),
    'limit-at': pair(min),
    'burst-limit': pair(burst),
    'burst-threshold': pair(burst === undefined ? undefined : (threshold ?? limit)),
    'burst-time': burst === undefined ? '0s/0s' : `${time?.uploadS ?? 1}s/${time?.downloadS ?? 1}s`,
    priority: `${priority}/${priority}`,
  };
}

/** Whether a queue's `max-limit` is this rate, however the router writes it (`5M/20M`, `5000000/20000000`). */
export function isMaxLimit(shown: string | undefined, rateLimit: string | undefined): boolean {
  return normalPair(shown ?? '') === normalPair(queueRates(rateLimit)['max-limit']);
}

/** Upload and download of a value such as `max-limit` or `bytes`, in whole numbers; undefined when it is none. */
export function readPair(text: string): RatePair | undefined {
  const [up, down, ...rest] = text.split('/').map(plainNumber);
  if (up === undefined || down === undefined || rest.length > 0) return undefined;
  return { uploadBps: up, downloadBps: down };
}

function normalPair(text: string): string {
  const read = readPair(text);
  return read === undefined ? text : `${read.uploadBps}/${read.downloadBps}`;
}

function plainNumber(text: string): number | undefined {
  const match = /^(\d+)([kMG]?)$/.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * ({ k: 1e3, M: 1e6, G: 1e9 }[match[2] ?? ''] ?? 1);
}

function pair(rates: RatePair | undefined): string {
  return rates === undefined ? '0/0' : `${rates.uploadBps}/${rates.downloadBps}`;
}
