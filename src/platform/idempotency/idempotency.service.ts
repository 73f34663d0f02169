import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Database } from '../../db/database.ts';
import { newUuid } from '../../kernel/ids.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import { deleteOldKeys, findKey, insertClaim, keepResponse, releaseKey } from './idempotency.store.ts';
import type { ClaimOutcome, KeptAnswer, RequestClaim } from './request-claim.ts';

/** A key is good for two days; what is sent again later is done again. */
export const KEEP_HOURS = 48;
/** Longer than any request may take: the key of a process that died is taken over after it. */
const LEASE_MS = 60_000;

interface Deps {
  readonly db: Database;
  readonly box: SecretBox;
}

/** Claims a key for a request, or says what became of the first one. */
export async function claimRequest(
  { db, box }: Deps,
  request: { readonly actor: string; readonly key: string; readonly route: string; readonly body: Buffer },
): Promise<ClaimOutcome> {
  const { actor, key, route } = request;
  // A keyed hash: a body may hold a password short enough to be guessed.
  const bodyHash = createHmac('sha256', box.deriveKey('idempotency')).update(request.body).digest();
  const claim = newUuid();
  const order = { actor, key, route, bodyHash, claim };
  if (await insertClaim(db, order, { leaseMs: LEASE_MS, keepHours: KEEP_HOURS })) {
    return { kind: 'claimed', claim: { actor, key, claim, isMarked: false } };
  }
  const stored = await findKey(db, order);
  // It was let go between the two statements: the client may come again.
  if (stored === undefined) return { kind: 'in_progress' };
  if (stored.route !== route || !stored.bodyHash.equals(bodyHash)) return { kind: 'reused' };
  if (stored.response !== null) return { kind: 'replay', answer: opened(box, stored.response) };
  return { kind: stored.isDone ? 'unknown' : 'in_progress' };
}

/** Keeps the answer, sealed: answers show passwords and tokens once, and only to who asked. */
export async function keepAnswer({ db, box }: Deps, claim: RequestClaim, answer: KeptAnswer): Promise<void> {
  await keepResponse(db, claim, box.seal(JSON.stringify(answer)));
}

/** Forgets a request that failed for a passing reason, so that the same key tries again; not one that committed. */
export async function releaseRequest({ db }: Deps, claim: RequestClaim): Promise<void> {
  await releaseKey(db, claim);
}

/** Deletes keys nobody may use any more; returns how many. */
export function pruneKeys(db: Database): Promise<number> {
  return deleteOldKeys(db, KEEP_HOURS);
}

const answerSchema = z.object({
  status: z.number(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});

function opened(box: SecretBox, sealed: Buffer): KeptAnswer {
  return answerSchema.parse(JSON.parse(box.open(sealed).toString()));
}
