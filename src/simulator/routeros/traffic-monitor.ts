import type { Row } from './query.ts';
import { interfaceOf, type LiveRouter } from './session-rows.ts';
import { UPLINK, uplinkOctets } from './uplink.ts';

/** Bits per second of interfaces between one sample and the next, as `/interface/monitor-traffic` shows them. */
export class TrafficMonitor {
  readonly #router: LiveRouter;
  readonly #last = new Map<string, { atMs: number; received: number; sent: number }>();

  constructor(router: LiveRouter) {
    this.#router = router;
  }

  /** One sample; undefined when there is no such interface. */
  sample(name: string): Row | undefined {
    const counters = this.#counters(name);
    if (counters === undefined) return undefined;
    const { received, sent, sinceMs } = counters;
    const atMs = this.#router.nowMs();
    const last = this.#last.get(name) ?? { atMs: sinceMs, received: 0, sent: 0 };
    this.#last.set(name, { atMs, received, sent });
    const seconds = Math.max((atMs - last.atMs) / 1000, 0.001);
    return row(name, ((received - last.received) * 8) / seconds, ((sent - last.sent) * 8) / seconds);
  }

  /** As the router sees them: it receives what the subscriber uploads. */
  #counters(name: string): { received: number; sent: number; sinceMs: number } | undefined {
    if (name === UPLINK) return { ...uplinkOctets(this.#router), sinceMs: this.#router.bootedAtMs };
    const session = [...this.#router.sessions.values()].find((one) => interfaceOf(one) === name);
    if (session === undefined) return undefined;
    this.#router.count(session);
    return { received: session.uploadOctets, sent: session.downloadOctets, sinceMs: session.startedAtMs };
  }
}

function row(name: string, rxBps: number, txBps: number): Row {
  return {
    name,
    'rx-bits-per-second': String(Math.max(0, Math.round(rxBps))),
    'tx-bits-per-second': String(Math.max(0, Math.round(txBps))),
  };
}
