import type { Difference, ShadowAnswer } from './answer.ts';
import { differencesBetween } from './answer.ts';

/** How one login compared. */
export interface Comparison {
  readonly nasId: string;
  readonly username: string;
  readonly outcome: 'same' | 'different' | 'silent';
  readonly differences: readonly Difference[];
  readonly ours: ShadowAnswer;
  /** Undefined when the old server was silent. */
  readonly theirs: ShadowAnswer | undefined;
  readonly atMs: number;
}

/** Compares a login; undefined when both refuse it, for strangers are no difference and would fill the report. */
export function compareLogin(
  login: { readonly nasId: string; readonly username: string; readonly atMs: number },
  ours: ShadowAnswer,
  theirs: ShadowAnswer | undefined,
): Comparison | undefined {
  if (theirs === undefined) {
    if (ours.outcome === 'reject') return undefined;
    return { ...login, outcome: 'silent', differences: [], ours, theirs };
  }
  if (ours.outcome === 'reject' && theirs.outcome === 'reject') return undefined;
  const differences = differencesBetween(ours, theirs);
  return { ...login, outcome: differences.length === 0 ? 'same' : 'different', differences, ours, theirs };
}
