/**
 * A slot is the index under which PacketView keeps an attribute: standard attribute n has slot n,
 * sub-attribute n of a vendor we know has slot `vendorBase + n`.
 */
export const VENDOR = {
  microsoft: 311,
  ascend: 529,
  redback: 2352,
  adslForum: 3561,
  wispr: 14122,
  mikrotik: 14988,
} as const;

const MIKROTIK = 256;
const MICROSOFT = 512;
const WISPR = 768;
const ASCEND = 1024;
const REDBACK = 1280;
const ADSL_FORUM = 1536;

/** Number of slots; valid slots are 0 to SLOT_COUNT - 1. */
export const SLOT_COUNT = 1792;

/** First slot of a vendor (sub-attribute n is base + n), or -1 for a vendor whose attributes nobody reads. */
export function vendorBase(vendorId: number): number {
  switch (vendorId) {
    case VENDOR.mikrotik:
      return MIKROTIK;
    case VENDOR.microsoft:
      return MICROSOFT;
    case VENDOR.wispr:
      return WISPR;
    case VENDOR.ascend:
      return ASCEND;
    case VENDOR.redback:
      return REDBACK;
    case VENDOR.adslForum:
      return ADSL_FORUM;
    default:
      return -1;
  }
}

/** The attributes the server reads or writes by number; below 256 the slot is also the attribute type. */
export const SLOT = {
  userName: 1,
  userPassword: 2,
  chapPassword: 3,
  nasIpAddress: 4,
  nasPort: 5,
  serviceType: 6,
  framedProtocol: 7,
  framedIpAddress: 8,
  framedIpNetmask: 9,
  filterId: 11,
  framedMtu: 12,
  replyMessage: 18,
  framedRoute: 22,
  state: 24,
  class: 25,
  vendorSpecific: 26,
  sessionTimeout: 27,
  idleTimeout: 28,
  calledStationId: 30,
  callingStationId: 31,
  nasIdentifier: 32,
  proxyState: 33,
  acctStatusType: 40,
  acctDelayTime: 41,
  acctInputOctets: 42,
  acctOutputOctets: 43,
  acctSessionId: 44,
  acctAuthentic: 45,
  acctSessionTime: 46,
  acctInputPackets: 47,
  acctOutputPackets: 48,
  acctTerminateCause: 49,
  acctMultiSessionId: 50,
  acctInputGigawords: 52,
  acctOutputGigawords: 53,
  eventTimestamp: 55,
  chapChallenge: 60,
  nasPortType: 61,
  portLimit: 62,
  connectInfo: 77,
  eapMessage: 79,
  messageAuthenticator: 80,
  acctInterimInterval: 85,
  nasPortId: 87,
  framedPool: 88,
  chargeableUserIdentity: 89,
  nasIpv6Address: 95,
  framedInterfaceId: 96,
  framedIpv6Prefix: 97,
  framedIpv6Route: 99,
  framedIpv6Pool: 100,
  errorCause: 101,
  delegatedIpv6Prefix: 123,
  framedIpv6Address: 168,
  dnsServerIpv6Address: 169,
  delegatedIpv6PrefixPool: 171,

  mikrotikRecvLimit: MIKROTIK + 1,
  mikrotikXmitLimit: MIKROTIK + 2,
  mikrotikGroup: MIKROTIK + 3,
  mikrotikRateLimit: MIKROTIK + 8,
  mikrotikRealm: MIKROTIK + 9,
  mikrotikHostIp: MIKROTIK + 10,
  mikrotikTotalLimit: MIKROTIK + 17,
  mikrotikAddressList: MIKROTIK + 19,
  mikrotikDelegatedIpv6Pool: MIKROTIK + 22,

  msChapResponse: MICROSOFT + 1,
  msChapError: MICROSOFT + 2,
  msMppeEncryptionPolicy: MICROSOFT + 7,
  msMppeEncryptionTypes: MICROSOFT + 8,
  msChapDomain: MICROSOFT + 10,
  msChapChallenge: MICROSOFT + 11,
  msChapMppeKeys: MICROSOFT + 12,
  msMppeSendKey: MICROSOFT + 16,
  msMppeRecvKey: MICROSOFT + 17,
  msChap2Response: MICROSOFT + 25,
  msChap2Success: MICROSOFT + 26,

  wisprLocationId: WISPR + 1,
  wisprLocationName: WISPR + 2,
  wisprLogoffUrl: WISPR + 3,

  redbackAgentRemoteId: REDBACK + 96,
  redbackAgentCircuitId: REDBACK + 97,
  adslAgentCircuitId: ADSL_FORUM + 1,
  adslAgentRemoteId: ADSL_FORUM + 2,
} as const;
