import { CHECKS, type Check, type Decision } from './decision.ts';
import type { AccessFacts } from './facts.ts';
import type { InstallationPolicy } from './installation.ts';
import type { Subject } from './subject.ts';
import { sentenceFor } from './trail-sentences.ts';

/** How one check ended. `walled`: it stood against the login, and the installation answers that with the wall. */
export type CheckResult = 'passed' | 'failed' | 'skipped' | 'walled' | 'not_reached';

/** One check of the trail, with a sentence for a person. */
export interface TrailStep {
  check: Check;
  result: CheckResult;
  sentence: string;
}

const MASK = (1 << CHECKS.length) - 1;

/** All ten checks of a decision in order, in words. Take it before the subject changes: it words the present. */
export function trailOf(
  decision: Decision,
  facts: AccessFacts,
  subject: Subject | undefined,
  policy: InstallationPolicy,
): TrailStep[] {
  return decodeTrail(encodeTrail(decision)).map(({ check, result }) => ({
    check,
    result,
    sentence: sentenceFor(check, result, { facts, subject, policy }),
  }));
}

/**
 * The trail as a 24-bit number for the authentication log: the passed mask in bits 0-9, the skipped mask in
 * bits 10-19, and in bits 20-23 the number of the failed check counted from 1, or 0.
 */
export function encodeTrail(decision: Decision): number {
  const failed = decision.failed === undefined ? 0 : CHECKS.indexOf(decision.failed) + 1;
  return (failed << (2 * CHECKS.length)) | (decision.skipped << CHECKS.length) | decision.passed;
}

/** The ten checks and their results from a number of `encodeTrail`. */
export function decodeTrail(code: number): { check: Check; result: CheckResult }[] {
  const passed = code & MASK;
  const skipped = (code >>> CHECKS.length) & MASK;
  const failedIndex = (code >>> (2 * CHECKS.length)) - 1;
  return CHECKS.map((check, index) => {
    const bit = 1 << index;
    if (index === failedIndex) return { check, result: 'failed' };
    if (failedIndex >= 0 && index > failedIndex) return { check, result: 'not_reached' };
    if ((passed & bit) !== 0) return { check, result: 'passed' };
    return { check, result: (skipped & bit) !== 0 ? 'skipped' : 'walled' };
  });
}
