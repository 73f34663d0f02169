import { reviewServiceQuota } from '../../billing/quota/quota-review.service.ts';
import type { BillingDeps } from '../../billing/use-case.service.ts';
import type { ServiceId } from '../../kernel/ids.ts';
import type { Logger } from '../../platform/logger.port.ts';

const ACTOR = { kind: 'system', name: 'accounting' } as const;

/** What the watch works with. */
export interface QuotaWatchContext {
  /** The business clock and a database that accounting does not wait for. */
  readonly deps: BillingDeps;
  readonly logger: Logger;
  /** Reads a service into memory again: what was counted here was not what is stored. */
  readonly reload: (serviceId: ServiceId) => Promise<void>;
}

/**
 * Judges services whose use crossed a mark, beside accounting: memory only says when to look, the rows say what is true
 * (billing-rules F1, F2, F5). One that fails is left to `record-usage`.
 */
export class QuotaWatch {
  readonly #context: QuotaWatchContext;
  readonly #waiting = new Set<ServiceId>();
  #running: Promise<void> | undefined;

  constructor(context: QuotaWatchContext) {
    this.#context = context;
  }

  /** Has a service judged soon; one that waits already waits once. */
  note(serviceId: ServiceId): void {
    this.#waiting.add(serviceId);
    this.#running ??= this.#drain();
  }

  /** Resolves when everything that was noted has been judged. */
  async stop(): Promise<void> {
    await this.#running;
  }

  async #drain(): Promise<void> {
    for (const serviceId of this.#waiting) {
      this.#waiting.delete(serviceId);
      await this.#judge(serviceId);
    }
    this.#running = undefined;
  }

  async #judge(serviceId: ServiceId): Promise<void> {
    const { deps, logger, reload } = this.#context;
    try {
      const review = await reviewServiceQuota(deps, ACTOR, serviceId);
      if (review === undefined || review.raised.length === 0) await reload(serviceId);
    } catch (error) {
      logger.warn({ event: 'radius.quota_not_judged', service_id: serviceId, err: error });
    }
  }
}
