import { SLOT, VENDOR } from '../radius/protocol/slots.ts';
import type { AttributeSink } from './request-writer.ts';
import type { Subscriber } from './subscriber.ts';

/** What identifies a login and its session, besides the subscriber. */
export interface PortFacts {
  readonly subscriber: Subscriber;
  readonly acctSessionId: string;
  readonly nasPort: number;
  /** The address a hotspot or DHCP client has before it logs in, or the session's own in accounting. */
  readonly framedIp: string | undefined;
}

/** How the router names itself. */
export interface RouterFacts {
  readonly address: string;
  readonly identity: string;
}

const SERVICE_TYPE = { login: 1, framed: 2 } as const;
const FRAMED_PROTOCOL_PPP = 1;
const NAS_PORT_TYPE = { virtual: 5, ethernet: 15, wireless: 19 } as const;
const MIKROTIK_HOST_IP = 10;

/** The attributes of mikrotik-radius section 2 by service, in the order seen on the wire where one was seen. */
export function writeIdentity(sink: AttributeSink, port: PortFacts, router: RouterFacts): void {
  switch (port.subscriber.service) {
    case 'pppoe':
      writePpp(sink, port, NAS_PORT_TYPE.ethernet, {
        calling: port.subscriber.mac,
        called: 'pppoe-in',
        portId: 'ether2',
      });
      break;
    case 'l2tp':
      writePpp(sink, port, NAS_PORT_TYPE.virtual, {
        calling: tunnelPeer(port.nasPort),
        called: router.address,
        portId: undefined,
      });
      break;
    case 'hotspot':
      writeHotspot(sink, port);
      break;
    case 'dhcp':
      writeDhcp(sink, port);
      break;
  }
}

/** NAS-Identifier and NAS-IP-Address, which close the identity. */
export function writeRouter(sink: AttributeSink, router: RouterFacts): void {
  sink.text(SLOT.nasIdentifier, router.identity);
  sink.bytesAttribute(SLOT.nasIpAddress, ipv4Octets(router.address));
}

/** The four octets of a dotted address. */
export function ipv4Octets(text: string): Buffer {
  return Buffer.from(text.split('.').map(Number));
}

function writePpp(
  sink: AttributeSink,
  port: PortFacts,
  portType: number,
  names: { readonly calling: string; readonly called: string; readonly portId: string | undefined },
): void {
  sink.uint32(SLOT.serviceType, SERVICE_TYPE.framed);
  sink.uint32(SLOT.framedProtocol, FRAMED_PROTOCOL_PPP);
  sink.uint32(SLOT.nasPort, port.nasPort);
  sink.uint32(SLOT.nasPortType, portType);
  sink.text(SLOT.userName, port.subscriber.username);
  sink.text(SLOT.callingStationId, names.calling);
  sink.text(SLOT.calledStationId, names.called);
  if (names.portId !== undefined) sink.text(SLOT.nasPortId, names.portId);
  sink.text(SLOT.acctSessionId, port.acctSessionId);
  if (port.framedIp !== undefined) sink.bytesAttribute(SLOT.framedIpAddress, ipv4Octets(port.framedIp));
}

function writeHotspot(sink: AttributeSink, port: PortFacts): void {
  sink.uint32(SLOT.nasPortType, NAS_PORT_TYPE.wireless);
  sink.text(SLOT.callingStationId, port.subscriber.mac);
  sink.text(SLOT.calledStationId, 'hotspot1');
  sink.text(SLOT.nasPortId, 'bridge1');
  sink.text(SLOT.userName, port.subscriber.username);
  // A hotspot's NAS-Port is its session id read as hex (seen on the wire).
  sink.uint32(SLOT.nasPort, Number.parseInt(port.acctSessionId, 16));
  sink.text(SLOT.acctSessionId, port.acctSessionId);
  if (port.framedIp === undefined) return;
  const address = ipv4Octets(port.framedIp);
  sink.bytesAttribute(SLOT.framedIpAddress, address);
  sink.vendor(VENDOR.mikrotik, MIKROTIK_HOST_IP, address);
}

function writeDhcp(sink: AttributeSink, port: PortFacts): void {
  sink.uint32(SLOT.nasPortType, NAS_PORT_TYPE.ethernet);
  sink.uint32(SLOT.nasPort, port.nasPort);
  sink.text(SLOT.callingStationId, dhcpClientId(port.subscriber.mac));
  sink.text(SLOT.calledStationId, 'dhcp1');
  sink.text(SLOT.nasPortId, 'bridge1');
  sink.text(SLOT.userName, port.subscriber.username);
  sink.text(SLOT.acctSessionId, port.acctSessionId);
  if (port.framedIp !== undefined) sink.bytesAttribute(SLOT.framedIpAddress, ipv4Octets(port.framedIp));
}

/** `1:0:e1:c:38:c8:f8`: the hardware type first, no zero padding, lower case. */
function dhcpClientId(mac: string): string {
  const octets = mac.split(':').map((octet) => Number.parseInt(octet, 16).toString(16));
  return ['1', ...octets].join(':');
}

/** The public address a tunnel comes from (RFC 5737 space). */
function tunnelPeer(nasPort: number): string {
  return `203.0.113.${1 + (nasPort % 254)}`;
}
