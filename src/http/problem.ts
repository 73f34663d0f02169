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
  const fields: Record<string, string> = {};
  for (const issue of issues) {
    const path = issue.path.map(String);
    if (issue.code !== 'unrecognized_keys') fields[path.join('.') || 'body'] = issue.message;
    else for (const key of issue.keys) fields[[...path, key].join('.')] = 'is not known here';
  }
  const message = `The request does not fit: ${Object.keys(fields).join(', ')}.`;
  return { status: 422, code: 'validation_failed', message, fields };
}

/** What Hono itself refuses: most of it is JSON that cannot be read. */
function httpProblem(error: HTTPException): Problem {
  const status = error.status as ContentfulStatusCode;
  if (/malformed json/i.test(error.message)) {
    return { status: 400, code: 'malformed_json', message: 'The body cannot be read as JSON.' };
  }
  return { status, code: CODE_OF_STATUS[status] ?? 'bad_request', message: error.message };
}

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
  return c.json(problemBody(problem), problem.status);
}

/** Nothing is at this address. */
export const NOT_FOUND: Problem = {
  status: 404,
  code: 'not_found',
  message: 'There is nothing at this address.',
};
