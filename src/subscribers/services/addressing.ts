import { invalid } from '../../kernel/errors.ts';
import { formatAddress, parseAddress, parseAddressBlock } from '../../kernel/ip.ts';

const ROUTES_MAX = 16;

/** The canonical text of a subscriber's own IPv4 address; throws `validation_failed`. */
export function checkFramedIp(text: string): string {
  const address = parseAddress(text.trim());
  if (address?.family !== 4 || address.value === 0n || address.value === 0xffffffffn) {
    const message = `'${text}' is no IPv4 address a subscriber can have: write it like 10.20.30.40.`;
    throw invalid(message, { ip: message });
  }
  return formatAddress(4, address.value);
}

/** The canonical text of an IPv6 prefix; throws `validation_failed` that names `field`. */
export function checkIpv6Prefix(field: string, text: string): string {
  const message = `'${text}' is no IPv6 prefix: write it like 2001:db8:1::/56.`;
  const match = /^([0-9a-f:.]+)\/(\d{1,3})$/i.exec(text.trim());
  const isPrefix = match !== null && Number(match[2]) <= 128 && parseAddress(match[1] ?? '')?.family === 6;
  if (!isPrefix) throw invalid(message, { [field]: message });
  const block = parseAddressBlock(text.trim());
  // One address is a prefix too, and goes out with its length.
  return block.prefixLength === 128 ? `${block.text}/128` : block.text;
}

/** Routes behind the subscriber, `10.50.0.0/24 10.0.0.2 1` each (RFC 2865 section 5.22); throws `validation_failed`. */
export function checkFramedRoutes(routes: readonly string[]): string[] {
  if (routes.length > ROUTES_MAX) {
    const message = `There are ${routes.length} routes: at most ${ROUTES_MAX} fit a reply.`;
    throw invalid(message, { framed_routes: message });
  }
  return routes.map(checkFramedRoute);
}

function checkFramedRoute(text: string): string {
  const [destination = '', gateway, metric, ...rest] = text.trim().split(/\s+/);
  const [network = '', length = ''] = destination.split('/');
  const isGood =
    parseAddress(network)?.family === 4 &&
    /^(\d|[12]\d|3[0-2])$/.test(length) &&
    (gateway === undefined || parseAddress(gateway)?.family === 4) &&
    (metric === undefined || /^\d{1,3}$/.test(metric)) &&
    rest.length === 0;
  if (!isGood) {
    const message = `'${text}' is no route: write the network, and if need be gateway and metric, like 10.50.0.0/24 10.0.0.2 1.`;
    throw invalid(message, { framed_routes: message });
  }
  return [`${network}/${length}`, gateway, metric].filter((part) => part !== undefined).join(' ');
}
