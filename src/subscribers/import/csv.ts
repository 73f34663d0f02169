import { invalid } from '../../kernel/errors.ts';

/** One record of a CSV file; `line` is where it begins, counted from 1. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
  /** Why the record cannot be used. */
  readonly problem?: string;
}

const QUOTE = '"';
/** Longer than any subscriber; a quote left open would otherwise swallow the whole file. */
const recordLengthMax = 1_000_000;

/** What may stand between two fields: spreadsheets write a semicolon where the comma is the decimal sign. */
const SEPARATORS = [',', ';', '\t'] as const;
type Separator = (typeof SEPARATORS)[number];

/**
 * Reads CSV (RFC 4180) piece by piece: quoted fields with doubled quotes, separators and line ends inside
 * them, LF or CRLF between records, empty lines left out. A quote inside an unquoted field is itself. The separator
 * is the one the first line has most of, unless that line says `sep=;` as spreadsheets do.
 */
export class CsvReader {
  #rest = '';
  #line = 1;
  #separator: Separator | undefined;

  /** The records that `text` completes; throws `validation_failed` when one of them never ends. */
  push(text: string): CsvRecord[] {
    this.#rest += text;
    return this.#take(false);
  }

  /** The last record, which may lack its line end. */
  end(): CsvRecord[] {
    return this.#take(true);
  }

  #take(isEnd: boolean): CsvRecord[] {
    const records: CsvRecord[] = [];
    const text = this.#rest;
    this.#separator ??= separatorOf(text, isEnd);
    const separator = this.#separator;
    let at = 0;
    while (separator !== undefined && at < text.length) {
      const scan = scanRecord(text, at, { separator, isEnd });
      if (scan === undefined) break;
      const { next, lines, ...record } = scan;
      const [first = ''] = record.fields;
      const isEmpty = record.fields.length === 1 && first === '' && !scan.hasQuote;
      const isHint = this.#line === 1 && HINT.test(text.slice(at, next));
      if (!isEmpty && !isHint) {
        const problem = scan.problem === undefined ? {} : { problem: scan.problem };
        records.push({ line: this.#line, fields: record.fields, ...problem });
      }
      this.#line += lines;
      at = next;
    }
    this.#rest = text.slice(at);
    if (this.#rest.length > recordLengthMax) {
      throw invalid(`The record that begins in line ${this.#line} does not end: a quote may be left open.`);
    }
    return records;
  }
}

/** The first line of a file that names its separator. */
const HINT = /^sep=([,;\t])\r?\n?$/i;

/** Undefined until the first line is whole. */
function separatorOf(whole: string, isEnd: boolean): Separator | undefined {
  const text = whole.replace(/^[\r\n]+/, '');
  const end = text.search(/[\r\n]/);
  if (end < 0 && !isEnd) return undefined;
  const line = end < 0 ? text : text.slice(0, end);
  const hinted = HINT.exec(line)?.[1];
  const plain = line.replace(/"[^"]*"/g, '');
  const counts = SEPARATORS.map((one) => plain.split(one).length);
  const most = SEPARATORS[counts.indexOf(Math.max(...counts))];
  return SEPARATORS.find((one) => one === hinted) ?? most;
}

interface Reading {
  readonly separator: Separator;
  readonly isEnd: boolean;
}

interface Scan {
  fields: string[];
  hasQuote: boolean;
  problem?: string;
  /** Where the next record begins. */
  next: number;
  /** Line ends passed, the record's own included. */
  lines: number;
}

/** One record from `start`; undefined when its end has not been read yet. */
function scanRecord(text: string, start: number, reading: Reading): Scan | undefined {
  const scan: Scan = { fields: [], hasQuote: false, next: start, lines: 0 };
  for (;;) {
    const field =
      text[scan.next] === QUOTE
        ? quotedField(text, scan, reading)
        : plainField(text, scan.next, reading.separator);
    if (field === undefined) return undefined;
    scan.fields.push(field.value);
    const mark = text[field.end];
    scan.next = field.end + 1;
    if (mark === reading.separator) continue;
    if (mark === undefined && !reading.isEnd) return undefined;
    if (mark === '\r') {
      // The line feed of a CRLF may still be to come.
      if (field.end + 1 === text.length && !reading.isEnd) return undefined;
      if (text[scan.next] === '\n') scan.next += 1;
    }
    scan.lines += 1;
    return scan;
  }
}

function plainField(text: string, start: number, separator: Separator): { value: string; end: number } {
  const mark = separator.charCodeAt(0);
  let end = start;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code === mark || code === 10 || code === 13) break;
  }
  return { value: text.slice(start, end), end };
}

/** Notes in `scan` what it finds wrong; undefined when the closing quote has not been read yet. */
function quotedField(
  text: string,
  scan: Scan,
  { separator, isEnd }: Reading,
): { value: string; end: number } | undefined {
  scan.hasQuote = true;
  const start = scan.next + 1;
  let from = start;
  for (;;) {
    const quote = text.indexOf(QUOTE, from);
    if (quote === -1 || (quote + 1 === text.length && !isEnd)) {
      if (!isEnd) return undefined;
      scan.problem = 'A quoted field is not closed before the end of the file.';
      return { value: text.slice(start), end: text.length };
    }
    if (text[quote + 1] === QUOTE) {
      from = quote + 2;
      continue;
    }
    const raw = text.slice(start, quote);
    for (let at = raw.indexOf('\n'); at !== -1; at = raw.indexOf('\n', at + 1)) scan.lines += 1;
    const tail = plainField(text, quote + 1, separator);
    if (tail.value !== '')
      scan.problem = `'${tail.value}' stands between a closing quote and the next separator.`;
    return { value: raw.replaceAll('""', QUOTE), end: tail.end };
  }
}
