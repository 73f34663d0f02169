import type { Context } from 'hono';
import { invalid } from '../kernel/errors.ts';
import type { HttpEnv } from './context.ts';

/** Names the version of the object being answered (`ETag: "7"`), for the `If-Match` of a later change. */
export function tagVersion(c: Context<HttpEnv>, version: number): void {
  c.header('ETag', `"${version}"`);
}

/**
 * The version a change demands by `If-Match`, to be held against the row with `checkVersion` of kernel/version.ts;
 * undefined when the caller takes any. Throws `validation_failed` for what is no single version.
 */
export function expectedVersion(c: Context<HttpEnv>): number | undefined {
  const header = c.req.header('if-match')?.trim();
  if (header === undefined || header === '*') return undefined;
  const digits = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header)?.[1];
  if (digits !== undefined) return Number(digits);
  throw invalid('If-Match must be the ETag of the object as you read it, such as "7".', {
    'If-Match': 'must be one ETag such as "7"',
  });
}
