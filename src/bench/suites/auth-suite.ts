import { METHODS } from '../load/request-layout.ts';
import { type BenchSession, PATIENT } from './bench-session.ts';

/** Requests under way at a time. */
export function windowsOf({ isSmoke }: { readonly isSmoke: boolean }): readonly number[] {
  return isSmoke ? [1, 64] : [1, 64, 256];
}

/** Long enough for both sides to compile what they will run. */
export const WARM_UP_S = 0.5;

/** Logins alone, by every method and window; every subscriber in scattered order. */
export async function authSuite(bench: BenchSession): Promise<void> {
  const { seconds, isSmoke } = bench.options;
  for (const method of METHODS) {
    if (!isSmoke) await bench.prepare({ workload: 'login', method, window: 64, seconds: WARM_UP_S });
    for (const window of windowsOf(bench.options)) {
      await bench.measure(
        { suite: 'auth', name: method },
        { ...PATIENT, workload: 'login', method, window, seconds },
      );
    }
  }
}
