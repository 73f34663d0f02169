import { conflict } from './errors.ts';

/**
 * Throws `version_conflict` when somebody changed an object after the caller read it. Call it inside the
 * transaction, with the row locked. Who expects nothing always passes.
 */
export function checkVersion(expected: number | undefined, actual: number): void {
  if (expected === undefined || expected === actual) return;
  throw conflict(
    'version_conflict',
    `It was changed meanwhile: you have version ${expected}, it is at ${actual}. Read it again and repeat your change.`,
  );
}
