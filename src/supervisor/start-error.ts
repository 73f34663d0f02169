import { messageOf } from '../kernel/errors.ts';

/** A start that cannot go on; the message is one sentence for the operator, no stack is needed. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** The message at the end of the chain of causes: `password authentication failed`, not `the database is out of reach`. */
export function innermostMessage(error: unknown): string {
  return error instanceof Error && error.cause !== undefined
    ? innermostMessage(error.cause)
    : messageOf(error);
}

/** A message followed by what is behind it, in brackets. */
export function withCause(error: unknown): string {
  const [outer, inner] = [messageOf(error), innermostMessage(error)];
  return inner === outer ? outer : `${outer} (${inner})`;
}
