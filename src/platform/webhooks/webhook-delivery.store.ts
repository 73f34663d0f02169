import type { Queryable, Transaction } from '../../db/database.ts';
import type { DeliveryStatus, WebhookBody } from './webhook.ts';

/** One event on its way to one endpoint. */
export interface WebhookDelivery {
  readonly id: string;
  readonly endpointId: string;
  readonly topic: string;
  readonly body: WebhookBody;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly nextAt: Date;
  readonly responseStatus: number | null;
  readonly responseMs: number | null;
  readonly lastError: string | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

const COLUMNS = `id, endpoint_id as "endpointId", topic, body, status, attempts, next_at as "nextAt",
  response_status as "responseStatus", response_ms as "responseMs", last_error as "lastError",
  created_at as "createdAt", ended_at as "endedAt"`;

/** Writes a delivery to every endpoint that wants the event; once, however often the event comes. */
export async function enqueueEvent(
  q: Queryable,
  event: { readonly outboxId: string; readonly topic: string; readonly body: WebhookBody },
): Promise<void> {
  await q.query(
    `insert into webhook_deliveries (endpoint_id, outbox_id, topic, body)
     select id, $1::bigint, $2, $3::jsonb from webhook_endpoints
     where disabled_at is null and (topics = '{}' or $2 = any (topics))
     on conflict (endpoint_id, outbox_id) do nothing`,
    [event.outboxId, event.topic, JSON.stringify(event.body)],
  );
}

/** Writes a delivery of its own to one endpoint. */
export async function enqueueTo(
  tx: Transaction,
  delivery: { readonly endpointId: string; readonly topic: string; readonly body: WebhookBody },
): Promise<WebhookDelivery> {
  const [row] = await tx.query<WebhookDelivery>(
    `insert into webhook_deliveries (endpoint_id, topic, body) values ($1::bigint, $2, $3::jsonb)
     returning ${COLUMNS}`,
    [delivery.endpointId, delivery.topic, JSON.stringify(delivery.body)],
  );
  return row;
}

/** What a claimed delivery needs to be sent. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly topic: string;
  readonly body: WebhookBody;
  /** Counts this attempt: 1 the first time. */
  readonly attempts: number;
  readonly url: string;
  readonly secretEnc: Buffer;
}

/** Takes due deliveries of enabled endpoints for `leaseMs`; hosts never take the same one. */
export async function claimDue(
  q: Queryable,
  { limit, leaseMs }: { readonly limit: number; readonly leaseMs: number },
): Promise<ClaimedDelivery[]> {
  return q.query<ClaimedDelivery>(
    `with due as (
       select d.id from webhook_deliveries d join webhook_endpoints e on e.id = d.endpoint_id
       where d.status = 'waiting' and d.next_at <= now() and e.disabled_at is null
       order by d.next_at, d.id limit $1::int for update of d skip locked
     )
     update webhook_deliveries d
     set attempts = d.attempts + 1, next_at = now() + make_interval(secs => $2::float8 / 1000)
     from due, webhook_endpoints e where d.id = due.id and e.id = d.endpoint_id
     returning d.id, d.topic, d.body, d.attempts, e.url, e.secret_enc as "secretEnc"`,
    [limit, leaseMs],
  );
}

/** How an attempt went. `retryMs` undefined ends the delivery. */
export interface AttemptResult {
  readonly id: string;
  readonly status: DeliveryStatus;
  readonly responseStatus: number | undefined;
  readonly responseMs: number | undefined;
  readonly error: string | undefined;
  readonly retryMs: number | undefined;
}

/** Records an attempt. */
export async function recordAttempt(q: Queryable, result: AttemptResult): Promise<void> {
  await q.query(
    `update webhook_deliveries set status = $2, response_status = $3::int, response_ms = $4::int, last_error = $5,
       next_at = now() + make_interval(secs => coalesce($6::float8, 0) / 1000),
       ended_at = case when $2 = 'waiting' then null else now() end
     where id = $1::bigint and status = 'waiting'`,
    [
      result.id,
      result.status,
      result.responseStatus ?? null,
      result.responseMs ?? null,
      result.error ?? null,
      result.retryMs ?? null,
    ],
  );
}

/** The deliveries of an endpoint, newest first. */
export async function listDeliveries(
  q: Queryable,
  filter: {
    readonly endpointId: string;
    readonly status?: DeliveryStatus | undefined;
    readonly beforeId?: string | undefined;
    readonly limit: number;
  },
): Promise<WebhookDelivery[]> {
  return q.query<WebhookDelivery>(
    `select ${COLUMNS} from webhook_deliveries
     where endpoint_id = $1::bigint and ($2::text is null or status = $2::text)
       and ($3::bigint is null or id < $3::bigint)
     order by id desc limit $4::int`,
    [filter.endpointId, filter.status ?? null, filter.beforeId ?? null, filter.limit],
  );
}

/** Lets a delivery begin anew; undefined when the endpoint has none of that id. */
export async function restartDelivery(
  tx: Transaction,
  ids: { readonly endpointId: string; readonly id: string },
): Promise<WebhookDelivery | undefined> {
  const [row] = await tx.query<WebhookDelivery>(
    `update webhook_deliveries set status = 'waiting', attempts = 0, next_at = now(), ended_at = null
     where id = $1::bigint and endpoint_id = $2::bigint returning ${COLUMNS}`,
    [ids.id, ids.endpointId],
  );
  return row;
}

/** Deletes deliveries that ended so many days ago; returns how many. */
export async function deleteOldDeliveries(q: Queryable, keepDays: number): Promise<number> {
  const rows = await q.query(
    `delete from webhook_deliveries where created_at < now() - make_interval(days => $1::int) and status <> 'waiting'
     returning id`,
    [keepDays],
  );
  return rows.length;
}
