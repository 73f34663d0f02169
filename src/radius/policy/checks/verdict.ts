import type { RejectReason } from '../decision.ts';

/** What one check says: met, nothing to look at, or the reason that stands against the login. */
export type Verdict = 'passed' | 'skipped' | RejectReason;
