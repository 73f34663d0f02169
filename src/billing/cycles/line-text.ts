import type { Plan } from '../../subscribers/plan.ts';
import type { Share } from '../rating/share.ts';

/** What the base line of a package is called, with the arithmetic of a part of a period. */
export function baseText(plan: Pick<Plan, 'name'>, share: Share): string {
  return share.part === share.whole ? plan.name : `${plan.name}, ${share.part} of ${share.whole} days`;
}

/** Data beyond an allowance: `Data beyond the allowance, 3 blocks of 1 GB`. */
export function overageText(blocks: bigint, blockGb: string | undefined): string {
  if (blockGb === undefined) return 'Data beyond the allowance';
  return `Data beyond the allowance, ${blocks} ${blocks === 1n ? 'block' : 'blocks'} of ${blockGb} GB`;
}

/** The part of a line that a change or cancellation gives back. */
export function creditText(planName: string, share: Share, isByDay: boolean): string {
  return `${planName}, unused ${partText(share, isByDay)}`;
}

/** The rest of a period under the new package. */
export function chargeText(planName: string, share: Share, isByDay: boolean): string {
  return `${planName}, ${partText(share, isByDay)}`;
}

function partText(share: Share, isByDay: boolean): string {
  if (isByDay) return `${share.part} of ${share.whole} days`;
  return `${share.part / 1_000n} of ${share.whole / 1_000n} seconds`;
}
