import { RateLimiterPostgres, type RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../../../kernel/errors.ts';
import { formatAddress, parseAddress } from '../../../kernel/ip.ts';
import { AttemptGate } from './attempt-gate.ts';
import { isWrongGuess } from './sign-in-errors.ts';
import {
  type Attempt,
  FAILURE_WINDOW_S,
  FAILURES_MAX,
  FAILURES_PER_ADDRESS_MAX,
  type LockOut,
  type SignInLimiter,
} from './sign-in-limiter.port.ts';

/** What of a database is needed to count. */
interface Counters {
  query<T>(text: string, params: readonly unknown[]): Promise<T[]>;
}

/**
 * Counts failures in the table `sign_in_failures`, which all hosts share; the machine's clock rules. `onLockOut` is
 * called once for each lock-out, by the attempt that brings it about.
 */
export function openSignInLimiter(
  counters: Counters,
  onLockOut: (lockOut: LockOut, attempt: Attempt) => Promise<void>,
): SignInLimiter {
  const byAccount = limiterOver(counters, 'account', FAILURES_MAX);
  const byAddress = limiterOver(counters, 'address', FAILURES_PER_ADDRESS_MAX);
  const gate = new AttemptGate();
  const countFailure = async (who: Attempt): Promise<void> => {
    const ofAccount = await byAccount.penalty(keyOf(who));
    await tellIfLast(ofAccount, FAILURES_MAX, undefined);
    if (who.address === undefined) return;
    const network = networkOf(who.address);
    await tellIfLast(await byAddress.penalty(network), FAILURES_PER_ADDRESS_MAX, network);

    async function tellIfLast(counted: RateLimiterRes, max: number, locked: string | undefined) {
      if (counted.consumedPoints !== max) return;
      await onLockOut({ network: locked, failures: max, lastsMs: counted.msBeforeNext }, who);
    }
  };
  return {
    async attempt(who, work) {
      const key = keyOf(who);
      const room = async (): Promise<number> => {
        const [left] = await Promise.all([
          roomOf(byAccount, key, FAILURES_MAX),
          who.address === undefined ? 1 : roomOf(byAddress, networkOf(who.address), FAILURES_PER_ADDRESS_MAX),
        ]);
        return left;
      };
      return gate.run(key, room, async () => {
        try {
          const result = await work();
          await byAccount.delete(key);
          return result;
        } catch (error) {
          if (isWrongGuess(error)) await countFailure(who);
          throw error;
        }
      });
    },
  };
}

function limiterOver(counters: Counters, keyPrefix: string, points: number): RateLimiterPostgres {
  const storeClient = {
    query: async ({ text, values }: { text: string; values: readonly unknown[] }) => {
      const rows = await counters.query(text, values);
      return { rows, rowCount: rows.length };
    },
  };
  return new RateLimiterPostgres({
    storeClient,
    storeType: 'client',
    tableName: 'sign_in_failures',
    tableCreated: true,
    clearExpiredByTimeout: false,
    keyPrefix,
    points,
    duration: FAILURE_WINDOW_S,
  });
}

async function roomOf(limiter: RateLimiterPostgres, key: string, max: number): Promise<number> {
  const found: RateLimiterRes | null = await limiter.get(key);
  const failures = found?.consumedPoints ?? 0;
  if (failures < max) return max - failures;
  const waitS = Math.max(1, Math.ceil((found?.msBeforeNext ?? 0) / 1000));
  const message = `Too many failed attempts: try again in ${Math.ceil(waitS / 60)} min.`;
  throw new AppError('limited', 'locked_out', message, { retryAfterS: waitS });
}

function keyOf({ account, address }: Attempt): string {
  return `${account.toLowerCase()} ${address === undefined ? '' : networkOf(address)}`;
}

/** Who has one IPv6 address has the other 2^64 of its network. */
function networkOf(address: string): string {
  const parsed = parseAddress(address);
  if (parsed?.family !== 6) return address;
  return formatAddress(6, (parsed.value >> 64n) << 64n);
}
