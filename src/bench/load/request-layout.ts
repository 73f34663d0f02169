import { CODE } from '../../radius/protocol/code.ts';
import { ReplyWriter } from '../../radius/protocol/reply-writer.ts';
import { SLOT, VENDOR } from '../../radius/protocol/slots.ts';
import { macOf, sessionIdText, userName } from './population.ts';

/** How a login proves its password. */
export type Method = 'pap' | 'chap' | 'mschapv2';
export const METHODS: readonly Method[] = ['pap', 'chap', 'mschapv2'];

/** Kinds of accounting packets, and their Acct-Status-Type (RFC 2866 section 5.1). */
export const STATUS = { start: 1, stop: 2, interim: 3 } as const;
export type AccountingKind = keyof typeof STATUS;

/** A request of subscriber 0 without authenticators, and where the octets are that differ from packet to packet. */
export interface RequestLayout {
  readonly packet: Buffer;
  /** The digits of User-Name. */
  readonly userDigits: number;
  /** The four middle octets of Calling-Station-Id. */
  readonly macMiddle: number;
  readonly nasPort: number;
  readonly sessionId: number;
  /** Value of User-Password, or of CHAP-Challenge with CHAP-Password after it, or of the MS-CHAP attributes. */
  readonly secretFirst: number;
  readonly secretSecond: number;
  readonly framedIp: number;
  readonly eventTimestamp: number;
  readonly sessionTime: number;
  readonly upload: number;
  readonly uploadGigawords: number;
  readonly uploadPackets: number;
  readonly download: number;
  readonly downloadGigawords: number;
  readonly downloadPackets: number;
}

const SERVICE_TYPE_FRAMED = 2;
const FRAMED_PROTOCOL_PPP = 1;
const NAS_PORT_TYPE_ETHERNET = 15;
const AUTHENTIC_RADIUS = 1;
const CAUSE_USER_REQUEST = 1;
const MS_CHAP_CHALLENGE = 11;
const MS_CHAP2_RESPONSE = 25;
const NAS_ADDRESS = Buffer.of(127, 0, 0, 1);

/** A login over PPPoE as RouterOS sends it, Message-Authenticator first. */
export function accessLayout(method: Method): RequestLayout {
  const sheet = new Sheet(CODE.accessRequest);
  sheet.identity();
  sheet.credentials(method);
  sheet.router();
  return sheet.finish();
}

/** An accounting packet with 64-bit counters (a Start has none), signed as well. */
export function accountingLayout(kind: AccountingKind): RequestLayout {
  const sheet = new Sheet(CODE.accountingRequest);
  sheet.writer.uint32(SLOT.acctStatusType, STATUS[kind]);
  sheet.identity();
  sheet.mark('framedIp').writer.bytesAttribute(SLOT.framedIpAddress, Buffer.alloc(4));
  sheet.writer.uint32(SLOT.acctAuthentic, AUTHENTIC_RADIUS);
  sheet.mark('eventTimestamp').writer.uint32(SLOT.eventTimestamp, 0);
  if (kind !== 'start') sheet.counters();
  if (kind === 'stop') sheet.writer.uint32(SLOT.acctTerminateCause, CAUSE_USER_REQUEST);
  sheet.router();
  sheet.writer.uint32(SLOT.acctDelayTime, 0);
  return sheet.finish();
}

type Offsets = { -readonly [Name in Exclude<keyof RequestLayout, 'packet'>]: number };

/** A request being laid out; `mark` notes where the value of the next attribute will lie. */
class Sheet {
  readonly writer = new ReplyWriter();
  readonly #at: Offsets = {
    userDigits: 0,
    macMiddle: 0,
    nasPort: 0,
    sessionId: 0,
    secretFirst: 0,
    secretSecond: 0,
    framedIp: 0,
    eventTimestamp: 0,
    sessionTime: 0,
    upload: 0,
    uploadGigawords: 0,
    uploadPackets: 0,
    download: 0,
    downloadGigawords: 0,
    downloadPackets: 0,
  };

  constructor(code: number) {
    this.writer.begin(code, true);
  }

  /** `skip` is how far into the attribute the octets lie; its header has two. */
  mark(name: keyof Offsets, skip = 2): this {
    this.#at[name] = this.writer.length + skip;
    return this;
  }

  identity(): void {
    const { writer } = this;
    writer.uint32(SLOT.serviceType, SERVICE_TYPE_FRAMED);
    writer.uint32(SLOT.framedProtocol, FRAMED_PROTOCOL_PPP);
    this.mark('nasPort').writer.uint32(SLOT.nasPort, 0);
    writer.uint32(SLOT.nasPortType, NAS_PORT_TYPE_ETHERNET);
    this.mark('userDigits', 2 + 'user'.length).writer.text(SLOT.userName, userName(0));
    this.mark('macMiddle', 2 + '02:'.length).writer.text(SLOT.callingStationId, macOf(0));
    writer.text(SLOT.calledStationId, 'pppoe-access');
    writer.text(SLOT.nasPortId, 'vlan100-olt');
    this.mark('sessionId').writer.text(SLOT.acctSessionId, sessionIdText(0));
  }

  credentials(method: Method): void {
    const { writer } = this;
    if (method === 'pap') {
      this.mark('secretFirst').writer.bytesAttribute(SLOT.userPassword, Buffer.alloc(16));
    } else if (method === 'chap') {
      this.mark('secretFirst').writer.bytesAttribute(SLOT.chapChallenge, Buffer.alloc(16));
      this.mark('secretSecond').writer.bytesAttribute(SLOT.chapPassword, Buffer.alloc(17));
    } else {
      this.mark('secretFirst', 8);
      writer.vendor(VENDOR.microsoft, MS_CHAP_CHALLENGE, Buffer.alloc(16));
      this.mark('secretSecond', 8);
      writer.vendor(VENDOR.microsoft, MS_CHAP2_RESPONSE, Buffer.alloc(50));
    }
  }

  counters(): void {
    this.mark('sessionTime').writer.uint32(SLOT.acctSessionTime, 0);
    this.mark('upload').writer.uint32(SLOT.acctInputOctets, 0);
    this.mark('uploadGigawords').writer.uint32(SLOT.acctInputGigawords, 0);
    this.mark('uploadPackets').writer.uint32(SLOT.acctInputPackets, 0);
    this.mark('download').writer.uint32(SLOT.acctOutputOctets, 0);
    this.mark('downloadGigawords').writer.uint32(SLOT.acctOutputGigawords, 0);
    this.mark('downloadPackets').writer.uint32(SLOT.acctOutputPackets, 0);
  }

  router(): void {
    this.writer.text(SLOT.nasIdentifier, 'bench-router').bytesAttribute(SLOT.nasIpAddress, NAS_ADDRESS);
  }

  finish(): RequestLayout {
    const { buffer, length } = this.writer;
    const packet = Buffer.from(buffer.subarray(0, length));
    packet.fill(0, 4, 20);
    packet.writeUInt16BE(length, 2);
    return { packet, ...this.#at };
  }
}
