import { type NetworkFaults, noFaults } from './faults.ts';
import { Statistics } from './statistics.ts';
import { type TimeBase, timeBase } from './time-base.ts';

/** A simulated router: where it stands, whom it asks, and how it behaves. */
export interface RouterOptions {
  /** Its own address: RADIUS goes out from it, CoA comes in to it. IPv4, of this host. */
  readonly address: string;
  /** `/system/identity`, sent as NAS-Identifier. */
  readonly identity: string;
  readonly server: { readonly host: string; readonly authPort: number; readonly acctPort: number };
  readonly secret: string;
  /** UDP port of `/radius incoming`; 0 = any free one (see `coaPort` of the router). Default 3799. */
  readonly coaPort?: number;
  /** Wait for an answer to each datagram, in ms. Default 300, as RouterOS has long had. */
  readonly timeoutMs?: number;
  /** Datagrams per request. Default 3. */
  readonly tries?: number;
  /** Whether Access-Requests are signed and replies must be, as since RouterOS 7.15. Default true. */
  readonly isSigned?: boolean;
  /** `/ppp/aaa interim-update`, used where the Accept names none; 0 = none. Default 0. */
  readonly interimS?: number;
  /** Beats whatever the Accept says; for rehearsals. */
  readonly interimOverrideS?: number | undefined;
  /** `/ip/pool`: names to blocks, or `'any'`: every name exists. Default `'any'`. */
  readonly pools?: Readonly<Record<string, string>> | 'any';
  /** Clients dial again this long after their session ended against their will; absent = never. */
  readonly redialDelayMs?: number | undefined;
  /** What its own clock is wrong by, in seconds. */
  readonly clockSkewS?: number;
  /** Makes loss, duplication and traffic the same in every run. Default 1. */
  readonly seed?: number;
  readonly time?: TimeBase;
  readonly faults?: NetworkFaults;
  /** Shared by the routers of a fleet. */
  readonly statistics?: Statistics;
}

/** The options with everything filled in. */
export type SettledOptions = Required<Omit<RouterOptions, 'interimOverrideS' | 'redialDelayMs'>> &
  Pick<RouterOptions, 'interimOverrideS' | 'redialDelayMs'>;

/** Fills in what was left out. */
export function settleOptions(given: RouterOptions): SettledOptions {
  return {
    coaPort: 3799,
    timeoutMs: 300,
    tries: 3,
    isSigned: true,
    interimS: 0,
    pools: 'any',
    clockSkewS: 0,
    seed: 1,
    time: timeBase(),
    faults: noFaults(),
    statistics: new Statistics(),
    ...given,
  };
}
