import { invalid, messageOf } from '../../kernel/errors.ts';
import type { NasId } from '../../kernel/ids.ts';
import { parseAddressBlock } from '../../kernel/ip.ts';
import type { AuditImage } from '../../platform/identity/audit.ts';

/** Whether Access-Requests of a NAS must be signed; auto: from the first signed one on. */
export type MessageAuthenticatorRule = 'yes' | 'no' | 'auto';

/** A RADIUS client router, without its secrets. */
export interface Nas {
  readonly id: NasId;
  readonly name: string;
  /** Canonical text of one address or of a block. */
  readonly address: string;
  /** Tells apart several routers behind one address. */
  readonly nasIdentifier: string | undefined;
  readonly coaPort: number;
  readonly coaTimeoutMs: number;
  readonly coaTries: number;
  readonly requireMessageAuthenticator: MessageAuthenticatorRule;
  readonly messageAuthenticatorLearntAt: Date | undefined;
  readonly limitProxyState: MessageAuthenticatorRule;
  /** The router counts the subscriber's upload as output. */
  readonly swapOctets: boolean;
  readonly interimIntervalS: number | undefined;
  /** Two secrets are valid: the new one and the one before. */
  readonly isRotating: boolean;
  /** Rises with every change; what `If-Match` is compared with. */
  readonly version: number;
  readonly createdAt: Date;
  readonly disabledAt: Date | undefined;
}

/** What an operator says about a new NAS; left out: the defaults of the schema. */
export interface NewNas {
  readonly name: string;
  readonly address: string;
  readonly secret: string;
  readonly nasIdentifier?: string | null | undefined;
  readonly coaPort?: number | undefined;
  readonly requireMessageAuthenticator?: string | undefined;
  readonly limitProxyState?: string | undefined;
  readonly swapOctets?: boolean | undefined;
  readonly interimIntervalS?: number | null | undefined;
}

/** A new NAS whose values have been checked. */
export interface CheckedNas {
  readonly name: string;
  readonly address: string;
  readonly secret: string;
  readonly nasIdentifier: string | null;
  readonly coaPort: number;
  readonly requireMessageAuthenticator: MessageAuthenticatorRule;
  readonly limitProxyState: MessageAuthenticatorRule;
  readonly swapOctets: boolean;
  readonly interimIntervalS: number | null;
}

/** A shared secret below this length can be guessed from one captured packet (RFC 2865 section 3). */
export const SECRET_LENGTH_MIN = 16;
const SECRET_LENGTH_MAX = 128;
const COA_PORT_DEFAULT = 3799;

/** Which NAS: by its id, or by its name. */
export type NasRef = { readonly id: NasId } | { readonly name: string };

/** Checks what an operator typed; throws `validation_failed` with one sentence. */
export function checkNas(input: NewNas): CheckedNas {
  return {
    name: checkNasName(input.name),
    address: checkNasAddress(input.address),
    secret: checkSecret(input.secret),
    nasIdentifier: input.nasIdentifier?.trim() || null,
    coaPort: checkCoaPort(input.coaPort ?? COA_PORT_DEFAULT),
    requireMessageAuthenticator: ruleOf('require_message_authenticator', input.requireMessageAuthenticator),
    limitProxyState: ruleOf('limit_proxy_state', input.limitProxyState ?? 'yes'),
    swapOctets: input.swapOctets ?? false,
    interimIntervalS: checkInterim(input.interimIntervalS ?? null),
  };
}

/** What is to be changed of a NAS; left out: as it is. */
export interface NasChange {
  readonly name?: string | undefined;
  readonly address?: string | undefined;
  readonly nasIdentifier?: string | null | undefined;
  readonly coaPort?: number | undefined;
  readonly coaTimeoutMs?: number | undefined;
  readonly coaTries?: number | undefined;
  readonly requireMessageAuthenticator?: string | undefined;
  readonly limitProxyState?: string | undefined;
  readonly swapOctets?: boolean | undefined;
  readonly interimIntervalS?: number | null | undefined;
  /** When it was disabled, whose packets are dropped from then on; null enables it. */
  readonly disabledAt?: Date | null | undefined;
}

