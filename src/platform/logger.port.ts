/** One log event: `event` is its dotted name (`radius.access_rejected`), the rest are ids, numbers with units, `err`. */
export interface LogFields {
  readonly event: string;
  readonly [field: string]: unknown;
}

/**
 * Where code reports what happened; one call is one line. `debug` per packet, `info` per state change,
 * `warn` needs attention later, `error` needs a person. Secrets are redacted behind it by field name.
 */
export interface Logger {
  debug(fields: LogFields, message?: string): void;
  info(fields: LogFields, message?: string): void;
  warn(fields: LogFields, message?: string): void;
  error(fields: LogFields, message?: string): void;
}
