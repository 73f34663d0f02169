import { type Clock, systemClock } from '../kernel/clock.ts';

/** Time as the simulated network lives it: sessions, interims and time-outs; datagrams travel in real time. */
export interface TimeBase {
  /** Milliseconds since the epoch, running `speed` times as fast as the clock. */
  nowMs(): number;
  /** Runs `work` after so many simulated milliseconds; the result cancels it. */
  after(delayMs: number, work: () => void): () => void;
}

/** The longest wait of one timer, about 24 days; the longest Session-Timeout is ten times that. */
const timerMaxMs = 2_147_483_647;

/** A time base that runs `speed` times as fast as the machine's clock: 60 makes an hour of accounting a minute. */
export function timeBase(speed = 1, clock: Clock = systemClock): TimeBase {
  const startedAtMs = clock.nowMs();
  const startedMs = clock.monotonicMs();
  return {
    nowMs: () => startedAtMs + (clock.monotonicMs() - startedMs) * speed,
    after: (delayMs, work) => {
      let timer: NodeJS.Timeout;
      const wait = (leftMs: number): void => {
        const stepMs = Math.min(leftMs, timerMaxMs);
        timer = setTimeout(() => (leftMs > stepMs ? wait(leftMs - stepMs) : work()), stepMs);
      };
      wait(delayMs / speed);
      return () => clearTimeout(timer);
    },
  };
}
