/** How a dump writes text: MySQL and MariaDB escape with backslashes, PostgreSQL and SQLite double the quote. */
export type SqlDialect = 'mysql' | 'standard';

/** A value of a row: its text, null for NULL, and where it ends. */
export interface SqlValue {
  readonly value: string | null;
  readonly end: number;
}

const ESCAPES: Readonly<Record<string, string>> = {
  0: '\0',
  b: '\b',
  n: '\n',
  r: '\r',
  t: '\t',
  Z: '\u001a',
};
const BARE = /(?:[-+\w.]+)/y;
const PREFIX = /(?:_binary\s+|_utf8(?:mb[34])?\s+|[EN](?='))/iy;

/** The value that begins at `start`; undefined when the text ends before it does, or is no value. */
export function sqlValue(text: string, start: number, dialect: SqlDialect): SqlValue | undefined {
  let at = start;
  let escapes = dialect === 'mysql';
  PREFIX.lastIndex = at;
  const prefix = PREFIX.exec(text)?.[0];
  if (prefix !== undefined) {
    at += prefix.length;
    escapes ||= prefix === 'E' || prefix === 'e';
  }
  if (text[at] === "'") return quoted(text, at + 1, escapes);
  BARE.lastIndex = start;
  const bare = BARE.exec(text)?.[0];
  if (bare === undefined) return undefined;
  return { value: /^null$/i.test(bare) ? null : bare, end: start + bare.length };
}

function quoted(text: string, start: number, escapes: boolean): SqlValue | undefined {
  let value = '';
  let from = start;
  for (let at = start; at < text.length; at += 1) {
    const mark = text[at];
    if (escapes && mark === '\\') {
      const next = text[at + 1];
      if (next === undefined) return undefined;
      value += text.slice(from, at) + (ESCAPES[next] ?? next);
      at += 1;
      from = at + 1;
    } else if (mark === "'") {
      if (at + 1 === text.length) return undefined;
      if (text[at + 1] !== "'") return { value: value + text.slice(from, at), end: at + 1 };
      value += text.slice(from, at + 1);
      at += 1;
      from = at + 1;
    }
  }
  return undefined;
}

/** A field of COPY text: `\N` is NULL. */
export function copyField(text: string): string | null {
  if (text === '\\N') return null;
  return text.replace(/\\([\s\S])/g, (_, mark: string) => (mark === 'f' ? '\f' : (ESCAPES[mark] ?? mark)));
}

/** A name without its quotes and its schema, in lower case. */
export function plainName(text: string): string {
  const parts = text.replace(/[`"[\]]/g, '').split('.');
  return (parts.at(-1) ?? '').trim().toLowerCase();
}

/** The columns a CREATE TABLE names, in order; keys and constraints are none. */
export function createdColumns(body: string): string[] {
  const columns: string[] = [];
  let depth = 0;
  let part = '';
  for (const mark of `${body},`) {
    if (mark === '(') depth += 1;
    if (mark === ')') depth -= 1;
    if (mark !== ',' || depth > 0) {
      part += mark;
      continue;
    }
    const name = /^\s*([`"]?)([\w$]+)\1\s/.exec(part);
    const isColumn = name !== null && (name[1] !== '' || !NO_COLUMN.test(name[2] ?? ''));
    if (isColumn) columns.push((name[2] ?? '').toLowerCase());
    part = '';
  }
  return columns;
}

const NO_COLUMN = /^(primary|unique|key|index|fulltext|spatial|constraint|foreign|check|exclude)$/i;
