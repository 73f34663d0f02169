/**
 * The connection went away, could not be made, or the call's deadline passed. Unless `isUnsent`,
 * nobody knows whether the statement took effect.
 */
export class ConnectionLossError extends Error {
  readonly code = 'database_connection_lost';
  /** True when nothing was sent to the server, so that repeating the call cannot do it twice. */
  readonly isUnsent: boolean;

  constructor(message: string, options: { cause?: unknown; isUnsent?: boolean } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ConnectionLossError';
    this.isUnsent = options.isUnsent ?? false;
  }
}

/** The constraint a statement broke: unique 23505, check 23514, exclusion 23P01, foreign key 23503. */
export function violatedConstraint(error: unknown): string | undefined {
  for (const cause of causes(error)) {
    if (!VIOLATIONS.has(field(cause, 'code') ?? '')) continue;
    return field(cause, 'constraint_name') ?? field(cause, 'constraint');
  }
  return undefined;
}

/** Whether the database was out of reach, as opposed to having refused the statement. */
export function isConnectionLoss(error: unknown): boolean {
  for (const cause of causes(error)) {
    if (cause instanceof ConnectionLossError) return true;
    const code = field(cause, 'code');
    if (code === undefined) continue;
    if (DRIVER_LOSSES.has(code) || SERVER_LOSSES.has(code)) return true;
    if (code.length === 5 && code.startsWith('08')) return true;
  }
  return false;
}

const VIOLATIONS = new Set(['23505', '23514', '23P01', '23503']);

/** Codes of the driver and of the operating system. */
const DRIVER_LOSSES = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** SQLSTATE of a server that stops, crashed, starts up or has no connection left to give. */
const SERVER_LOSSES = new Set(['57P01', '57P02', '57P03', '57P05', '53300']);

/** The error and what caused it; drizzle wraps the driver's error in one of its own. */
function* causes(error: unknown): Generator<object> {
  let current = error;
  for (let depth = 0; depth < 5; depth++) {
    if (typeof current !== 'object' || current === null) return;
    yield current;
    current = 'cause' in current ? current.cause : undefined;
  }
}

function field(error: object, name: string): string | undefined {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : undefined;
}
