import type { EnforcementAction } from './enforcement-plan.ts';

/** An enforcement of the same session that is not done. */
export interface OpenEnforcement {
  readonly id: string;
  readonly kind: 'coa' | 'disconnect';
  readonly cause: string;
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
  readonly isSending: boolean;
}

/** What becomes of the open enforcements of a session when a new plan is made. */
export interface MergedPlan {
  readonly insert: EnforcementAction | undefined;
  /** Open ones that the new plan makes pointless. */
  readonly supersede: readonly string[];
  /** Open ones that say the same: tried at once instead of at the end of their wait. */
  readonly hurry: readonly string[];
}

/**
 * At most one order stands for a session. What is on the wire is left alone; an order an operator gave by hand
 * stands until the session is gone; the same order twice stays one, so that a redelivered event changes nothing.
 */
export function mergePlan(
  wanted: EnforcementAction | undefined,
  open: readonly OpenEnforcement[],
): MergedPlan {
  const requested = open.find((one) => one.cause === 'disconnect_requested');
  if (requested !== undefined) {
    const others = open.filter((one) => one !== requested && !one.isSending);
    return {
      insert: undefined,
      supersede: others.map((one) => one.id),
      hurry: wanted?.kind === 'disconnect' && !requested.isSending ? [requested.id] : [],
    };
  }
  const same = wanted === undefined ? undefined : open.findLast((one) => saysTheSame(one, wanted));
  const pending = open.filter((one) => !one.isSending && one !== same);
  return {
    insert: same === undefined ? wanted : undefined,
    supersede: pending.map((one) => one.id),
    hurry: same !== undefined && !same.isSending ? [same.id] : [],
  };
}

function saysTheSame(one: OpenEnforcement, wanted: EnforcementAction): boolean {
  if (one.kind !== wanted.kind) return false;
  if (wanted.kind === 'disconnect') return wanted.cause !== 'disconnect_requested';
  return (
    one.attributes.length === wanted.attributes.length &&
    wanted.attributes.every(
      ({ name, value }, at) => one.attributes[at].name === name && one.attributes[at].value === value,
    )
  );
}
