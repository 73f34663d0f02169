import type { RouterRow } from '../router.port.ts';

/** A PPP session as the router shows it. */
export interface ActiveSession {
  /** Good on the connection it was read from, and there only. */
  readonly itemId: string;
  readonly username: string;
  readonly acctSessionId: string;
  readonly address: string | undefined;
  readonly callerId: string | undefined;
  readonly service: string;
  readonly isRadius: boolean;
}

/** What is asked of `/ppp/active/print`. */
export const ACTIVE_PROPLIST = '.id,name,service,caller-id,address,session-id,radius';

/** Reads a row of `/ppp/active`; undefined for one without id or name. */
export function activeSession(row: RouterRow): ActiveSession | undefined {
  const { '.id': itemId, name } = row;
  if (itemId === undefined || name === undefined) return undefined;
  return {
    itemId,
    username: name,
    acctSessionId: plainSessionId(row['session-id'] ?? ''),
    address: row.address || undefined,
    callerId: row['caller-id'] || undefined,
    service: row.service ?? '',
    isRadius: row.radius === 'true',
  };
}

/** RADIUS says `81000001` where the API says `0x81000001`; capitals and leading zeros are no difference. */
export function plainSessionId(text: string): string {
  return text
    .toLowerCase()
    .replace(/^0x/, '')
    .replace(/^0+(?=.)/, '');
}

/** The interface and the queue of a session are named after its service and its user. */
const PPP_SERVICES = ['pppoe', 'l2tp', 'pptp', 'sstp', 'ovpn'] as const;

/** The query words that find what the router named after the sessions of a user, whatever their service. */
export function sessionQueries(username: string): readonly string[] {
  return PPP_SERVICES.flatMap((service, at) => [
    `name=<${service}-${username}>`,
    ...(at === 0 ? [] : ['#|']),
  ]);
}
