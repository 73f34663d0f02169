import { combineOctets } from '../../kernel/octets.ts';
import { ANOMALY } from '../../usage/counter-delta.ts';
import type { AccountingReport, SessionDetails } from '../../usage/sessions/report.ts';
import { hashText, stationHash } from '../../usage/sessions/station.ts';
import type { ClassAttribute } from '../auth/class-attribute.ts';
import { ipv6AddressPrefix, reportedIpv6Prefix } from '../protocol/ipv6-prefix.ts';
import { PacketView } from '../protocol/packet-view.ts';
import { SLOT } from '../protocol/slots.ts';

/** An event older than this is a router's broken clock or counter, not a delay. */
const DELAY_MAX_S = 7 * 86_400;
/** Ten years: no router is up for longer. */
const SESSION_TIME_MAX_S = 3_650 * 86_400;
/** RFC 2866 knows 18 causes; what a router makes up beyond a small number is kept as this. */
const TERMINATE_CAUSE_MAX = 255;

const DETAIL_SLOTS = [
  SLOT.framedIpAddress,
  SLOT.framedIpv6Prefix,
  SLOT.framedIpv6Address,
  SLOT.delegatedIpv6Prefix,
  SLOT.callingStationId,
  SLOT.nasPortId,
] as const;

const detailView = new PacketView();

/** How long ago a report happened (RFC 2866 section 5.2), milliseconds. */
export function delayMs(view: PacketView): number {
  const delayS = view.uint32(SLOT.acctDelayTime, 0);
  return delayS <= DELAY_MAX_S ? delayS * 1000 : 0;
}

/** Where and when a packet came from; an exchange is one. */
export interface PacketOrigin {
  readonly datagram: Buffer;
  readonly source: { readonly address: string };
  readonly nas: {
    readonly number: number;
    readonly swapOctets: boolean;
    readonly interimIntervalS: number | null;
  };
  readonly arrivedAtMs: number;
}

/** A packet as a report. `acctSessionId` is already known to be there. */
export function reportOf(
  origin: PacketOrigin,
  view: PacketView,
  parts: {
    readonly status: number;
    readonly acctSessionId: string;
    readonly username: string;
    /** Undefined when the user name is nobody's: that of Class counts then. */
    readonly serviceId: number | undefined;
    /** What the plan told the router to report by, seconds; 0 = nothing. */
    readonly planIntervalS: number;
    readonly classAttribute: ClassAttribute;
    readonly eventNowMs: number;
  },
): AccountingReport {
  const { nas, datagram, source } = origin;
  const input = octets(view, SLOT.acctInputOctets, SLOT.acctInputGigawords);
  const output = octets(view, SLOT.acctOutputOctets, SLOT.acctOutputGigawords);
  const reference = view.has(SLOT.class) ? parts.classAttribute.find(view) : undefined;
  // Input is what the router received from the subscriber: upload (RFC 2866 section 5.3).
  const [upload, download] = nas.swapOctets ? [output, input] : [input, output];
  const hasGigawords = view.has(SLOT.acctInputGigawords) || view.has(SLOT.acctOutputGigawords);
  let anomalies = 0;
  if (input === IMPLAUSIBLE || output === IMPLAUSIBLE) anomalies |= ANOMALY.implausible;
  if (parts.status !== 1 && input === undefined && output === undefined) anomalies |= ANOMALY.noCounters;
  return {
    status: parts.status,
    nasId: nas.number,
    acctSessionId: parts.acctSessionId,
    username: parts.username,
    serviceId: parts.serviceId ?? reference?.serviceId ?? 0,
    receivedAtMs: origin.arrivedAtMs,
    eventAtMs: parts.eventNowMs - delayMs(view),
    sessionTimeS: sessionTimeOf(view),
    uploadOctets: upload === IMPLAUSIBLE ? undefined : upload,
    downloadOctets: download === IMPLAUSIBLE ? undefined : download,
    hasGigawords,
    anomalies,
    terminateCause: Math.min(view.uint32(SLOT.acctTerminateCause, 0), TERMINATE_CAUSE_MAX),
    interimIntervalS: parts.planIntervalS || (nas.interimIntervalS ?? 0),
    stateVersion: reference?.stateVersion ?? 0,
    grade: reference?.grade ?? null,
    detailsHash: hashDetails(view, source.address),
    stationHash: stationHash(nas.number, view.text(SLOT.callingStationId), view.uint32(SLOT.nasPort, 0)),
    details: () => detailsOf(datagram, source.address),
  };
}

/** Undefined when the packet does not say, or says what no session can last: all later reports would seem older. */
function sessionTimeOf(view: PacketView): number | undefined {
  const timeS = view.uint32(SLOT.acctSessionTime, Number.POSITIVE_INFINITY);
  return timeS <= SESSION_TIME_MAX_S ? timeS : undefined;
}

const IMPLAUSIBLE = -1;

/** Both halves of a counter; undefined when the packet has none, IMPLAUSIBLE beyond 2^53. */
function octets(view: PacketView, low: number, high: number): number | undefined {
  if (!view.has(low) && !view.has(high)) return undefined;
  return combineOctets(view.uint32(high, 0), view.uint32(low, 0)) ?? IMPLAUSIBLE;
}

/** Of where the router speaks from too: CoA goes there. */
function hashDetails(view: PacketView, nasAddress: string): number {
  let hash = hashText(nasAddress);
  const { bytes } = view;
  for (const slot of DETAIL_SLOTS) {
    const start = view.start(slot);
    const end = start + view.size(slot);
    for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ bytes[at], 0x01000193);
    hash = Math.imul(hash ^ slot, 0x01000193);
  }
  return (hash >>> 2) + 1;
}

function detailsOf(datagram: Buffer, nasAddress: string): SessionDetails {
  const view = detailView;
  view.read(datagram);
  const port = view.uint32(SLOT.nasPort, -1);
  return {
    framedIp: view.ipv4(SLOT.framedIpAddress) ?? null,
    framedIpv6Prefix:
      prefixOf(view, SLOT.framedIpv6Prefix, reportedIpv6Prefix) ??
      prefixOf(view, SLOT.framedIpv6Address, ipv6AddressPrefix),
    delegatedIpv6Prefix: prefixOf(view, SLOT.delegatedIpv6Prefix, reportedIpv6Prefix),
    callingStation: view.text(SLOT.callingStationId) ?? null,
    calledStation: view.text(SLOT.calledStationId) ?? null,
    nasPortId: view.text(SLOT.nasPortId) ?? null,
    nasPort: port < 0 ? null : port,
    nasAddress,
    nasIpReported: view.ipv4(SLOT.nasIpAddress) ?? null,
    nasIdentifier: view.text(SLOT.nasIdentifier) ?? null,
  };
}

function prefixOf(
  view: PacketView,
  slot: number,
  read: (octets: Uint8Array) => string | undefined,
): string | null {
  const octets = view.slice(slot);
  return octets === undefined ? null : (read(octets) ?? null);
}
