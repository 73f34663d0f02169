const firstDelayMs = 250;
const delayMaxMs = 10_000;
/** A process that ran this long is healthy: its earlier deaths are forgotten. */
const healthyAfterMs = 60_000;

/** How often a process died lately, and how long to wait before it is started again. */
export interface Restart {
  readonly deaths: number;
  readonly delayMs: number;
}

/**
 * What to do after a process that ran for `ranMs` died: the first restart is immediate, then the delay
 * doubles from 0.25 s to 10 s, until a process stays up for a minute.
 */
export function nextRestart(deathsBefore: number, ranMs: number): Restart {
  const earlier = ranMs >= healthyAfterMs ? 0 : deathsBefore;
  const delayMs = earlier === 0 ? 0 : Math.min(firstDelayMs * 2 ** (earlier - 1), delayMaxMs);
  return { deaths: earlier + 1, delayMs };
}
