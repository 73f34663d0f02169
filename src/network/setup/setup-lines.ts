import { quoted } from '../routeros/quoted.ts';
import type { RadiusInput, SetupInput } from './setup-input.ts';

/** What stands for a secret that is not shown. */
export const SECRET_PLACE = 'THE-SHARED-SECRET';
const PASSWORD_PLACE = 'A-LONG-RANDOM-PASSWORD';
const API_TLS_PORT = 8729;
const CERTIFICATE = 'netflow-isp-api';
const WALLED = 'netflow-isp-walled';

/** Takes away what an earlier set-up left, so that the same may be imported again. */
export const FORGET_RADIUS = '/radius remove [find where comment="netflow-isp"]';

/** `/radius`, `/radius incoming`, `/ppp aaa` (mikrotik-radius.md section 9). */
export function radiusLines(input: RadiusInput, tunnel?: { readonly address: string }): string[] {
  const { radiusAddress, authPort, acctPort, coaPort, secret = SECRET_PLACE, interimIntervalS } = input;
  const source = tunnel === undefined ? '' : ` src-address=${tunnel.address}`;
  return [
    `/radius add service=ppp,hotspot,dhcp address=${radiusAddress}${source} secret=${quoted(secret)} authentication-port=${authPort} accounting-port=${acctPort} timeout=3s comment="netflow-isp"`,
    `/radius incoming set accept=yes port=${coaPort}`,
    `/ppp aaa set use-radius=yes accounting=yes interim-update=${interimIntervalS}s`,
  ];
}

/** A user with the least policies, and api-ssl with a certificate of its own. */
export function apiUserLines({ radiusAddress, apiUser }: SetupInput): string[] {
  const user = quoted(apiUser);
  return [
    `/user remove [find where name=${user}]`,
    '/user group remove [find where name="netflow-isp"]',
    '/user group add name="netflow-isp" policy=api,read,write,test',
    `/user add name=${user} group="netflow-isp" password=${quoted(PASSWORD_PLACE)} address=${radiusAddress}/32`,
    `:if ([:len [/certificate find where name="${CERTIFICATE}"]] = 0) do={ /certificate add name="${CERTIFICATE}" common-name="router-api" key-usage=digital-signature,key-encipherment,tls-server days-valid=3650; /certificate sign "${CERTIFICATE}" }`,
    `/ip service set api-ssl disabled=no port=${API_TLS_PORT} certificate="${CERTIFICATE}" address=${radiusAddress}/32`,
    '/ip service set api disabled=yes',
  ];
}

/** CoA and the API from the server are let in, first of all rules. */
export function firewallLines({ radiusAddress, coaPort }: SetupInput): string[] {
  const rule = (protocol: string, port: number): string => {
    const add = `/ip firewall filter add chain=input src-address=${radiusAddress} protocol=${protocol} dst-port=${port} action=accept comment="netflow-isp"`;
    return `:if ([:len [/ip firewall filter find where comment="netflow-isp" and protocol=${protocol} and dst-port=${port}]] = 0) do={ :local first [/ip firewall filter find where chain=input dynamic=no]; :if ([:len $first] > 0) do={ ${add} place-before=[:pick $first 0] } else={ ${add} } }`;
  };
  return [rule('udp', coaPort), rule('tcp', API_TLS_PORT)];
}

/** DNS and the portal pass, web pages are sent to the portal, the rest is dropped. */
export function walledLines({ walledList, radiusAddress, portalPort }: SetupInput): string[] {
  if (walledList === undefined) return [];
  const of = `src-address-list=${quoted(walledList)}`;
  const forward = (more: string): string =>
    `/ip firewall filter add chain=forward ${of} ${more} comment="${WALLED}"`;
  return [
    `/ip firewall nat remove [find where comment="${WALLED}"]`,
    `/ip firewall filter remove [find where comment="${WALLED}"]`,
    `/ip firewall nat add chain=dstnat ${of} dst-address=!${radiusAddress} protocol=tcp dst-port=80 action=dst-nat to-addresses=${radiusAddress} to-ports=${portalPort} comment="${WALLED}"`,
    forward(`dst-address=${radiusAddress} action=accept`),
    forward('protocol=udp dst-port=53 action=accept'),
    forward('action=drop'),
    '# Move the three forward rules above any "accept established" and fasttrack rule.',
  ];
}
