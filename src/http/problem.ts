import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { z } from 'zod';
import { AppError, type ErrorKind } from '../kernel/errors.ts';
import type { HttpEnv } from './context.ts';

/** The one translation of kinds of failure into HTTP. */
export const STATUS_OF_KIND: Readonly<Record<ErrorKind, ContentfulStatusCode>> = {
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  limited: 429,
  payment_required: 402,
  unavailable: 503,
};

/** A failed request as a client is told; `fields` names each bad field and what it must be. */
export interface Problem {
  readonly status: ContentfulStatusCode;
  readonly code: string;
  readonly message: string;
  readonly fields?: Readonly<Record<string, string>>;
  /** Seconds after which the same request may succeed; goes out as Retry-After. */
  readonly retryAfterS?: number | undefined;
}

/** What a client may know of anything that was thrown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof AppError) {
    const { message, fields, retryAfterS } = error;
    const status = STATUS_OF_KIND[error.kind];
    const code = error.kind === 'not_found' ? absenceCode(error.code) : error.code;
    return { status, code, message, retryAfterS, ...(fields === undefined ? {} : { fields }) };
  }
  if (error instanceof HTTPException) {
    return httpProblem(error);
  }
  return { status: 500, code: 'internal_error', message: 'Something went wrong here; the log has it.' };
}

/**
 * What is absent is `not_found` to a client (billing-rules section 20), its message says what; only codes people type
 * in have names of their own (D4, Q7).
 */
function absenceCode(code: string): string {
  return code === 'promotion_not_found' || code === 'voucher_not_found' ? code : 'not_found';
}

/** A request that does not fit its schema: a sentence for each field, `a.b` at any depth. */
export function misfit(issues: readonly z.core.$ZodIssue[]): Problem {
  const entries = issues.flatMap((issue): [string, string][] => {
    const path = issue.path.map(String);
    if (issue.code !== 'unrecognized_keys') return [[path.join('.') || 'body', sentenceOf(issue)]];
    return issue.keys.map((key) => [[...path, key].join('.'), 'is not known here']);
  });
  const message = `The request does not fit: ${entries.map(([name]) => name).join(', ')}.`;
  // A name may be anything, `__proto__` too.
  return { status: 422, code: 'validation_failed', message, fields: Object.fromEntries(entries) };
}

/** What zod says where a schema has no words of its own is meant for programmers. */
function sentenceOf(issue: z.core.$ZodIssue): string {
  const { message } = issue;
  if (issue.code === 'invalid_type' && message.startsWith('Invalid input')) {
    return message.endsWith('received undefined') ? 'is missing' : `must be of the type ${issue.expected}`;
  }
  return issue.code === 'invalid_format' && message.startsWith('Invalid string')
    ? 'does not have the form it must have'
    : message;
}

/** What Hono itself refuses: most of it is JSON that cannot be read. */
function httpProblem(error: HTTPException): Problem {
  const status = error.status as ContentfulStatusCode;
  if (/malformed json/i.test(error.message)) {
    return { status: 400, code: 'malformed_json', message: 'The body cannot be read as JSON.' };
  }
  const message = status === 415 ? NOT_JSON : error.message;
  return { status, code: CODE_OF_STATUS[status] ?? 'bad_request', message };
}

const NOT_JSON = 'Send the body as JSON, with the header Content-Type: application/json.';

const CODE_OF_STATUS: Readonly<Record<number, string>> = {
  405: 'method_not_allowed',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
};

/** The body of every failed call of the API. */
export function problemBody({ code, message, fields }: Problem) {
  return { error: { code, message, ...(fields === undefined ? {} : { fields }) } };
}

/** Answers a failed call of the API. */
export function apiProblem(c: Context<HttpEnv>, problem: Problem): Response {
  if (problem.retryAfterS !== undefined) c.header('Retry-After', String(problem.retryAfterS));
  if (problem.status === 401) c.header('WWW-Authenticate', 'Bearer');
  return c.json(problemBody(problem), problem.status);
}

/** Nothing is at this address. */
export const NOT_FOUND: Problem = {
  status: 404,
  code: 'not_found',
  message: 'There is nothing at this address.',
};
