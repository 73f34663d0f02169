import { invalid } from '../../../kernel/errors.ts';
import type { SourceItem, SourceReader } from '../source-row.ts';
import { copyField, createdColumns, plainName, type SqlDialect, sqlValue } from './sql-text.ts';

/** What a table has when a dump names no columns; by table, in their order. */
export type TableColumns = Readonly<Record<string, readonly string[]>>;

const NAME = '((?:[`"\\[]?[\\w$]+[`"\\]]?\\.)*[`"\\[]?[\\w$]+[`"\\]]?)';
const INSERT = new RegExp(
  `^(?:insert|replace)\\s+(?:ignore\\s+)?into\\s+${NAME}\\s*(?:\\(([^()]*)\\))?\\s*values\\s*(?=\\()`,
  'i',
);
const COPY = new RegExp(`^copy\\s+${NAME}\\s*\\(([^()]*)\\)\\s+from\\s+stdin[^;]*;[^\\n]*\\n`, 'i');
const CREATE = new RegExp(
  `^create\\s+(?:temporary\\s+)?table\\s+(?:if\\s+not\\s+exists\\s+)?${NAME}\\s*\\(`,
  'i',
);
/** The end of a statement whose text holds no line that ends so. */
const END = /;[ \t]*\r?\n/;
const BETWEEN = /^(?:\s+|--[^\n]*\n|#[^\n]*\n|\/\*[\s\S]*?\*\/\s*;?)/;
/** Longer than the head of any statement that is looked at; a single row or CREATE TABLE stays below the second. */
const headLengthMax = 65_536;
const rowLengthMax = 4_000_000;

type Place = 'statement' | 'rows' | 'copy' | 'skip';

/**
 * Reads the rows of a dump (mysqldump, phpMyAdmin, pg_dump with COPY or INSERT, SQLite) piece by piece: memory holds a
 * row at a time, however long a statement is. Everything that is no row is passed over; nothing is executed.
 */
export class SqlDump implements SourceReader {
  readonly #known: Map<string, readonly string[]>;
  readonly #dialect: SqlDialect;
  #rest = '';
  #line = 1;
  #place: Place = 'statement';
  #quote = '';
  #table = '';
  #columns: readonly string[] = [];

  constructor(dialect: SqlDialect, known: TableColumns) {
    this.#dialect = dialect;
    this.#known = new Map(Object.entries(known));
  }

  push(text: string): SourceItem[] {
    this.#rest += text;
    return this.#take(false);
  }

  end(): SourceItem[] {
    this.#rest += '\n';
    return this.#take(true);
  }

  #take(isEnd: boolean): SourceItem[] {
    const items: SourceItem[] = [];
    for (;;) {
      const isMore = this.#place === 'statement' ? this.#statement(isEnd) : this.#inside(items);
      if (!isMore) break;
    }
    if (this.#rest.length > rowLengthMax) throw this.#endless();
    if (isEnd && this.#rest.trim() !== '' && this.#place !== 'skip') {
      const problem = `The dump ends in the middle of a statement about '${this.#table}': it may have been cut off.`;
      items.push({ table: this.#table, line: this.#line, values: {}, problem });
    }
    return items;
  }

  #inside(items: SourceItem[]): boolean {
    if (this.#place === 'rows') return this.#row(items);
    return this.#place === 'copy' ? this.#copyLine(items) : this.#skip();
  }

  /** Looks at the head of the next statement; false when more text is needed to tell. */
  #statement(isEnd: boolean): boolean {
    const between = BETWEEN.exec(this.#rest)?.[0];
    if (between !== undefined) return this.#pass(between.length);
    const isComment = /^(?:\/\*|--|#)/.test(this.#rest);
    if (this.#rest === '' || (isComment && !isEnd)) return false;
    const insert = INSERT.exec(this.#rest);
    if (insert !== null) return this.#enter('rows', insert);
    const copy = COPY.exec(this.#rest);
    if (copy !== null) return this.#enter('copy', copy);
    if (!isEnd && this.#rest.length < headLengthMax && !END.test(this.#rest)) return false;
    const create = CREATE.exec(this.#rest);
    if (create !== null) this.#remember(create);
    this.#place = 'skip';
    return true;
  }

  #enter(place: Place, match: RegExpExecArray): boolean {
    this.#table = plainName(match[1] ?? '');
    const named = match[2]?.split(',').map(plainName);
    this.#columns = named ?? this.#known.get(this.#table) ?? [];
    this.#place = place;
    return this.#pass(match[0].length);
  }

  /** Keeps the columns of a CREATE TABLE. */
  #remember(create: RegExpExecArray): void {
    const statement = this.#rest.slice(0, END.exec(this.#rest)?.index);
    const body = statement.slice(create[0].length, statement.lastIndexOf(')'));
    this.#known.set(plainName(create[1] ?? ''), createdColumns(body));
  }

  /** One tuple of an INSERT, or what stands between two. */
  #row(items: SourceItem[]): boolean {
    const between = /^[\s,]+/.exec(this.#rest)?.[0];
    if (between !== undefined) return this.#pass(between.length);
    if (this.#rest === '') return false;
    if (this.#rest[0] !== '(') {
      this.#place = 'skip';
      return true;
    }
    const values: (string | null)[] = [];
    for (let at = 1; ; ) {
      at += /^\s*/.exec(this.#rest.slice(at, at + 64))?.[0].length ?? 0;
      const value = sqlValue(this.#rest, at, this.#dialect);
      if (value === undefined) return this.#unreadable(items, at);
      if (value.end >= this.#rest.length) return false;
      values.push(value.value);
      at = value.end + (/^\s*/.exec(this.#rest.slice(value.end, value.end + 64))?.[0].length ?? 0);
      const mark = this.#rest[at];
      if (mark === undefined) return false;
      at += 1;
      if (mark === ')') {
        items.push(this.#item(values));
        return this.#pass(at);
      }
      if (mark !== ',') return this.#expression(items);
    }
  }

  /** Text that ends inside a value is waited for. */
  #unreadable(items: SourceItem[], at: number): boolean {
    const mark = this.#rest[at] ?? '';
    return mark === '' || /['\w]/.test(mark) ? false : this.#expression(items);
  }

  /** An expression is no value: the statement is passed over. */
  #expression(items: SourceItem[]): true {
    items.push({
      table: this.#table,
      line: this.#line,
      values: {},
      problem: 'The row holds more than plain values.',
    });
    this.#place = 'skip';
    return true;
  }

  #copyLine(items: SourceItem[]): boolean {
    const end = this.#rest.indexOf('\n');
    if (end < 0) return false;
    const line = this.#rest.slice(0, end).replace(/\r$/, '');
    if (line === '\\.') this.#place = 'statement';
    else items.push(this.#item(line.split('\t').map(copyField)));
    return this.#pass(end + 1);
  }

  #item(values: readonly (string | null)[]): SourceItem {
    const row: Record<string, string> = {};
    for (const [index, column] of this.#columns.entries()) {
      const value = values[index];
      if (value !== null && value !== undefined) row[column] = value;
    }
    const item = { table: this.#table, line: this.#line, values: row };
    if (this.#columns.length === values.length) return item;
    const problem = `The row has ${values.length} values, the table ${this.#columns.length} columns.`;
    return { ...item, problem };
  }

  /** Passes over a statement to its semicolon, which may stand inside quotes; keeps nothing of it. */
  #skip(): boolean {
    for (let at = 0; at < this.#rest.length; at += 1) {
      const mark = this.#rest[at] ?? '';
      if (this.#quote !== '') {
        if (this.#dialect === 'mysql' && mark === '\\') at += 1;
        else if (mark === this.#quote) this.#quote = '';
      } else if (mark === "'" || mark === '"' || mark === '`') this.#quote = mark;
      else if (mark === ';') {
        this.#place = 'statement';
        return this.#pass(at + 1);
      }
    }
    this.#pass(this.#rest.length);
    return false;
  }

  #pass(length: number): true {
    const passed = this.#rest.slice(0, length);
    for (let at = passed.indexOf('\n'); at !== -1; at = passed.indexOf('\n', at + 1)) this.#line += 1;
    this.#rest = this.#rest.slice(length);
    return true;
  }

  #endless() {
    return invalid(`The row that begins in line ${this.#line} does not end: a quote may be left open.`);
  }
}
