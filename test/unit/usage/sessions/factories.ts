import type { AccountingReport, SessionDetails } from '../../../../src/usage/sessions/report.ts';
import { STATUS } from '../../../../src/usage/sessions/report.ts';
import { judge, type Session, type Step } from '../../../../src/usage/sessions/session.ts';

/** When the sessions of these tests begin: a whole hour, so that sums of minutes stay readable. */
export const BEGIN_MS = Date.parse('2026-03-02T10:00:00Z');

export const NO_DETAILS: SessionDetails = {
  framedIp: null,
  framedIpv6Prefix: null,
  delegatedIpv6Prefix: null,
  callingStation: null,
  calledStation: null,
  nasPortId: null,
  nasPort: null,
  nasAddress: '192.0.2.1',
  nasIpReported: null,
  nasIdentifier: null,
};

/** An Interim of one session; whatever matters is said by the test. `atS` counts from the begin and is the event. */
export function report(
  parts: Partial<AccountingReport> & { atS?: number; delayS?: number } = {},
): AccountingReport {
  const { atS = parts.sessionTimeS ?? 0, delayS = 0, ...rest } = parts;
  const eventAtMs = BEGIN_MS + atS * 1000;
  return {
    status: STATUS.interim,
    nasId: 1,
    acctSessionId: '81000001',
    username: 'alice',
    serviceId: 7,
    receivedAtMs: eventAtMs + delayS * 1000,
    eventAtMs,
    sessionTimeS: 0,
    uploadOctets: 0,
    downloadOctets: 0,
    hasGigawords: true,
    anomalies: 0,
    terminateCause: 0,
    interimIntervalS: 0,
    stateVersion: 0,
    grade: null,
    detailsHash: 11,
    stationHash: 22,
    details: () => NO_DETAILS,
    ...rest,
  };
}

export const start = (parts: Parameters<typeof report>[0] = {}): AccountingReport =>
  report({ status: STATUS.start, ...parts });

export const stop = (parts: Parameters<typeof report>[0] = {}): AccountingReport =>
  report({ status: STATUS.stop, terminateCause: 1, ...parts });

/** What a row of reports comes to when each is judged against what the ones before it left. */
export class Story {
  readonly steps: Step[] = [];
  readonly generations = new Map<number, Session>();
  /** Octets booked, both directions. */
  booked = 0;
  session: Session | undefined;
  #nextId = 1;

  /** Judges reports in the given order and keeps what they lead to. */
  tell(...reports: readonly AccountingReport[]): this {
    for (const one of reports) {
      const step = judge(this.session, one, () => this.#nextId++);
      this.steps.push(step);
      if (step.kind === 'duplicate') continue;
      this.session = step.session;
      this.generations.set(step.session.generation, step.session);
      this.booked += step.uploadDelta + step.downloadDelta;
    }
    return this;
  }

  get last(): Step {
    const step = this.steps.at(-1);
    if (step === undefined) throw new Error('No report has been told.');
    return step;
  }

  /** Octets of all generations together, as their session rows show them. */
  get counted(): number {
    let octets = 0;
    for (const session of this.generations.values()) octets += session.uploadOctets + session.downloadOctets;
    return octets;
  }
}
