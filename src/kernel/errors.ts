/** What sort of failure a request met; shells translate it to an HTTP status or an exit status. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'limited'
  | 'payment_required'
  | 'unavailable';

/** A failed request: `code` is stable snake_case, `message` tells a person how to mend it. */
export class AppError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly fields: Readonly<Record<string, string>> | undefined;
  /** Seconds after which the same request may succeed. */
  readonly retryAfterS: number | undefined;

  constructor(
    kind: ErrorKind,
    code: string,
    message: string,
    options: { fields?: Readonly<Record<string, string>>; cause?: unknown; retryAfterS?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.kind = kind;
    this.code = code;
    this.fields = options.fields;
    this.retryAfterS = options.retryAfterS;
  }
}

/** An input that breaks a rule; `fields` names each bad field and what it must be. */
export function invalid(message: string, fields?: Readonly<Record<string, string>>): AppError {
  return new AppError('invalid', 'validation_failed', message, fields ? { fields } : {});
}

/** Runs a check of one field; what it refuses without naming a field is said of this one. */
export function ofField<T>(field: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'invalid' || error.fields !== undefined) throw error;
    throw invalid(error.message, { [field]: error.message });
  }
}

/** Something that does not exist, or that the caller may not know exists. */
export function notFound(code: string, message: string): AppError {
  return new AppError('not_found', code, message);
}

/** A state or a unique value that stands in the way. */
export function conflict(code: string, message: string): AppError {
  return new AppError('conflict', code, message);
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message || error.name;
  return String(error);
}
