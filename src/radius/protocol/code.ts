/** RADIUS packet codes (RFC 2865, 2866, 5176, 5997). */
export const CODE = {
  accessRequest: 1,
  accessAccept: 2,
  accessReject: 3,
  accountingRequest: 4,
  accountingResponse: 5,
  accessChallenge: 11,
  statusServer: 12,
  disconnectRequest: 40,
  disconnectAck: 41,
  disconnectNak: 42,
  coaRequest: 43,
  coaAck: 44,
  coaNak: 45,
} as const;

const NAMES: Readonly<Record<number, string>> = {
  1: 'Access-Request',
  2: 'Access-Accept',
  3: 'Access-Reject',
  4: 'Accounting-Request',
  5: 'Accounting-Response',
  11: 'Access-Challenge',
  12: 'Status-Server',
  40: 'Disconnect-Request',
  41: 'Disconnect-ACK',
  42: 'Disconnect-NAK',
  43: 'CoA-Request',
  44: 'CoA-ACK',
  45: 'CoA-NAK',
};

/** The name of a code as the RFCs write it, `Code-99` for one we do not know. */
export function codeName(code: number): string {
  return NAMES[code] ?? `Code-${code}`;
}

/** Whether a request of this code carries random octets as its authenticator instead of a keyed digest. */
export function hasRandomAuthenticator(code: number): boolean {
  return code === CODE.accessRequest || code === CODE.statusServer;
}

/** Whether a request of this code carries MD5(packet with zero authenticator + secret) as its authenticator. */
export function hasKeyedAuthenticator(code: number): boolean {
  return code === CODE.accountingRequest || code === CODE.disconnectRequest || code === CODE.coaRequest;
}
