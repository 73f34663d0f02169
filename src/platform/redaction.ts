const redacted = '[redacted]';
const depthMax = 8;
const itemsMax = 100;
const textMax = 16_384;

/** Field names, lower case without punctuation, whose value is never logged. */
const secretName =
  /password|passwd|passphrase|secret|token|authorization|cookie|credential|apikey|appkey|privatekey|mschap|chapchallenge|^chap$|mppe|nthash|^pin$|otp|voucher/;

/** Password part of a URL, as in `postgres://user:password@host/db`; one with a stray slash in it too. */
const urlPassword = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):\S*@/gi;
const urlPasswordParameter = /([?&]password=)[^&\s]*/gi;

/** Replaces the password of every URL inside `text` by `***`. */
export function maskUrlPasswords(text: string): string {
  if (!text.includes('://')) return text;
  return text.replace(urlPassword, '$1:***@').replace(urlPasswordParameter, '$1***');
}

/**
 * A copy of `value` fit for a JSON log line: what stands under a secret name is replaced at any depth,
 * URL passwords are masked in every string, errors become plain objects, octets only their length.
 */
export function redact(value: unknown): unknown {
  return copy(value, 0, new Set());
}

function copy(value: unknown, depth: number, path: Set<object>): unknown {
  if (typeof value === 'string') return maskUrlPasswords(value.slice(0, textMax));
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Uint8Array) return `<${value.length} octets>`;
  if (path.has(value)) return '[circular]';
  if (depth >= depthMax) return '[too deep]';
  path.add(value);
  const result = copyObject(value, depth + 1, path);
  path.delete(value);
  return result;
}

function copyObject(value: object, depth: number, path: Set<object>): unknown {
  if (value instanceof Error) return copyError(value, depth, path);
  if (Array.isArray(value)) return value.slice(0, itemsMax).map((item) => copy(item, depth, path));
  if (value instanceof Set) return [...value].slice(0, itemsMax).map((item) => copy(item, depth, path));
  if (value instanceof Map) return copyFields([...value], depth, path);
  if ('toJSON' in value && typeof value.toJSON === 'function') return copy(value.toJSON(), depth, path);
  return copyFields(Object.entries(value), depth, path);
}

function copyFields(
  entries: readonly (readonly [unknown, unknown])[],
  depth: number,
  path: Set<object>,
): object {
  const result: Record<string, unknown> = {};
  for (const [key, item] of entries.slice(0, itemsMax)) {
    const name = String(key);
    result[name] = isSecretName(name) && hidesSomething(item) ? redacted : copy(item, depth, path);
  }
  return result;
}

/** Of an error only what cannot carry a parameter of a statement: no `query`, `parameters` or `detail`. */
function copyError(error: Error, depth: number, path: Set<object>): object {
  const fields: Record<string, unknown> = { type: error.name, message: error.message };
  for (const name of [
    'code',
    'kind',
    'severity',
    'constraint_name',
    'table_name',
    'syscall',
    'address',
    'port',
  ]) {
    const item: unknown = Reflect.get(error, name);
    if (item !== undefined) fields[name] = item;
  }
  fields.stack = error.stack;
  if (error.cause !== undefined) fields.cause = error.cause;
  if (error instanceof AggregateError) fields.errors = error.errors;
  return copyFields(Object.entries(fields), depth, path);
}

/** Whether a value of this name is never shown: a password, a token, a key. */
export function isSecretName(name: string): boolean {
  return secretName.test(name.toLowerCase().replace(/[^a-z0-9]/g, ''));
}

/** A flag such as `has_password: true` tells nothing and is worth reading. */
function hidesSomething(value: unknown): boolean {
  return value !== null && value !== undefined && typeof value !== 'boolean';
}
