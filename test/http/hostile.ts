import type { Caller } from './api.ts';

/** Callers no resource of the operators may answer, with what they get. */
export const DENIED: readonly (readonly [string, Caller, number, string])[] = [
  ['nobody', 'nobody', 401, 'not_signed_in'],
  ['a customer', { customerId: '1' }, 403, 'forbidden'],
  ['a token without the scope', { scopes: ['audit.read'] }, 403, 'forbidden'],
];

/** Bodies no operation takes, as they go over the wire, with the statuses they may get. */
export const HOSTILE_BODIES: readonly (readonly [string, string, readonly number[]])[] = [
  ['a body that is no JSON', '{"name": ', [400]],
  ['an empty body', '', [400, 422]],
  ['a list for an object', '[{"name": "x"}]', [422]],
  ['a text for an object', '"name"', [422]],
  ['null', 'null', [422]],
  ['JSON of 20,000 levels', `{"name":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, [422]],
  ['JSON that is never closed', '['.repeat(20_000), [400]],
  ['a body of 10 MB', `{"name":"${'x'.repeat(10 * 1024 * 1024)}"}`, [413]],
];

/** Texts that would do harm where text is pasted into SQL, headers, pages or spreadsheets; they are only text. */
export const HARMLESS_TEXTS: readonly (readonly [string, string])[] = [
  ['SQL', "Robert'); drop table customers; --"],
  ['a page', '<script>alert(1)</script>'],
  ['a formula', '=HYPERLINK("http://203.0.113.9")'],
  ['another script', 'أحمد 王小明'],
];
