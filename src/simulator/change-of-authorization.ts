import { parseRateLimit } from '../kernel/bandwidth.ts';
import type { DecodedAttribute } from '../radius/protocol/codec.ts';
import type { SimulatedSession } from './session.ts';

/** Error-Cause values a router answers with (RFC 5176 section 3.5). */
export const ERROR_CAUSE = {
  unsupportedAttribute: 401,
  missingAttribute: 402,
  nasIdentificationMismatch: 403,
  invalidAttributeValue: 407,
  sessionContextNotFound: 503,
  multipleSessionSelection: 508,
} as const;

/** Attributes that say which session is meant, or belong to the protocol. */
const IDENTIFICATION: ReadonlySet<string> = new Set([
  'User-Name',
  'Acct-Session-Id',
  'Framed-IP-Address',
  'Calling-Station-Id',
  'NAS-IP-Address',
  'NAS-Identifier',
  'NAS-Port',
  'NAS-Port-Id',
  'Event-Timestamp',
  'Message-Authenticator',
  'Proxy-State',
]);

/** Attributes RouterOS changes in a live session (mikrotik-radius section 6); all else is refused with 401. */
const CHANGEABLE: ReadonlySet<string> = new Set([
  'Mikrotik-Group',
  'Mikrotik-Recv-Limit',
  'Mikrotik-Recv-Limit-Gigawords',
  'Mikrotik-Xmit-Limit',
  'Mikrotik-Xmit-Limit-Gigawords',
  'Mikrotik-Rate-Limit',
  'Mikrotik-Mark-Id',
  'Mikrotik-Advertise-URL',
  'Mikrotik-Advertise-Interval',
  'Ascend-Data-Rate',
  'Ascend-Xmit-Rate',
  'Filter-Id',
  'Session-Timeout',
  'Idle-Timeout',
  'Port-Limit',
]);

/** The session a request means, or the Error-Cause of the NAK. */
export function findSession(
  attributes: readonly DecodedAttribute[],
  router: {
    readonly address: string;
    readonly identity: string;
    readonly sessions: ReadonlyMap<string, SimulatedSession>;
  },
): SimulatedSession | number {
  const values = new Map(attributes.map(({ name, value }) => [name, value]));
  const nasAddress = values.get('NAS-IP-Address');
  if (nasAddress !== undefined && nasAddress !== router.address) return ERROR_CAUSE.nasIdentificationMismatch;
  const identity = values.get('NAS-Identifier');
  if (identity !== undefined && identity !== router.identity) return ERROR_CAUSE.nasIdentificationMismatch;
  const userName = values.get('User-Name');
  const sessionId = values.get('Acct-Session-Id');
  const framedIp = values.get('Framed-IP-Address');
  if (userName === undefined && sessionId === undefined && framedIp === undefined) {
    return ERROR_CAUSE.missingAttribute;
  }
  const candidates =
    sessionId === undefined ? [...router.sessions.values()] : [router.sessions.get(sessionId)];
  const found = candidates.filter(
    (session) =>
      session !== undefined &&
      (userName === undefined || session.subscriber.username === userName) &&
      (framedIp === undefined || session.framedIp === framedIp),
  );
  if (found.length > 1) return ERROR_CAUSE.multipleSessionSelection;
  return found[0] ?? ERROR_CAUSE.sessionContextNotFound;
}

/** The Error-Cause with which a change is refused as a whole; undefined when all of it can be applied. */
export function objectionToChange(attributes: readonly DecodedAttribute[]): number | undefined {
  for (const { name, value } of attributes) {
    if (IDENTIFICATION.has(name)) continue;
    if (!CHANGEABLE.has(name)) return ERROR_CAUSE.unsupportedAttribute;
    if (name === 'Mikrotik-Rate-Limit' && !parseRateLimit(value).ok) return ERROR_CAUSE.invalidAttributeValue;
  }
  return undefined;
}

/** Applies what `objectionToChange` let pass; the caller has counted the traffic under the old rate. */
export function applyChange(session: SimulatedSession, attributes: readonly DecodedAttribute[]): void {
  for (const { name, value } of attributes) {
    if (name === 'Mikrotik-Rate-Limit') {
      const rate = parseRateLimit(value);
      session.terms.rateLimit = rate.ok ? rate.value : undefined;
      session.terms.rateLimitText = value;
    } else if (name === 'Mikrotik-Group') {
      session.terms.group = value;
    } else if (name === 'Session-Timeout') {
      session.terms.sessionTimeoutS = Number(value);
    } else if (name === 'Idle-Timeout') {
      session.terms.idleTimeoutS = Number(value);
    }
  }
}
