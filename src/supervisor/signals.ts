import type { Clock } from '../kernel/clock.ts';

/** npm passes Ctrl-C on although the terminal has already sent it: a repetition this soon is the same key press. */
const samePressMs = 700;

/** Why the supervisor is to end; `urgent` resolves at the second demand. */
export interface StopRequest {
  readonly first: Promise<NodeJS.Signals>;
  readonly urgent: Promise<void>;
  isRequested(): boolean;
}

/** Watches for SIGINT, SIGTERM and SIGHUP from now on. */
export function watchStopSignals(clock: Clock): StopRequest {
  const first = deferred<NodeJS.Signals>();
  const urgent = deferred<void>();
  let firstAtMs: number | undefined;
  const hear = (signal: NodeJS.Signals): void => {
    if (firstAtMs === undefined) {
      firstAtMs = clock.monotonicMs();
      first.resolve(signal);
    } else if (clock.monotonicMs() - firstAtMs > samePressMs) urgent.resolve();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, hear);
  return { first: first.promise, urgent: urgent.promise, isRequested: () => firstAtMs !== undefined };
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
