import type { Database } from '../../db/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import { type Poller, startPoller } from '../events/poller.service.ts';
import type { Logger } from '../logger.port.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { ATTEMPT_DELAYS_MS, signedHeaders } from './webhook.ts';
import {
  type AttemptResult,
  type ClaimedDelivery,
  claimDue,
  recordAttempt,
} from './webhook-delivery.store.ts';
import type { SendOutcome, WebhookSender } from './webhook-sender.port.ts';

const POLL_MS = 1_000;
const BATCH_MAX = 16;
/** Longer than an attempt may take; only a worker that died lets it run out. */
const LEASE_MS = 60_000;

/** Sends what waits for endpoints: signed, retried with longer and longer waits, given up after a day. */
export function openWebhookDeliverer(options: {
  readonly db: Database;
  readonly box: SecretBox;
  /** The machine's clock. */
  readonly clock: Clock;
  readonly logger: Logger;
  readonly sender: WebhookSender;
  readonly allowsPrivate: () => Promise<boolean>;
}): Poller {
  const { db, box, clock, logger, sender } = options;
  const deliver = async (delivery: ClaimedDelivery, allowsPrivate: boolean): Promise<void> => {
    const { id, topic, url } = delivery;
    const body = JSON.stringify({ id, ...delivery.body });
    const atS = Math.floor(clock.nowMs() / 1000);
    const secret = box.open(delivery.secretEnc).toString();
    const headers = signedHeaders({ id, topic, body, secret, atS });
    const result = resultOf(delivery, await sender.send({ url, headers, body, allowsPrivate }));
    await recordAttempt(db, result);
    if (result.status === 'failed') logger.warn({ event: 'webhooks.given_up', delivery_id: id, topic });
  };
  return startPoller({
    pollMs: POLL_MS,
    pass: async () => {
      const due = await claimDue(db, { limit: BATCH_MAX, leaseMs: LEASE_MS });
      if (due.length === 0) return false;
      const allowsPrivate = await options.allowsPrivate();
      const ended = await Promise.allSettled(due.map((delivery) => deliver(delivery, allowsPrivate)));
      for (const each of ended) {
        if (each.status === 'rejected') logger.warn({ event: 'webhooks.not_sent', err: each.reason });
      }
      return due.length === BATCH_MAX;
    },
    onError: (error) => logger.warn({ event: 'webhooks.pass_failed', err: error }),
  });
}

/** Any 2xx takes the delivery; everything else, a redirect too, is tried again. */
function resultOf({ id, attempts }: ClaimedDelivery, outcome: SendOutcome): AttemptResult {
  const answer =
    outcome.kind === 'answered'
      ? { responseStatus: outcome.status, responseMs: outcome.tookMs }
      : { responseStatus: undefined, responseMs: undefined };
  if (outcome.kind === 'answered' && outcome.status >= 200 && outcome.status < 300) {
    return { id, ...answer, status: 'delivered', error: undefined, retryMs: undefined };
  }
  const error = outcome.kind === 'answered' ? `It answered ${outcome.status}.` : outcome.reason.slice(0, 500);
  const retryMs = ATTEMPT_DELAYS_MS[attempts - 1];
  return { id, ...answer, status: retryMs === undefined ? 'failed' : 'waiting', error, retryMs };
}
