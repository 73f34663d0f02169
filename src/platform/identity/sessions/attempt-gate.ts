/** What is going on with one key. */
interface Line {
  /** Attempts that are waiting or running; the line is forgotten with the last. */
  present: number;
  running: number;
  /** Resolves when the one before has been let in. */
  turn: Promise<unknown>;
  finished: (() => void) | undefined;
}

/**
 * Lets attempts of one key run side by side only as far as all of them could fail without passing the limit; the
 * others wait in order, so that a burst of guesses gets no more of them than guesses one by one.
 */
export class AttemptGate {
  readonly #lines = new Map<string, Line>();

  /** Runs `work` when there is room. `room` says how many may fail yet, and throws when none may. */
  async run<T>(key: string, room: () => Promise<number>, work: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(key) ?? {
      present: 0,
      running: 0,
      turn: Promise.resolve(),
      finished: undefined,
    };
    this.#lines.set(key, line);
    line.present += 1;
    try {
      const admitted = line.turn.then(() => admit(line, room));
      line.turn = admitted.catch(() => undefined);
      await admitted;
      try {
        return await work();
      } finally {
        line.running -= 1;
        line.finished?.();
      }
    } finally {
      line.present -= 1;
      if (line.present === 0) this.#lines.delete(key);
    }
  }
}

async function admit(line: Line, room: () => Promise<number>): Promise<void> {
  for (;;) {
    // Counted before the failures are read: one that fails in between is then seen once at least.
    const running = line.running;
    const finish = new Promise<void>((resolve) => {
      line.finished = resolve;
    });
    if (running < (await room())) break;
    await finish;
  }
  line.running += 1;
}
