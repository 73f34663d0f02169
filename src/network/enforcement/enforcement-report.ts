import type { NasId, SessionId } from '../../kernel/ids.ts';

/** The outcome of an order that a newer one, or a newer state of the service, made pointless. */
export const SUPERSEDED = 'Superseded by a newer state of the service.';

/** What became of one order to the network, for people. */
export interface EnforcementReport {
  readonly id: string;
  readonly sessionId: SessionId;
  readonly nasId: NasId;
  /** Undefined when the NAS has been removed. */
  readonly nasName: string | undefined;
  readonly kind: 'coa' | 'disconnect';
  readonly cause: string;
  readonly state: 'pending' | 'sending' | 'acknowledged' | 'refused' | 'unreachable' | 'gone';
  readonly tries: number;
  /** What the last try met; undefined before it is over. */
  readonly lastAnswer: 'ack' | 'nak' | 'timeout' | 'error' | undefined;
  /** What the router answered, in words. */
  readonly outcome: string | undefined;
  readonly roundTripUs: number | undefined;
  readonly createdAt: Date;
  readonly doneAt: Date | undefined;
}
