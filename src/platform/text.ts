import { z } from 'zod';

/** What a person reads on one line: no control characters, so that it can stand in a header, a log or a table. */
export function line(max: number) {
  return z
    .string()
    .trim()
    .min(1, { error: 'must not be empty' })
    .max(max, { error: `must have at most ${max} characters` })
    .regex(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u, { error: 'must be one line without control characters' });
}

/** Text of several lines; PostgreSQL keeps no NUL, and nothing else reads the other control characters. */
export function prose(max: number) {
  return z
    .string()
    .trim()
    .max(max, { error: `must have at most ${max} characters` })
    .regex(/^(?:[^\p{Cc}\p{Cs}]|[\t\r\n])*$/u, { error: 'must not have control characters' });
}

/** A text that may be missing: an empty one is none. */
export function orNone<Schema extends z.ZodType<string>>(schema: Schema) {
  const none = z.literal('').transform(() => null);
  return z.union([z.null(), none, schema], { error: (issue) => firstMessage(issue) });
}

/** The sentence of the last alternative, which is the one that says what is wrong. */
function firstMessage(issue: { readonly code?: string; readonly errors?: unknown }): string {
  const alternatives: unknown = issue.errors;
  if (!Array.isArray(alternatives)) return 'must be a text or null';
  const last: unknown = alternatives.at(-1);
  const [first] = Array.isArray(last) ? last : [];
  return typeof first?.message === 'string' ? first.message : 'must be a text or null';
}
