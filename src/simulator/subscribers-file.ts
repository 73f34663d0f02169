import { err, ok, type Result } from '../kernel/result.ts';
import { type Subscriber, subscriber } from './subscriber.ts';

/**
 * Subscribers from a CSV text with a header line that names at least `username` and `password` (the files of the
 * subscriber import fit); `mac` is taken too. The error is a sentence that names the line.
 */
export function parseSubscribers(text: string, method: Subscriber['method']): Result<Subscriber[], string> {
  const [header, ...rows] = csvRows(text.replace(/^\uFEFF/, ''));
  const columns = (header ?? []).map((name) => name.trim().toLowerCase());
  const usernameAt = columns.indexOf('username');
  const passwordAt = columns.indexOf('password');
  const macAt = columns.indexOf('mac');
  if (usernameAt < 0 || passwordAt < 0) {
    return err('The first line must name the columns username and password.');
  }
  const subscribers: Subscriber[] = [];
  for (const [index, row] of rows.entries()) {
    if (row.length === 1 && row[0] === '') continue;
    const username = row[usernameAt] ?? '';
    if (username === '') return err(`Line ${index + 2} has no username.`);
    const mac = row[macAt] ?? '';
    subscribers.push(
      subscriber({
        username,
        password: row[passwordAt] ?? '',
        method,
        ...(mac === '' ? {} : { mac }),
      }),
    );
  }
  return ok(subscribers);
}

/** Rows of RFC 4180 text: fields may be quoted, quotes in them are doubled, lines end in CRLF or LF. */
function csvRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (isQuoted) {
      if (char !== '"') field += char;
      else if (text[at + 1] === '"') field += text[++at];
      else isQuoted = false;
    } else if (char === '"') {
      isQuoted = true;
    } else if (char === ',') {
      row.push(field);
      field = '';
    } else if (char === '\n') {
      row.push(field.endsWith('\r') ? field.slice(0, -1) : field);
      rows.push(row);
      row = [];
      field = '';
    } else {
      field += char;
    }
  }
  if (field !== '' || row.length > 0) rows.push([...row, field]);
  return rows;
}
