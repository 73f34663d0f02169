import { createHmac } from 'node:crypto';
import { invalid } from '../../kernel/errors.ts';
import { EVENT_TOPICS } from '../events/event.ts';

/** The topic of a test, sent to one endpoint on demand. */
export const PING_TOPIC = 'webhook.ping';

/** What becomes of a delivery: waiting for its next attempt, taken by the endpoint, or given up. */
export const DELIVERY_STATUSES = ['waiting', 'delivered', 'failed'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** Waits after the first, second, ... failed attempt, in ms; after the last one the delivery is given up. */
export const ATTEMPT_DELAYS_MS: readonly number[] = [
  10_000, 60_000, 300_000, 1_800_000, 7_200_000, 21_600_000, 43_200_000,
];

const URL_LENGTH_MAX = 2_000;

/** The address of an endpoint as it is kept; throws `validation_failed`. */
export function checkUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isFit =
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    url.username === '' &&
    url.password === '' &&
    url.href.length <= URL_LENGTH_MAX;
  if (isFit) return url.href;
  throw invalid('The address of a webhook is an http or https URL without user name and password.', {
    url: 'must be an http or https URL without user name and password',
  });
}

/** The topics an endpoint wants, each once; none means all. Throws `validation_failed`. */
export function checkTopics(topics: readonly string[]): readonly string[] {
  const unknown = topics.filter((topic) => !EVENT_TOPICS.some((known) => known === topic));
  if (unknown.length === 0) return [...new Set(topics)].sort();
  throw invalid(`There is no event ${unknown.join(', ')}; there are ${EVENT_TOPICS.join(', ')}.`, {
    topics: `must be of ${EVENT_TOPICS.join(', ')}`,
  });
}

/** What an endpoint is sent. `data` holds ids; the API tells the rest. */
export interface WebhookBody {
  readonly topic: string;
  readonly occurred_at: string;
  readonly data: unknown;
}

/** The headers that prove a body to be ours: HMAC-SHA256 of `timestamp.body` under the secret of the endpoint. */
export function signedHeaders(parts: {
  readonly id: string;
  readonly topic: string;
  readonly body: string;
  readonly secret: string;
  /** Seconds since the epoch. */
  readonly atS: number;
}): Record<string, string> {
  const signature = createHmac('sha256', parts.secret).update(`${parts.atS}.${parts.body}`).digest('hex');
  return {
    'Content-Type': 'application/json',
    'User-Agent': 'NetFlow-ISP-Webhook',
    'X-NetFlow-Delivery': parts.id,
    'X-NetFlow-Topic': parts.topic,
    'X-NetFlow-Timestamp': String(parts.atS),
    'X-NetFlow-Signature': `v1=${signature}`,
  };
}
