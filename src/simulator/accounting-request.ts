import type { SharedSecret } from '../radius/protocol/secret.ts';
import { SLOT } from '../radius/protocol/slots.ts';
import { ipv4Octets, type RouterFacts, writeIdentity } from './identity-attributes.ts';
import type { AttributeSink, RequestWriter } from './request-writer.ts';
import type { SimulatedSession } from './session.ts';
import { packetsOf, splitCounter } from './traffic.ts';

/** Acct-Status-Type (RFC 2866 section 5.1): 2 is Stop, 3 is Interim-Update. */
export const ACCT_STATUS = { start: 1, stop: 2, interim: 3 } as const;

/** What one accounting record says; the counters are copied when it is made. */
export interface AccountingRecord {
  readonly status: number;
  readonly sessionTimeS: number;
  readonly uploadOctets: number;
  readonly downloadOctets: number;
  readonly terminateCause: number | undefined;
  /** The router's own clock, which may be wrong. */
  readonly eventTimestampS: number;
}

const AUTHENTIC_RADIUS = 1;

/** Builds a record as RouterOS sends it: unsigned, upload as Input, the low counter half always present. */
export function buildAccounting(
  writer: RequestWriter,
  session: SimulatedSession,
  record: AccountingRecord,
  router: RouterFacts & { readonly secret: SharedSecret },
): (id: number) => Buffer {
  return writer.accounting(router.secret, (sink) => {
    sink.uint32(SLOT.acctStatusType, record.status);
    writeIdentity(sink, session, router);
    for (const octets of session.classes) sink.bytesAttribute(SLOT.class, octets);
    if (session.subscriber.service !== 'hotspot') sink.uint32(SLOT.acctAuthentic, AUTHENTIC_RADIUS);
    sink.uint32(SLOT.eventTimestamp, record.eventTimestampS);
    if (record.status !== ACCT_STATUS.start) writeCounters(sink, record);
    if (record.terminateCause !== undefined) sink.uint32(SLOT.acctTerminateCause, record.terminateCause);
    sink.text(SLOT.nasIdentifier, router.identity);
    sink.uint32(SLOT.acctDelayTime, 0);
    sink.bytesAttribute(SLOT.nasIpAddress, ipv4Octets(router.address));
  });
}

function writeCounters(sink: AttributeSink, record: AccountingRecord): void {
  const upload = splitCounter(record.uploadOctets);
  const download = splitCounter(record.downloadOctets);
  sink.uint32(SLOT.acctSessionTime, record.sessionTimeS);
  sink.uint32(SLOT.acctInputOctets, upload.low);
  sink.uint32(SLOT.acctInputGigawords, upload.gigawords);
  sink.uint32(SLOT.acctInputPackets, packetsOf(record.uploadOctets));
  sink.uint32(SLOT.acctOutputOctets, download.low);
  sink.uint32(SLOT.acctOutputGigawords, download.gigawords);
  sink.uint32(SLOT.acctOutputPackets, packetsOf(record.downloadOctets));
}
