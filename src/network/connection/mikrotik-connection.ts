import { AppError, invalid } from '../../kernel/errors.ts';
import { parseAddress } from '../../kernel/ip.ts';

/** The ports RouterOS listens on unless somebody changed them. */
export const API_PORT = 8728;
export const API_TLS_PORT = 8729;

/** What an operator says about the API of a router; what is left out keeps its value, or takes its default. */
export interface ConnectionInput {
  /** Default: the address of the NAS, when that is one address. */
  readonly host?: string | undefined;
  /** Default 8728, or 8729 with TLS. */
  readonly port?: number | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Default: whether the port is 8729. */
  readonly tls?: boolean | undefined;
  /** SHA-256 of the certificate; null forgets the one that was learnt. */
  readonly fingerprint?: string | null | undefined;
  readonly pollIntervalS?: number | undefined;
}

/** A connection whose values have been checked. */
export interface CheckedConnection {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly tls: boolean;
  /** Hex pairs with colons, capitals. */
  readonly fingerprint: string | null;
  readonly pollIntervalS: number;
}

const POLL_DEFAULT_S = 60;
const HOST = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i;

/** Checks what an operator said; throws `validation_failed` naming each field. */
export function checkConnection(input: ConnectionInput): CheckedConnection {
  const wrong: Record<string, string> = {};
  const host = (input.host ?? '').trim();
  if (parseAddress(host) === undefined && !HOST.test(host)) {
    wrong.host = 'It must be an IP address or a host name.';
  }
  const port = input.port ?? (input.tls === true ? API_TLS_PORT : API_PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) wrong.port = 'It must be 1 to 65535.';
  const username = (input.username ?? '').trim();
  if (username === '' || username.length > 64) wrong.username = 'It must be 1 to 64 characters.';
  const password = input.password ?? '';
  if (password.length > 256) wrong.password = 'It must be at most 256 characters.';
  const pollIntervalS = input.pollIntervalS ?? POLL_DEFAULT_S;
  if (!Number.isInteger(pollIntervalS) || pollIntervalS < 5 || pollIntervalS > 86_400) {
    wrong.poll_interval_s = 'It must be 5 to 86400 seconds.';
  }
  const fingerprint = input.fingerprint ?? null;
  const hex = fingerprint?.replaceAll(/[\s:]/g, '').toUpperCase() ?? null;
  if (hex !== null && !/^[0-9A-F]{64}$/.test(hex)) {
    wrong.fingerprint =
      'It must be the SHA-256 of the certificate: 64 hexadecimal digits, with or without colons.';
  }
  const names = Object.keys(wrong);
  if (names.length > 0) throw invalid(`The connection cannot be kept: check ${names.join(', ')}.`, wrong);
  return {
    host,
    port,
    username,
    password,
    tls: input.tls ?? port === API_TLS_PORT,
    fingerprint: hex === null ? null : (hex.match(/../g) ?? []).join(':'),
    pollIntervalS,
  };
}

/** The failure of whoever wants something of a router whose API nobody has told us how to reach. */
export function notConfigured(name: string): AppError {
  return new AppError(
    'conflict',
    'routeros_not_configured',
    `RouterOS driver not configured: '${name}' has no API credentials. Give it host, username and password of its API.`,
  );
}
