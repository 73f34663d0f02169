import type { NasId } from '../../kernel/ids.ts';
import type { Subject } from './subject.ts';

/**
 * How the request proves who is there. `mac`: the user name is a MAC address and the password empty, as
 * RouterOS sends for DHCP leases and hotspot MAC logins. `none`: no password attribute of any kind.
 */
export type LoginMethod = 'pap' | 'chap' | 'mschap1' | 'mschap2' | 'mac' | 'eap' | 'none';

/** What one Access-Request says, as the rules need it. The server keeps one such object and refills it. */
export interface AccessFacts {
  nasId: NasId;
  nasName: string;
  /** True when a Message-Authenticator was there (and therefore verified). */
  isSigned: boolean;
  method: LoginMethod;
  userName: string;
  /** `AA:BB:CC:DD:EE:FF` when it is a MAC address, else as the router sent it (an IP address for L2TP). */
  callingStationId: string | undefined;
  /** Live sessions of this service on other ports or MAC addresses than this request's. */
  otherLiveSessions: number;
  nowMs: number;
  /** Compares the PAP, CHAP or MS-CHAP material of this packet; asked at most once, never for `mac`. */
  credentials: { matches(subject: Subject): boolean };
}
