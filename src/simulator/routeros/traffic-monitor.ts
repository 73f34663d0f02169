import type { Row } from './query.ts';
import { interfaceOf, type LiveRouter } from './session-rows.ts';

/** Bits per second of interfaces between one sample and the next, as `/interface/monitor-traffic` shows them. */
export class TrafficMonitor {
  readonly #router: LiveRouter;
  readonly #last = new Map<string, { atMs: number; upload: number; download: number }>();

  constructor(router: LiveRouter) {
    this.#router = router;
  }

  /** One sample; undefined when there is no such interface. */
  sample(name: string): Row | undefined {
    if (name === 'ether1') return row(name, 0, 0);
    const session = [...this.#router.sessions.values()].find((one) => interfaceOf(one) === name);
    if (session === undefined) return undefined;
    this.#router.count(session);
    const atMs = this.#router.nowMs();
    const { uploadOctets: upload, downloadOctets: download } = session;
    const last = this.#last.get(name) ?? { atMs: session.startedAtMs, upload: 0, download: 0 };
    this.#last.set(name, { atMs, upload, download });
    const seconds = Math.max((atMs - last.atMs) / 1000, 0.001);
    return row(name, ((upload - last.upload) * 8) / seconds, ((download - last.download) * 8) / seconds);
  }
}

function row(name: string, rxBps: number, txBps: number): Row {
  return {
    name,
    'rx-bits-per-second': String(Math.max(0, Math.round(rxBps))),
    'tx-bits-per-second': String(Math.max(0, Math.round(txBps))),
  };
}
