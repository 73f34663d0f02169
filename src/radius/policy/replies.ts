import { Buffer } from 'node:buffer';
import { err, ok, type Result } from '../../kernel/result.ts';
import { decodeAttributes, encodeAttributes } from '../protocol/codec.ts';
import type { Decision, Grade } from './decision.ts';
import type { InstallationPolicy } from './installation.ts';
import { attributesOf, faultsOf } from './replies/attributes.ts';
import {
  gradeOfSettled,
  type NamedAttribute,
  type ReplyFault,
  type ReplyTerms,
  settleTerms,
} from './replies/terms.ts';
import type { ServiceReplies } from './subject.ts';

export type { NamedAttribute, ReplyFault, ReplyTerms } from './replies/terms.ts';

/** What pre-encoded attributes may take of a packet's 4096 octets; the rest is for what each reply adds. */
export const REPLY_OCTETS_MAX = 3_000;

/** Encodes the three replies of a service once; every fault is named, so that all can be mended in one go. */
export function encodeReplies(
  terms: ReplyTerms,
  policy: InstallationPolicy,
): Result<ServiceReplies, ReplyFault[]> {
  const settled = settleTerms(terms);
  const faults = [...settled.faults, ...faultsOf(settled.terms, policy)];
  const encode = (grade: Grade) =>
    encodeAll(attributesOf(gradeOfSettled(settled.terms, grade, policy), policy), faults);
  const full = encode('full');
  const hasFup = settled.terms.fupRateLimit !== undefined;
  const throttled = hasFup ? encode('throttled') : full;
  const walled = encode('walled');
  const longest = Math.max(full.length, throttled.length, walled.length);
  if (longest > REPLY_OCTETS_MAX) {
    const message = `The attributes take ${longest} octets together; a reply has room for ${REPLY_OCTETS_MAX}.`;
    faults.push({ attribute: 'Access-Accept', message });
  }
  if (faults.length > 0) return err(withoutRepeats(faults));
  const [keptFull, keptWalled, keptThrottled] = together(hasFup ? [full, walled, throttled] : [full, walled]);
  return ok({
    full: keptFull,
    throttled: keptThrottled ?? keptFull,
    walled: keptWalled,
    sessionTimeoutS: settled.terms.sessionTimeoutS ?? 0,
  });
}

/** The attributes in a pre-encoded reply by name, values as canonical text. */
export function describeReply(encoded: Buffer): NamedAttribute[] {
  const packet = Buffer.alloc(20 + encoded.length);
  packet.writeUInt16BE(packet.length, 2);
  encoded.copy(packet, 20);
  return decodeAttributes(packet).map(({ name, value }) => ({ name, value }));
}

/**
 * The Reply-Message of a reject. What depends on the subscriber is told only to who gave the right password;
 * an unknown user and a wrong password read the same.
 */
export function rejectMessage(decision: Decision): string {
  switch (decision.reason) {
    case 'eap_not_offered':
      return 'EAP is not offered here. Use PAP, CHAP or MS-CHAP.';
    case 'no_credentials':
      return 'No password was sent.';
    case 'service_pending':
      return 'Your service is not active yet.';
    case 'service_suspended':
      return 'Your service is suspended. Please contact your provider.';
    case 'service_cancelled':
      return 'Your service is cancelled.';
    case 'service_expired':
    case 'validity_over':
      return 'Your service has expired. Please renew it.';
    case 'data_cap':
      return 'Your data allowance is used up.';
    case 'mac_mismatch':
      return 'This device may not use your service.';
    case 'nas_not_allowed':
      return 'Your service cannot be used at this place.';
    case 'too_many_sessions':
      return 'You are already logged in.';
    default:
      return 'User name or password is wrong.';
  }
}

function encodeAll(attributes: readonly NamedAttribute[], faults: ReplyFault[]): Buffer {
  const parts: Buffer[] = [];
  for (const attribute of attributes) {
    const encoded = attribute.value === '' ? emptyFault(attribute) : encodeAttributes([attribute]);
    if (encoded.ok) parts.push(encoded.value);
    else faults.push({ attribute: attribute.name, message: encoded.error });
  }
  return Buffer.concat(parts);
}

/**
 * Copies of the parts in one allocation of their own: directories keep many, and slices of Node's buffer pool
 * would keep the garbage between them too.
 */
function together(parts: readonly Buffer[]): Buffer[] {
  const whole = Buffer.allocUnsafeSlow(parts.reduce((octets, part) => octets + part.length, 0));
  let at = 0;
  return parts.map((part) => {
    const start = at;
    at += part.copy(whole, start);
    return whole.subarray(start, at);
  });
}

function emptyFault(attribute: NamedAttribute): Result<Buffer, string> {
  return err(`${attribute.name} has no value: give one, or leave it out.`);
}

function withoutRepeats(faults: readonly ReplyFault[]): ReplyFault[] {
  const seen = new Map(faults.map((fault) => [`${fault.attribute} ${fault.message}`, fault]));
  return [...seen.values()];
}
