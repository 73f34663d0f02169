/** Which thing a task worked on. */
export interface TaskSubject {
  readonly kind: 'invoice' | 'service' | 'customer';
  readonly id: string;
}

/** One thing a task did, or with a dry run would do. */
export interface TaskEffect {
  /** Counted under this name: `suspended`, `charged`, `sent`. */
  readonly outcome: string;
  readonly subject: TaskSubject;
  /** What it is about, for people: a user name, the number of an invoice. */
  readonly label: string;
  readonly amountMinor?: bigint | undefined;
  readonly currency?: string | undefined;
}

/** A thing a task could not do; the others go on (billing-rules R6). */
export interface TaskFailure {
  readonly subject: TaskSubject;
  readonly code: string;
  readonly message: string;
}

/** What became of a task. */
export interface TaskReport {
  readonly counts: Readonly<Record<string, number>>;
  readonly failures: readonly TaskFailure[];
  /** The first of the effects, at most `EFFECTS_MAX`; `counts` knows all. */
  readonly effects: readonly TaskEffect[];
}

/** How many effects and failures a report names. */
export const EFFECTS_MAX = 1_000;

/** Collects what a task does while it goes on. */
export class TaskTally {
  readonly #counts: Record<string, number>;
  readonly #failures: TaskFailure[] = [];
  readonly #effects: TaskEffect[] = [];

  /** `outcomes` are counted from 0, so that a report names them also when they did not occur. */
  constructor(outcomes: readonly string[]) {
    this.#counts = Object.fromEntries([...outcomes, 'failed'].map((outcome) => [outcome, 0]));
  }

  add(effects: readonly TaskEffect[]): void {
    for (const effect of effects) {
      this.#count(effect.outcome);
      if (this.#effects.length < EFFECTS_MAX) this.#effects.push(effect);
    }
  }

  fail(failure: TaskFailure): void {
    this.#count('failed');
    if (this.#failures.length < EFFECTS_MAX) this.#failures.push(failure);
  }

  report(): TaskReport {
    return { counts: { ...this.#counts }, failures: [...this.#failures], effects: [...this.#effects] };
  }

  #count(outcome: string): void {
    this.#counts[outcome] = (this.#counts[outcome] ?? 0) + 1;
  }
}
