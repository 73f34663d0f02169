import { isSecretName } from '../redaction.ts';
import type { Actor } from './actor.ts';

/** An object as the audit log shows it: only what can be written as JSON. */
export type AuditImage = Readonly<Record<string, unknown>>;

/** One change: what was done to which object, and how it looked before and after. */
export interface AuditEntry {
  readonly actor: Actor;
  /** What happened, past tense: `service.suspended`, `package.updated`. */
  readonly action: string;
  /** The kind of object: `service`, `customer`, `package`, `nas`, `user`, `setting`. */
  readonly entity: string;
  readonly entityId: string;
  /** Undefined when it did not exist. */
  readonly before?: AuditImage | undefined;
  /** Undefined when it does not exist any more. */
  readonly after?: AuditImage | undefined;
}

const MASK = '***';
const CONTACT =
  /^(email|phone|address|street|city|postal_code|notes|contact)(_|$)|_(email|phone|address_line)$/;
const NOT_PERSONAL = /^address_list$/;

/**
 * The fields that differ, on both sides, with secrets replaced and personal contact values masked (architecture
 * section 6, "Keys"). A whole image when the other side is missing.
 */
export function auditDiff(
  before: AuditImage | undefined,
  after: AuditImage | undefined,
): { before: AuditImage | undefined; after: AuditImage | undefined } {
  if (before === undefined || after === undefined) {
    return { before: before && masked(before), after: after && masked(after) };
  }
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => plain(before[name]) !== plain(after[name]),
  );
  const pick = (image: AuditImage): AuditImage =>
    masked(Object.fromEntries(names.filter((name) => name in image).map((name) => [name, image[name]])));
  return { before: pick(before), after: pick(after) };
}

/** A contact value that is recognised by who knows it and tells nobody else: `a***@e***`, `+2***89`. */
export function maskContact(text: string): string {
  const at = text.indexOf('@');
  if (at > 0) return `${text.slice(0, 1)}${MASK}@${text.slice(at + 1, at + 2)}${MASK}`;
  if (text.length <= 4) return MASK;
  return `${text.slice(0, 2)}${MASK}${text.slice(-2)}`;
}

function masked(image: AuditImage): AuditImage {
  return Object.fromEntries(Object.entries(image).map(([name, value]) => [name, maskValue(name, value)]));
}

function maskValue(name: string, value: unknown): unknown {
  if (value === null || value === undefined || typeof value === 'boolean') return value;
  if (isSecretName(name)) return MASK;
  if (CONTACT.test(name) && !NOT_PERSONAL.test(name)) {
    return typeof value === 'string' ? maskContact(value) : MASK;
  }
  if (Array.isArray(value)) return value.map((item) => maskValue('', item));
  if (typeof value === 'object' && !(value instanceof Date)) return masked({ ...value });
  return typeof value === 'bigint' ? value.toString() : value;
}

function plain(value: unknown): string {
  return JSON.stringify(value ?? null, (_, item: unknown) =>
    typeof item === 'bigint' ? item.toString() : item,
  );
}
