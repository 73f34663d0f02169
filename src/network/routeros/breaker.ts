/** Waits after 1, 2, 3 ... failures in a row double from here up to the cap, in ms. */
export const REST_FIRST_MS = 1_000;
export const REST_MAX_MS = 60_000;
/** Wrong credentials do not get right by trying, and each try is a line in the router's log. */
export const REST_AFTER_REFUSAL_MS = 30_000;

/**
 * Leaves a failing router alone. After a failure nobody connects until the rest is over; then one may try, and only
 * its success lets the others through. Rests double, are capped, and vary by half so that routers that fell together
 * are not asked together.
 */
export class Breaker {
  #failures = 0;
  #restUntilMs = 0;
  #reason = '';

  /** What keeps the router from being asked at `nowMs`; undefined when it may be. */
  objection(nowMs: number): { readonly reason: string; readonly waitMs: number } | undefined {
    const waitMs = this.#restUntilMs - nowMs;
    return waitMs > 0 ? { reason: this.#reason, waitMs } : undefined;
  }

  /** Failures in a row. */
  get failures(): number {
    return this.#failures;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#restUntilMs = 0;
  }

  /** `fraction` is random in [0, 1). */
  failed(failure: {
    readonly nowMs: number;
    readonly fraction: number;
    readonly reason: string;
    readonly isRefusal: boolean;
  }): void {
    const doubled = REST_FIRST_MS * 2 ** Math.min(this.#failures, 16);
    const restMs = Math.min(Math.max(doubled, failure.isRefusal ? REST_AFTER_REFUSAL_MS : 0), REST_MAX_MS);
    this.#failures += 1;
    this.#restUntilMs = failure.nowMs + restMs * (0.5 + failure.fraction / 2);
    this.#reason = failure.reason;
  }
}
