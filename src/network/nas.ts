import { invalid } from '../kernel/errors.ts';
import type { NasId } from '../kernel/ids.ts';
import { parseAddressBlock } from '../kernel/ip.ts';

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
  readonly createdAt: Date;
  readonly disabledAt: Date | undefined;
}

/** What an operator says about a new NAS; left out: the defaults of the schema. */
export interface NewNas {
  readonly name: string;
  readonly address: string;
  readonly secret: string;
  readonly nasIdentifier?: string | undefined;
  readonly coaPort?: number | undefined;
  readonly requireMessageAuthenticator?: string | undefined;
  readonly limitProxyState?: string | undefined;
  readonly swapOctets?: boolean | undefined;
  readonly interimIntervalS?: number | undefined;
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

/** Checks what an operator typed; throws `validation_failed` with one sentence. */
export function checkNas(input: NewNas): CheckedNas {
  const name = input.name.trim();
  if (!/^[\p{L}\p{N}][\p{L}\p{N} ._:@-]{0,62}$/u.test(name)) {
    throw invalid(`'${name}' is no name for a NAS: use up to 63 letters, digits and . _ : @ -.`);
  }
  const coaPort = input.coaPort ?? COA_PORT_DEFAULT;
  if (!Number.isInteger(coaPort) || coaPort < 1 || coaPort > 65_535) {
    throw invalid(`The CoA port ${coaPort} is out of range: it must be 1 to 65535.`);
  }
  const interimIntervalS = input.interimIntervalS ?? null;
  if (interimIntervalS !== null && (!Number.isInteger(interimIntervalS) || interimIntervalS < 60)) {
    throw invalid(`The interim interval ${interimIntervalS} is too short: it must be at least 60 seconds.`);
  }
  return {
    name,
    address: parseAddressBlock(input.address).text,
    secret: checkSecret(input.secret),
    nasIdentifier: input.nasIdentifier?.trim() || null,
    coaPort,
    requireMessageAuthenticator: ruleOf('require-message-authenticator', input.requireMessageAuthenticator),
    limitProxyState: ruleOf('limit-proxy-state', input.limitProxyState ?? 'yes'),
    swapOctets: input.swapOctets ?? false,
    interimIntervalS,
  };
}

/** Checks a shared secret; throws `validation_failed`. */
export function checkSecret(secret: string): string {
  if (secret === '' || secret.length > SECRET_LENGTH_MAX || secret.trim() !== secret) {
    throw invalid(`The secret must be 1 to ${SECRET_LENGTH_MAX} characters without a blank at either end.`);
  }
  return secret;
}

/** What to tell the operator about a secret that works but is weak; undefined when it is good. */
export function secretWarning(secret: string): string | undefined {
  if (secret.length >= SECRET_LENGTH_MIN) return undefined;
  return `The secret has ${secret.length} characters: fewer than ${SECRET_LENGTH_MIN} can be guessed from captured packets.`;
}

function ruleOf(option: string, text = 'auto'): MessageAuthenticatorRule {
  if (text === 'yes' || text === 'no' || text === 'auto') return text;
  throw invalid(`${option} cannot be '${text}': it must be yes, no or auto.`);
}
