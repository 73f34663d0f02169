/** What goes wrong between the router and the server. All shares are in [0, 1]; change them while it runs. */
export interface NetworkFaults {
  /** Share of datagrams that vanish, in each direction. */
  loss: number;
  /** Share of datagrams that arrive twice, in each direction. */
  duplication: number;
  /** Share of datagrams that are held back, so that later ones overtake them. */
  reordering: number;
  /** How long a datagram that is overtaken is held back. */
  reorderDelayMs: number;
}

/** A network without faults. */
export function noFaults(): NetworkFaults {
  return { loss: 0, duplication: 0, reordering: 0, reorderDelayMs: 20 };
}

/** What becomes of one datagram: the delay in ms of each copy that arrives; empty when it is lost. */
export function fateOf(faults: NetworkFaults, random: () => number): readonly number[] {
  if (faults.loss > 0 && random() < faults.loss) return LOST;
  const isHeld = faults.reordering > 0 && random() < faults.reordering;
  const delayMs = isHeld ? faults.reorderDelayMs * (0.5 + random()) : 0;
  if (faults.duplication > 0 && random() < faults.duplication) return [delayMs, delayMs];
  return isHeld ? [delayMs] : AT_ONCE;
}

const LOST: readonly number[] = [];
const AT_ONCE: readonly number[] = [0];
