/** One demand on the product: what was measured and whether it is met. */
export interface Verdict {
  readonly demand: string;
  readonly measured: string;
  readonly isMet: boolean;
  /** A wrong answer or a lost record is a fault wherever it is measured; slowness may be the machine's. */
  readonly isCorrectness: boolean;
}

/** A demand on what is answered: unmet, it fails the bench. */
export function fault(demand: string, measured: string, isMet: boolean): Verdict {
  return { demand, measured, isMet, isCorrectness: true };
}

/** A demand on how fast it is: unmet, it is shown. Not to be made of a smoke run. */
export function speed(demand: string, measured: string, isMet: boolean): Verdict {
  return { demand, measured, isMet, isCorrectness: false };
}
