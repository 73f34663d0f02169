import type { FupStep } from './plan.ts';

const WHOLE_PERCENT = 100;

/**
 * The rate of a package whose allowance is used up (billing-rules F2): of the steps that hold by then, the one of the
 * most usage, whatever their order; when all begin later, the first of them. `steps` is JSON that was checked when it
 * was written; undefined when there is none.
 */
export function fupRateOf(steps: unknown): string | undefined {
  if (!Array.isArray(steps)) return undefined;
  const sorted = steps.filter(isStep).toSorted((a, b) => a.from_percent - b.from_percent);
  const inForce = sorted.findLast(({ from_percent }) => from_percent <= WHOLE_PERCENT) ?? sorted[0];
  return inForce?.rate_limit;
}

function isStep(step: unknown): step is FupStep {
  if (typeof step !== 'object' || step === null) return false;
  if (!('rate_limit' in step && 'from_percent' in step)) return false;
  return typeof step.rate_limit === 'string' && typeof step.from_percent === 'number';
}
