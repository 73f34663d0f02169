import type { Queryable, Transaction } from '../../db/database.ts';

/** Where events are told to. */
export interface WebhookEndpoint {
  readonly id: string;
  readonly url: string;
  readonly description: string | null;
  /** None means all. */
  readonly topics: readonly string[];
  readonly disabledAt: Date | null;
  readonly version: number;
  readonly createdAt: Date;
}

const COLUMNS = `id, url, description, to_jsonb(topics) as topics, disabled_at as "disabledAt", version,
  created_at as "createdAt"`;

/** All endpoints, newest first; there are few. */
export async function listEndpoints(q: Queryable): Promise<WebhookEndpoint[]> {
  return q.query<WebhookEndpoint>(`select ${COLUMNS} from webhook_endpoints order by id desc`);
}

/** One endpoint, locked when a transaction is about to change it. */
export async function findEndpoint(
  q: Queryable,
  id: string,
  lock: 'for update' | '' = '',
): Promise<WebhookEndpoint | undefined> {
  const [row] = await q.query<WebhookEndpoint>(
    `select ${COLUMNS} from webhook_endpoints where id = $1::bigint ${lock}`,
    [id],
  );
  return row;
}

/** Adds an endpoint. */
export async function insertEndpoint(
  tx: Transaction,
  endpoint: {
    readonly url: string;
    readonly description: string | undefined;
    readonly topics: readonly string[];
    readonly secretEnc: Buffer;
  },
): Promise<WebhookEndpoint> {
  const { url, description, topics, secretEnc } = endpoint;
  const [row] = await tx.query<WebhookEndpoint>(
    `insert into webhook_endpoints (url, description, topics, secret_enc)
     values ($1, $2, array(select jsonb_array_elements_text($3::jsonb)), $4) returning ${COLUMNS}`,
    [url, description ?? null, JSON.stringify(topics), secretEnc],
  );
  return row;
}

/** Writes what may change, and raises the version. */
export async function updateEndpoint(
  tx: Transaction,
  endpoint: Pick<WebhookEndpoint, 'id' | 'url' | 'description' | 'topics' | 'disabledAt'>,
): Promise<WebhookEndpoint> {
  const { id, url, description, topics, disabledAt } = endpoint;
  const [row] = await tx.query<WebhookEndpoint>(
    `update webhook_endpoints set url = $2, description = $3,
       topics = array(select jsonb_array_elements_text($4::jsonb)), disabled_at = $5::timestamptz,
       version = version + 1
     where id = $1::bigint returning ${COLUMNS}`,
    [id, url, description, JSON.stringify(topics), disabledAt],
  );
  return row;
}

/** Replaces the sealed secret. */
export async function updateSecret(tx: Transaction, id: string, secretEnc: Buffer): Promise<void> {
  await tx.query(
    `update webhook_endpoints set secret_enc = $2, version = version + 1 where id = $1::bigint`,
    [id, secretEnc],
  );
}

/** Removes an endpoint with its deliveries. */
export async function deleteEndpoint(tx: Transaction, id: string): Promise<void> {
  await tx.query(`delete from webhook_endpoints where id = $1::bigint`, [id]);
}
