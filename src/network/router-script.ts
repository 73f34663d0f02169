/** What the script for a router says of this server and of the router. */
export interface RouterScriptInput {
  /** Where routers reach this server. */
  readonly radiusAddress: string;
  readonly authPort: number;
  readonly acctPort: number;
  readonly coaPort: number;
  /** Undefined leaves a place for it: a stored secret is never shown. */
  readonly secret: string | undefined;
  readonly interimIntervalS: number;
}

/** What stands for a secret that is not shown. */
export const SECRET_PLACE = 'THE-SHARED-SECRET';

/** The lines to paste into a RouterOS terminal, 6.49 and 7 (docs/mikrotik-setup.md). */
export function routerScript(input: RouterScriptInput): string[] {
  const { radiusAddress, authPort, acctPort, coaPort, secret = SECRET_PLACE, interimIntervalS } = input;
  return [
    `/radius add service=ppp,hotspot,dhcp address=${radiusAddress} secret=${quoted(secret)} authentication-port=${authPort} accounting-port=${acctPort} timeout=3s comment="netflow-isp"`,
    `/radius incoming set accept=yes port=${coaPort}`,
    `/ppp aaa set use-radius=yes accounting=yes interim-update=${interimIntervalS}s`,
    `/ip firewall filter add chain=input src-address=${radiusAddress} protocol=udp dst-port=${coaPort} action=accept comment="netflow-isp" place-before=0`,
  ];
}

/** A RouterOS string: what ends or expands one is escaped. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"$?]/g, '\\$&')}"`;
}
