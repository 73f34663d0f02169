import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { err, ok, type Result } from '../../kernel/result.ts';
import {
  type AttributeInput,
  type DecodedAttribute,
  decodeAttributes,
  encodeAttributes,
} from './attribute-codec.ts';
import { hasKeyedAuthenticator, hasRandomAuthenticator } from './code.ts';
import { equalOctets } from './constant-time.ts';
import type { DecodeError } from './decode-error.ts';
import { Md5 } from './md5.ts';
import { PacketView } from './packet-view.ts';
import { ReplyWriter } from './reply-writer.ts';
import type { SharedSecret } from './secret.ts';
import { SLOT } from './slots.ts';
import { hidePassword } from './user-password.ts';

export {
  type AttributeInput,
  type DecodedAttribute,
  decodeAttributes,
  encodeAttributes,
} from './attribute-codec.ts';

const HEADER_SIZE = 20;
const PACKET_SIZE_MAX = 4096;
const PASSWORD_SIZE_MAX = 128;
const SIGNATURE_SIZE = 18;
const ZEROS = Buffer.alloc(16);
const md5 = new Md5();
const digest = new Uint8Array(16);
const view = new PacketView();
const writer = new ReplyWriter();

/** A packet as people and clients read it; the server's own path uses PacketView instead. */
export interface DecodedPacket {
  readonly code: number;
  readonly id: number;
  readonly authenticator: Buffer;
  readonly attributes: readonly DecodedAttribute[];
}

/** A request to be built. */
export interface RequestInput {
  /** Access-Request, Accounting-Request, Status-Server, Disconnect-Request or CoA-Request. */
  readonly code: number;
  readonly id: number;
  /** 16 octets for Access-Request and Status-Server (random when absent); the other codes compute theirs. */
  readonly authenticator?: Uint8Array;
  readonly attributes: readonly AttributeInput[];
  readonly secret: SharedSecret;
  /** Puts a Message-Authenticator first. */
  readonly messageAuthenticator: boolean;
  /** Put in as hidden User-Password after User-Name. */
  readonly userPassword?: string | Uint8Array;
}

/** Why a reply is not to be believed: malformed, for another request, or not from one who has the secret. */
export type ReplyError =
  | DecodeError
  | 'id'
  | 'response_authenticator'
  | 'message_authenticator_missing'
  | 'message_authenticator_wrong';

/** Decodes a whole packet, or says why it is none. */
export function decodePacket(packet: Buffer): Result<DecodedPacket, DecodeError> {
  const fault = view.read(packet);
  if (fault !== null) return err(fault);
  const { code, id } = view;
  return ok({
    code,
    id,
    authenticator: packet.subarray(4, HEADER_SIZE),
    attributes: decodeAttributes(packet),
  });
}

/**
 * Builds and signs a request: attributes, then Message-Authenticator (over a zero authenticator in the keyed codes,
 * RFC 5176 section 3.4), then the Request Authenticator. The error is a sentence.
 */
export function buildRequest(input: RequestInput): Result<Buffer, string> {
  const { code, id, secret } = input;
  if (!hasRandomAuthenticator(code) && !hasKeyedAuthenticator(code))
    return err(`${code} is not the code of a request.`);
  if (input.attributes.some(({ name }) => name.toLowerCase() === 'message-authenticator')) {
    return err('Message-Authenticator is computed: ask for it with messageAuthenticator.');
  }
  const authenticator = hasKeyedAuthenticator(code) ? ZEROS : (input.authenticator ?? randomBytes(16));
  const attributes = requestAttributes(input, authenticator);
  if (!attributes.ok) return attributes;
  const signature = input.messageAuthenticator ? Buffer.alloc(SIGNATURE_SIZE) : Buffer.alloc(0);
  if (input.messageAuthenticator) signature.set([SLOT.messageAuthenticator, SIGNATURE_SIZE]);
  const header = Buffer.of(code, id, 0, 0);
  const packet = Buffer.concat([header, authenticator, signature, attributes.value]);
  if (packet.length > PACKET_SIZE_MAX)
    return err(`A packet of ${packet.length} octets exceeds ${PACKET_SIZE_MAX}.`);
  packet.writeUInt16BE(packet.length, 2);
  if (input.messageAuthenticator) secret.hmac.signInto(packet, 0, packet.length, packet, HEADER_SIZE + 2);
  if (hasKeyedAuthenticator(code)) md5.reset().update(packet).update(secret.bytes).digestInto(packet, 4);
  return ok(packet);
}

