import type { Row } from './query.ts';
import type { LiveRouter } from './session-rows.ts';

/** The port towards the Internet: what subscribers download comes in there. */
export const UPLINK = 'ether1';

/** Octets through it since the router was switched on, as the router counts them. */
export function uplinkOctets(router: LiveRouter): { readonly received: number; readonly sent: number } {
  const octets = { received: 0, sent: 0 };
  const add = (session: { readonly uploadOctets: number; readonly downloadOctets: number }): void => {
    octets.received += session.downloadOctets;
    octets.sent += session.uploadOctets;
  };
  for (const session of router.sessions.values()) {
    router.count(session);
    add(session);
  }
  for (const session of router.ended) if (session.startedAtMs >= router.bootedAtMs) add(session);
  return octets;
}

/** It as an item of `/interface`. */
export function uplinkRow(router: LiveRouter): Row {
  const { received, sent } = uplinkOctets(router);
  return {
    '.id': '*1',
    name: UPLINK,
    type: 'ether',
    running: 'true',
    disabled: 'false',
    'rx-byte': String(received),
    'tx-byte': String(sent),
  };
}
