import type { CustomerId, ServiceId } from '../../kernel/ids.ts';
import type { ServiceStatus } from '../../subscribers/service-status.ts';

/** The data allowance of the running period and what happens when it is used up (billing-rules F2, F5, F6). */
export interface Quota {
  limitOctets: number;
  usedOctets: number;
  /** Where people are told that most of it is used (F1); beyond `limitOctets` it means nothing. */
  alertOctets?: number;
  action: 'overage' | 'throttle' | 'block' | 'notify';
}

/**
 * The attributes of an Access-Accept, encoded once per plan or service. What changes from login to login is
 * not in them: Session-Timeout, Class, Message-Authenticator, Proxy-State and MS-CHAP are appended per reply.
 */
export interface ServiceReplies {
  full: Buffer;
  /** At the FUP rate. */
  throttled: Buffer;
  /** In the walled garden. */
  walled: Buffer;
  /** The plan's own Session-Timeout in seconds; 0 = none. */
  sessionTimeoutS: number;
}

/**
 * One subscriber as the login path holds it in memory. A plain mutable object: whoever keeps the directory
 * changes it in place, and many fields (replies, quotas of nobody, NAS sets) are shared between subjects.
 */
export interface Subject {
  serviceId: ServiceId;
  customerId: CustomerId;
  username: string;
  /** The PPP secret in clear; empty for a service that its MAC address alone opens. */
  readonly password: Buffer;
  /** MD4 of the UTF-16LE password; computed by the caller when MS-CHAP first needs it. */
  ntHash: Buffer | undefined;
  state: ServiceStatus;
  /** Why it is suspended: `admin`, `nonpayment` or `data_cap` (billing-rules S5). */
  stateReason: string | undefined;
  /** The instant from which a prepaid service is over, in ms since the epoch; 0 = never (billing-rules Q3). */
  expiresAtMs: number;
  /** The only MAC address that may log in, `AA:BB:CC:DD:EE:FF`. */
  macLock: string | undefined;
  /** With no lock yet: the first MAC address that logs in becomes the lock. */
  bindMacOnFirstUse: boolean;
  /** NAS ids this service may log in from; undefined = every one. */
  allowedNas: ReadonlySet<string> | undefined;
  /** Simultaneous sessions; 0 = as many as it likes. */
  sessionLimit: number;
  quota: Quota | undefined;
  replies: ServiceReplies;
  /** Grows with every change of the service; travels in Class. */
  version: number;
}
