import type { Database, Transaction } from '../../src/db/database.ts';

/** Where in the life of a process it ends: at which of its statements, and whether that one still got out. */
export interface Doom {
  readonly atStatement: number;
  /** Before it is sent, while the server works on it, or once it was answered. */
  readonly moment: 'before' | 'during' | 'after';
}

/** A database whose process ends by kill -9 at one statement, COMMIT counted as one too. */
export function doomedDatabase(db: Database, { atStatement, moment }: Doom): Database {
  let count = 0;
  const step = async <T>(send: () => Promise<T>): Promise<T> => {
    count += 1;
    if (count !== atStatement) return send();
    if (moment === 'before') die();
    if (moment === 'during') {
      // Its octets leave with the next turn of the event loop.
      setImmediate(() => setImmediate(die));
      return send();
    }
    const answer = await send();
    die();
    return answer;
  };
  return {
    query: (...call) => step(() => db.query(...call)),
    copyIn: (...call) => step(() => db.copyIn(...call)),
    close: () => db.close(),
    transaction: async (work, options) => {
      const doomed = async (tx: Transaction) => {
        const done = await work({ query: (...call) => step(() => tx.query(...call)) });
        // The next thing sent is COMMIT.
        await step(async () => undefined);
        return done;
      };
      return db.transaction(doomed, options);
    },
  };
}

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}