/** Builds a signed reply to a request that `PacketView.read` accepts, echoing its Proxy-State. The error is a sentence. */
export function buildReply(input: {
  readonly code: number;
  readonly request: Buffer;
  readonly attributes: readonly AttributeInput[];
  readonly secret: SharedSecret;
  /** Default: signed when it answers an Access-Request. */
  readonly messageAuthenticator?: boolean;
}): Result<Buffer, string> {
  const fault = view.read(input.request);
  if (fault !== null) return err(`The request cannot be answered, it is malformed: ${fault}.`);
  const attributes = encodeAttributes(input.attributes);
  if (!attributes.ok) return attributes;
  writer.begin(input.code, input.messageAuthenticator);
  const octets = writer.length + attributes.value.length + view.encodedSize(SLOT.proxyState);
  if (octets > PACKET_SIZE_MAX) return err(`A packet of ${octets} octets exceeds ${PACKET_SIZE_MAX}.`);
  writer.raw(attributes.value).proxyStates(view);
  return ok(Buffer.from(writer.buffer.subarray(0, writer.finish(view, input.secret))));
}

/**
 * Checks a reply against the request it answers: id, Response Authenticator, and Message-Authenticator where present
 * (or demanded: always do so for an Access-Request, CVE-2024-3596). Null when it is genuine.
 */
export function verifyReply(
  reply: Buffer,
  request: Buffer,
  secret: SharedSecret,
  options: { readonly requireMessageAuthenticator?: boolean } = {},
): ReplyError | null {
  const fault = view.read(reply);
  if (fault !== null) return fault;
  if (view.id !== request[1]) return 'id';
  md5.reset().update(reply, 0, 4).update(request, 4, HEADER_SIZE).update(reply, HEADER_SIZE, view.length);
  md5.update(secret.bytes).digestInto(digest, 0);
  if (!equalOctets(digest, 0, reply, 4, 16)) return 'response_authenticator';
  const at = view.start(SLOT.messageAuthenticator);
  if (at === 0) return options.requireMessageAuthenticator ? 'message_authenticator_missing' : null;
  const { hmac } = secret;
  hmac.begin();
  hmac.add(reply, 0, 4);
  hmac.add(request, 4, HEADER_SIZE);
  hmac.add(reply, HEADER_SIZE, at);
  hmac.add(ZEROS, 0, 16);
  hmac.add(reply, at + 16, view.length);
  hmac.endInto(digest, 0);
  return equalOctets(digest, 0, reply, at, 16) ? null : 'message_authenticator_wrong';
}

function requestAttributes(input: RequestInput, authenticator: Uint8Array): Result<Buffer, string> {
  if (input.userPassword === undefined) return encodeAttributes(input.attributes);
  const password = Buffer.from(input.userPassword);
  if (password.length > PASSWORD_SIZE_MAX) {
    return err(`User-Password holds at most ${PASSWORD_SIZE_MAX} octets, not ${password.length}.`);
  }
  const hidden = { name: 'User-Password', value: hidePassword(password, authenticator, input.secret) };
  const after = input.attributes.findIndex((attribute) => attribute.name.toLowerCase() === 'user-name') + 1;
  return encodeAttributes([...input.attributes.slice(0, after), hidden, ...input.attributes.slice(after)]);
}