/** The same as columns, only those that were said; throws `validation_failed`. */
export function checkNasChange(change: NasChange) {
  const { name, address, nasIdentifier, coaPort, requireMessageAuthenticator: signed } = change;
  const columns = {
    name: name === undefined ? undefined : checkNasName(name),
    address: address === undefined ? undefined : checkNasAddress(address),
    nasIdentifier: nasIdentifier == null ? nasIdentifier : nasIdentifier.trim() || null,
    coaPort: coaPort === undefined ? undefined : checkCoaPort(coaPort),
    coaTimeoutMs: change.coaTimeoutMs,
    coaTries: change.coaTries,
    requireMessageAuthenticator:
      signed === undefined ? undefined : ruleOf('require_message_authenticator', signed),
    limitProxyState:
      change.limitProxyState === undefined ? undefined : ruleOf('limit_proxy_state', change.limitProxyState),
    swapOctets: change.swapOctets,
    interimIntervalS:
      change.interimIntervalS === undefined ? undefined : checkInterim(change.interimIntervalS),
    disabledAt: change.disabledAt,
  };
  const said = Object.entries(columns).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said) as Said<typeof columns>;
}

type Said<Columns> = { [Name in keyof Columns]?: Exclude<Columns[Name], undefined> };

/** A NAS as the audit log shows it; its secret is never part of it. */
export function nasImage(nas: Nas): AuditImage {
  return {
    name: nas.name,
    nas_address: nas.address,
    nas_identifier: nas.nasIdentifier ?? null,
    coa_port: nas.coaPort,
    coa_timeout_ms: nas.coaTimeoutMs,
    coa_tries: nas.coaTries,
    require_message_authenticator: nas.requireMessageAuthenticator,
    limit_proxy_state: nas.limitProxyState,
    swap_octets: nas.swapOctets,
    interim_interval_s: nas.interimIntervalS ?? null,
    disabled_at: nas.disabledAt?.toISOString() ?? null,
  };
}

/** Checks a shared secret; throws `validation_failed`. */
export function checkSecret(secret: string): string {
  if (secret === '' || secret.length > SECRET_LENGTH_MAX || secret.trim() !== secret) {
    const message = `The secret must be 1 to ${SECRET_LENGTH_MAX} characters without a blank at either end.`;
    throw invalid(message, { secret: message });
  }
  return secret;
}

/** What to tell the operator about a secret that works but is weak; undefined when it is good. */
export function secretWarning(secret: string): string | undefined {
  if (secret.length >= SECRET_LENGTH_MIN) return undefined;
  return `The secret has ${secret.length} characters: fewer than ${SECRET_LENGTH_MIN} can be guessed from captured packets.`;
}

function checkNasName(text: string): string {
  const name = text.trim();
  if (/^[\p{L}\p{N}][\p{L}\p{N} ._:@-]{0,62}$/u.test(name)) return name;
  const message = `'${name}' is no name for a NAS: use up to 63 letters, digits and . _ : @ -.`;
  throw invalid(message, { name: message });
}

function checkNasAddress(text: string): string {
  try {
    return parseAddressBlock(text).text;
  } catch (error) {
    const message = messageOf(error);
    throw invalid(message, { address: message });
  }
}

function checkCoaPort(port: number): number {
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  const message = `The CoA port ${port} is out of range: it must be 1 to 65535.`;
  throw invalid(message, { coa_port: message });
}

function checkInterim(seconds: number | null): number | null {
  if (seconds === null || (Number.isInteger(seconds) && seconds >= 60)) return seconds;
  const message = `The interim interval ${seconds} is too short: it must be at least 60 seconds.`;
  throw invalid(message, { interim_interval_s: message });
}

function ruleOf(field: string, text = 'auto'): MessageAuthenticatorRule {
  if (text === 'yes' || text === 'no' || text === 'auto') return text;
  const message = `${field.replaceAll('_', '-')} cannot be '${text}': it must be yes, no or auto.`;
  throw invalid(message, { [field]: message });
}
