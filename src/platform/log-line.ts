const levelWidth = 5;
const eventWidth = 28;

/** Turns one JSON log line into one line for a person: time, level, role, event, message, fields; a stack follows indented. */
export function prettyLine(json: string): string {
  const fields = parseFields(json);
  if (fields === undefined) return json;
  const { level, time, role, pid: _pid, event, msg, err, ...rest } = fields;
  const parts = [
    clockOf(time),
    String(level ?? '')
      .toUpperCase()
      .padEnd(levelWidth),
    String(role ?? '').padEnd(10),
    String(event ?? '').padEnd(eventWidth),
  ];
  if (typeof msg === 'string' && msg !== '') parts.push(msg);
  for (const [name, value] of Object.entries(rest)) parts.push(`${name}=${shown(value)}`);
  return `${parts.join(' ').trimEnd()}${errorLines(err)}\n`;
}

function parseFields(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** `2026-11-23T04:05:06.789Z` is shown as `04:05:06.789`: the day is known to who watches a terminal. */
function clockOf(time: unknown): string {
  return typeof time === 'string' ? time.slice(11, 23) : '';
}

function shown(value: unknown): string {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  return JSON.stringify(value);
}

function errorLines(error: unknown): string {
  if (error === undefined || error === null) return '';
  if (typeof error !== 'object') return `\n    ${String(error)}`;
  const { stack, message, cause } = { ...error } as { stack?: unknown; message?: unknown; cause?: unknown };
  const text = typeof stack === 'string' ? stack : String(message ?? JSON.stringify(error));
  const own = `\n    ${text.replaceAll('\n', '\n    ')}`;
  return cause === undefined ? own : `${own}\n    caused by:${errorLines(cause)}`;
}
