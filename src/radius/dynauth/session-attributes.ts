import type { DynauthAttribute, DynauthSession } from '../../network/dynauth.port.ts';

/**
 * The attributes by which RouterOS finds a session: PPP needs the first two, a hotspot the address. No NAS-IP-Address:
 * one that is not the router's own gets NAK 403.
 */
export function sessionAttributes(session: DynauthSession): DynauthAttribute[] {
  const { userName, acctSessionId, framedIpAddress } = session;
  const known: readonly (readonly [string, string | undefined])[] = [
    ['User-Name', userName],
    ['Acct-Session-Id', acctSessionId],
    ['Framed-IP-Address', framedIpAddress],
  ];
  return known.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [{ name, value }]));
}
