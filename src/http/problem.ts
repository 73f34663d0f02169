import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
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
}

/** What a client may know of anything that was thrown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof AppError) {
    const { code, message, fields } = error;
    return { status: STATUS_OF_KIND[error.kind], code, message, ...(fields === undefined ? {} : { fields }) };
  }
  if (error instanceof HTTPException) {
    return { status: error.status as ContentfulStatusCode, code: 'bad_request', message: error.message };
  }
  return { status: 500, code: 'internal_error', message: 'Something went wrong here; the log has it.' };
}

/** The body of every failed call of the API. */
export function problemBody({ code, message, fields }: Problem) {
  return { error: { code, message, ...(fields === undefined ? {} : { fields }) } };
}

/** Answers a failed call of the API. */
export function apiProblem(c: Context<HttpEnv>, problem: Problem): Response {
  return c.json(problemBody(problem), problem.status);
}

/** Nothing is at this address. */
export const NOT_FOUND: Problem = {
  status: 404,
  code: 'not_found',
  message: 'There is nothing at this address.',
};
