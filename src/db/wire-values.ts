/**
 * How values travel: every parameter goes out as text (or null) whose type PostgreSQL takes from
 * the SQL, so one text is one prepared statement whatever its arguments are.
 */
export function encodeParams(params: readonly unknown[]): (string | number | null)[] {
  const encoded: (string | number | null)[] = new Array(params.length);
  for (let i = 0; i < params.length; i++) {
    const value = params[i];
    encoded[i] =
      typeof value === 'string' || typeof value === 'number' || value === null
        ? value
        : encodeOther(value, i + 1);
  }
  return encoded;
}

const toText = (value: unknown): string => String(value);

/**
 * Types handed to the driver in place of its own, which would turn JSON text into JSON a second
 * time, cut timestamps to milliseconds and read dates in the zone of the host.
 */
export const WIRE_TYPES = {
  json: { to: 114, from: [114, 3802], serialize: toText, parse: (text: string): unknown => JSON.parse(text) },
  boolean: { to: 16, from: [16], serialize: toText, parse: (text: string) => text === 't' },
  timestamptz: { to: 1184, from: [1184], serialize: toText, parse: parseInstant },
  localTime: { to: 1114, from: [1114, 1082], serialize: toText, parse: (text: string) => text },
  bytea: {
    to: 17,
    from: [17],
    serialize: toText,
    parse: (text: string) => Buffer.from(text.slice(2), 'hex'),
  },
};

/** Type numbers of json and jsonb. */
export const JSON_OIDS: ReadonlySet<number> = new Set([114, 3802]);

function encodeOther(value: unknown, position: number): string | null {
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) {
    return `\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}`;
  }
  if (Array.isArray(value)) return encodeArray(value, position);
  if (isTemporal(value)) return toText(value);
  throw new TypeError(
    value === undefined
      ? `Parameter $${position} is undefined; say null for an SQL NULL.`
      : `Parameter $${position} is ${typeof value}; JSON is passed as JSON.stringify text with ::jsonb.`,
  );
}

function encodeArray(items: readonly unknown[], position: number): string {
  const parts = items.map((item) => {
    if (item === null) return 'NULL';
    if (typeof item === 'number') return String(item);
    if (Array.isArray(item)) return encodeArray(item, position);
    const text = typeof item === 'string' ? item : encodeOther(item, position);
    return text === null ? 'NULL' : `"${text.replace(/[\\"]/g, '\\$&')}"`;
  });
  return `{${parts.join(',')}}`;
}

function isTemporal(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const tag: unknown = Reflect.get(value, Symbol.toStringTag);
  return typeof tag === 'string' && tag.startsWith('Temporal.');
}

/** Lanes run in UTC, so the text is `2026-11-23 04:40:00.123456+00` (or infinity: invalid Date). */
function parseInstant(text: string): Date {
  return text.endsWith('+00') ? new Date(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`) : new Date(text);
}
