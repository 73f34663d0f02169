import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context, MiddlewareHandler } from 'hono';
import { invalid } from '../kernel/errors.ts';
import { claimRequest, keepAnswer, releaseRequest } from '../platform/idempotency/idempotency.service.ts';
import type { ClaimOutcome, KeptAnswer, RequestClaim } from '../platform/idempotency/request-claim.ts';
import type { HttpContext, HttpEnv } from './context.ts';
import { apiProblem, type Problem } from './problem.ts';

const claims = new AsyncLocalStorage<RequestClaim>();

/** The claim of the request this code runs for, for `markingDatabase`. */
export function currentClaim(): RequestClaim | undefined {
  return claims.getStore();
}

/** What is too large to be kept is done once all the same; a repeat is told `outcome_unknown`. */
const ANSWER_CHARACTERS_MAX = 1024 * 1024;
const RETRY_AFTER_S = 1;

/**
 * Makes every POST of somebody signed in safe to send again with the same `Idempotency-Key` (billing-rules A4). The
 * key is marked done by the transaction of the use case itself (`markingDatabase`). Public operations ignore it.
 */
export function idempotency({ deps, logger }: HttpContext): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const key = c.req.header('idempotency-key');
    const principal = c.get('principal');
    if (c.req.method !== 'POST' || key === undefined || principal === undefined) return next();
    if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw unfitKey();
    const outcome = await claimRequest(deps, {
      actor: `${principal.kind}:${principal.id}`,
      key,
      route: `POST ${c.req.path}`,
      body: Buffer.from(await c.req.arrayBuffer()),
    });
    if (outcome.kind !== 'claimed') return answerKnown(c, outcome);
    const { claim } = outcome;
    await claims.run(claim, next);
    try {
      const answer = isLasting(c.res.status) ? await readAnswer(c.res) : undefined;
      await (answer === undefined ? releaseRequest(deps, claim) : keepAnswer(deps, claim, answer));
    } catch (error) {
      // The client has its answer; who asks again learns that it was done, or does it anew if nothing was.
      logger.warn({ event: 'http.answer_not_kept', request_id: c.get('requestId'), err: error });
    }
  };
}

/** What happened once must be said again, and what may pass by itself must not. */
function isLasting(status: number): boolean {
  return status < 500 && status !== 401 && status !== 403 && status !== 429;
}

const KEPT_HEADERS = ['content-type', 'location', 'etag'];

async function readAnswer(response: Response): Promise<KeptAnswer | undefined> {
  const body = await response.clone().text();
  if (body.length > ANSWER_CHARACTERS_MAX) return undefined;
  const headers: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = response.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  return { status: response.status, headers, body };
}

function answerKnown(c: Context<HttpEnv>, outcome: Exclude<ClaimOutcome, { kind: 'claimed' }>): Response {
  if (outcome.kind === 'replay') {
    const { status, headers, body } = outcome.answer;
    return new Response(status === 204 ? null : body, {
      status,
      headers: { ...headers, 'Idempotency-Replayed': 'true' },
    });
  }
  if (outcome.kind === 'in_progress') c.header('Retry-After', String(RETRY_AFTER_S));
  return apiProblem(c, PROBLEMS[outcome.kind]);
}

const PROBLEMS: Readonly<Record<'reused' | 'in_progress' | 'unknown', Problem>> = {
  reused: {
    status: 409,
    code: 'idempotency_key_reused',
    message: 'This Idempotency-Key was used for another request: make a new key for every new request.',
  },
  in_progress: {
    status: 409,
    code: 'request_in_progress',
    message: 'The request with this Idempotency-Key is still running: send it again in a moment.',
  },
  unknown: {
    status: 409,
    code: 'outcome_unknown',
    message:
      'The request with this Idempotency-Key was carried out, but its answer was lost: look at the object it ' +
      'was about, and at the audit log, before anything is done again with a new key.',
  },
};

function unfitKey() {
  const allowed = 'must be 1 to 255 printable ASCII characters without blanks';
  return invalid(`The Idempotency-Key ${allowed}.`, { 'Idempotency-Key': allowed });
}
