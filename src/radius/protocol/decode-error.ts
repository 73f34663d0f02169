/**
 * Why a datagram is not a RADIUS packet; such datagrams are counted by this word and never answered.
 * - `short`: fewer than the 20 octets of a header
 * - `length`: the declared length is under 20, over 4096 or more than arrived
 * - `attribute_length`: an attribute claims under 2 octets or runs past the end
 * - `message_authenticator`: more than one Message-Authenticator, or one that is not 16 octets
 */
export type DecodeError = 'short' | 'length' | 'attribute_length' | 'message_authenticator';

/** One sentence per decode error, for people. */
export const DECODE_ERROR_TEXT: Readonly<Record<DecodeError, string>> = {
  short: 'The datagram is shorter than the 20 octets of a RADIUS header.',
  length: 'The Length field is below 20, above 4096 or larger than the datagram.',
  attribute_length: 'An attribute is shorter than 2 octets or runs past the end of the packet.',
  message_authenticator: 'Message-Authenticator occurs twice or is not 16 octets long.',
};
