import { destination, pino, stdTimeFunctions } from 'pino';
import { prettyLine } from './platform/log-line.ts';
import type { LogFields, Logger } from './platform/logger.port.ts';
import { maskUrlPasswords, redact } from './platform/redaction.ts';

/** Lines waiting for a stalled reader of stderr; beyond this they are dropped, a login is never delayed by a log. */
const logBufferOctetsMax = 8 * 1024 * 1024;

/** How lines are made. `auto` is `pretty` on a terminal and `json` everywhere else. */
export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly format: 'json' | 'pretty' | 'auto';
  /** Which process speaks: a role name, `supervisor` or `cli`. */
  readonly role: string;
}

/** A logger with its own end: `flush` writes what waits and may be called while the process is dying. */
export interface RootLogger extends Logger {
  flush(): void;
}

/** Where finished lines go; each ends with a line feed. */
export interface LogDestination {
  write(line: string): void;
  flushSync?(): void;
}

/**
 * The logger of this process. Lines go to stderr, one JSON object each (or one readable line each when
 * pretty), so that stdout carries only what a person or a script asked for.
 */
export function createLogger(options: LogOptions, target: LogDestination = stderrDestination()): RootLogger {
  const isPretty =
    options.format === 'pretty' || (options.format === 'auto' && process.stderr.isTTY === true);
  const root = pino(
    {
      level: options.level,
      base: { role: options.role, pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      serializers: { err: (value: unknown) => value },
      formatters: { level: (label) => ({ level: label }), log: redactedFields },
    },
    isPretty ? { write: (line: string) => target.write(prettyLine(line)) } : target,
  );
  return {
    debug: (fields, message) => root.debug(fields, maskedMessage(message)),
    info: (fields, message) => root.info(fields, maskedMessage(message)),
    warn: (fields, message) => root.warn(fields, maskedMessage(message)),
    error: (fields, message) => root.error(fields, maskedMessage(message)),
    flush: () => flushQuietly(target),
  };
}

/** The same logger with `fields` on every line, for a part that always speaks of one thing. */
export function withFields(logger: Logger, fields: Omit<LogFields, 'event'>): Logger {
  return {
    debug: (more, message) => logger.debug({ ...fields, ...more }, message),
    info: (more, message) => logger.info({ ...fields, ...more }, message),
    warn: (more, message) => logger.warn({ ...fields, ...more }, message),
    error: (more, message) => logger.error({ ...fields, ...more }, message),
  };
}

function maskedMessage(message: string | undefined): string | undefined {
  return message === undefined ? undefined : maskUrlPasswords(message);
}

/** Pino would throw on what cannot be serialised; a log line must never break what it reports on. */
function redactedFields(fields: object): Record<string, unknown> {
  const copy = redact(fields);
  return typeof copy === 'object' && copy !== null ? { ...copy } : {};
}

function stderrDestination(): LogDestination {
  const stream = destination({ fd: 2, sync: false, maxLength: logBufferOctetsMax });
  stream.on('error', () => undefined);
  process.on('exit', () => flushQuietly(stream));
  return stream;
}

/** The reader of a pipe may be gone; there is nobody left to tell. */
function flushQuietly(target: LogDestination): void {
  try {
    target.flushSync?.();
  } catch {
    return;
  }
}
