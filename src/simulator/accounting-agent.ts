import type { SharedSecret } from '../radius/protocol/secret.ts';
import { ACCT_STATUS, type AccountingRecord, buildAccounting } from './accounting-request.ts';
import type { RadiusClient } from './radius-client.ts';
import { RequestWriter } from './request-writer.ts';
import type { SettledOptions } from './router-options.ts';
import type { SimulatedSession } from './session.ts';

/** Reports the sessions of one router, gives up as RouterOS does, and remembers what was acknowledged. */
export class AccountingAgent {
  readonly #options: SettledOptions;
  readonly #secret: SharedSecret;
  readonly #client: RadiusClient;
  readonly #random: () => number;
  readonly #writer = new RequestWriter();
  readonly #underWay = new Set<Promise<boolean>>();

  constructor(given: {
    readonly options: SettledOptions;
    readonly secret: SharedSecret;
    readonly client: RadiusClient;
    readonly random: () => number;
  }) {
    this.#options = given.options;
    this.#secret = given.secret;
    this.#client = given.client;
    this.#random = given.random;
  }

  /** Sends a Start, an Interim or a Stop with the counters of this moment; true when it was acknowledged. */
  report(session: SimulatedSession, status: number): Promise<boolean> {
    const nowMs = this.#options.time.nowMs();
    session.advance(nowMs, this.#random());
    const work = this.#send(session, {
      status,
      sessionTimeS: session.sessionTimeS(nowMs),
      uploadOctets: session.uploadOctets,
      downloadOctets: session.downloadOctets,
      terminateCause: status === ACCT_STATUS.stop ? session.stopCause : undefined,
      eventTimestampS: Math.floor(nowMs / 1000) + this.#options.clockSkewS,
    });
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
    return work;
  }

  /** Begins the interims of a session that has just come up. */
  startInterims(session: SimulatedSession): void {
    const intervalS = this.#options.interimOverrideS ?? session.terms.interimS ?? this.#options.interimS;
    if (intervalS <= 0) return;
    const next = (): void => {
      const cancel = this.#options.time.after(intervalS * 1000, () => {
        void this.report(session, ACCT_STATUS.interim);
        next();
      });
      session.timers.set('interim', cancel);
    };
    next();
  }

  /** Resolves when no record waits for its answer. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled([...this.#underWay]);
  }

  async #send(session: SimulatedSession, record: AccountingRecord): Promise<boolean> {
    const { statistics, server } = this.#options;
    statistics.accountingSent += 1;
    const answer = await this.#client.exchange({
      port: server.acctPort,
      build: buildAccounting(this.#writer, session, record, {
        address: this.#options.address,
        identity: this.#options.identity,
        secret: this.#secret,
      }),
      requireMessageAuthenticator: false,
    });
    if (answer === undefined) {
      statistics.accountingLost += 1;
      return false;
    }
    statistics.accountingAcked += 1;
    statistics.accountingLatency.add(answer.elapsedMs);
    const { acked } = session;
    acked.hasStart ||= record.status === ACCT_STATUS.start;
    acked.hasStop ||= record.status === ACCT_STATUS.stop;
    acked.uploadOctets = Math.max(acked.uploadOctets, record.uploadOctets);
    acked.downloadOctets = Math.max(acked.downloadOctets, record.downloadOctets);
    acked.sessionTimeS = Math.max(acked.sessionTimeS, record.sessionTimeS);
    return true;
  }
}
