import { randomBytes } from 'node:crypto';
import type { Database, Transaction } from '../../db/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import { notFound } from '../../kernel/errors.ts';
import { checkVersion } from '../../kernel/version.ts';
import type { Actor } from '../identity/actor.ts';
import { recordAudit } from '../identity/audit.store.ts';
import type { AuditImage } from '../identity/audit.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { checkTopics, checkUrl } from './webhook.ts';
import {
  deleteEndpoint,
  findEndpoint,
  insertEndpoint,
  listEndpoints,
  updateEndpoint,
  updateSecret,
  type WebhookEndpoint,
} from './webhook-endpoint.store.ts';

export type { WebhookEndpoint };

/** What the use cases around webhooks work with. */
export interface WebhookDeps {
  readonly db: Database;
  readonly box: SecretBox;
  readonly clock: Clock;
}

/** What an operator says about an endpoint; in a change what is absent stays. */
export interface EndpointInput {
  readonly url?: string | undefined;
  readonly description?: string | null | undefined;
  readonly topics?: readonly string[] | undefined;
  readonly disabled?: boolean | undefined;
}

/** All endpoints, newest first. */
export function readEndpoints(db: Database): Promise<WebhookEndpoint[]> {
  return listEndpoints(db);
}

/** One endpoint; throws `webhook_not_found`. */
export async function readEndpoint(db: Database, id: string): Promise<WebhookEndpoint> {
  return (await findEndpoint(db, id)) ?? fail(id);
}

/** Adds an endpoint; the secret is told here and never again. Throws `validation_failed`. */
export async function createEndpoint(
  { db, box }: WebhookDeps,
  input: EndpointInput & { readonly url: string },
  actor: Actor,
): Promise<{ endpoint: WebhookEndpoint; secret: string }> {
  const url = checkUrl(input.url);
  const topics = checkTopics(input.topics ?? []);
  const secret = newSecret();
  const endpoint = await db.transaction(async (tx) => {
    const description = input.description ?? undefined;
    const made = await insertEndpoint(tx, { url, description, topics, secretEnc: box.seal(secret) });
    await audit(tx, actor, 'webhook.created', made.id, undefined, imageOf(made));
    return made;
  });
  return { endpoint, secret };
}

/** Changes an endpoint. Throws `webhook_not_found`, `version_conflict`, `validation_failed`. */
export async function changeEndpoint(
  { db, clock }: WebhookDeps,
  id: string,
  order: {
    readonly input: EndpointInput;
    readonly expectedVersion: number | undefined;
    readonly actor: Actor;
  },
): Promise<WebhookEndpoint> {
  const { input, expectedVersion, actor } = order;
  const url = input.url === undefined ? undefined : checkUrl(input.url);
  const topics = input.topics === undefined ? undefined : checkTopics(input.topics);
  return db.transaction(async (tx) => {
    const before = (await findEndpoint(tx, id, 'for update')) ?? fail(id);
    checkVersion(expectedVersion, before.version);
    const disabledNow = before.disabledAt ?? new Date(clock.nowMs());
    const after = await updateEndpoint(tx, {
      id,
      url: url ?? before.url,
      description: input.description === undefined ? before.description : input.description,
      topics: topics ?? before.topics,
      disabledAt: (input.disabled ?? before.disabledAt !== null) ? disabledNow : null,
    });
    await audit(tx, actor, 'webhook.updated', id, imageOf(before), imageOf(after));
    return after;
  });
}

/** Makes a new secret, in force at once; throws `webhook_not_found`. */
export async function rotateSecret({ db, box }: WebhookDeps, id: string, actor: Actor): Promise<string> {
  const secret = newSecret();
  await db.transaction(async (tx) => {
    const before = (await findEndpoint(tx, id, 'for update')) ?? fail(id);
    await updateSecret(tx, id, box.seal(secret));
    await audit(
      tx,
      actor,
      'webhook.secret_rotated',
      id,
      { version: before.version },
      { version: before.version + 1 },
    );
  });
  return secret;
}

/** Removes an endpoint with its log; throws `webhook_not_found`. */
export async function removeEndpoint(db: Database, id: string, actor: Actor): Promise<void> {
  await db.transaction(async (tx) => {
    const before = (await findEndpoint(tx, id, 'for update')) ?? fail(id);
    await deleteEndpoint(tx, id);
    await audit(tx, actor, 'webhook.deleted', id, imageOf(before), undefined);
  });
}

function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64url')}`;
}

function fail(id: string): never {
  throw notFound('webhook_not_found', `There is no webhook ${id}.`);
}

function imageOf({ url, description, topics, disabledAt }: WebhookEndpoint): AuditImage {
  return { url, description, topics, disabled: disabledAt !== null };
}

async function audit(
  tx: Transaction,
  actor: Actor,
  action: string,
  entityId: string,
  before: AuditImage | undefined,
  after: AuditImage | undefined,
): Promise<void> {
  await recordAudit(tx, { actor, action, entity: 'webhook', entityId, before, after });
}
