import { Buffer } from 'node:buffer';
import type { SourceItem, SourceReader } from '../source-row.ts';

/** A word of a line: `name=value`, or a bare one. Values may be quoted, with escapes. */
const WORD = /([^\s=[\]"]+)(?:=("(?:[^"\\]|\\[\s\S])*"|[^\s"]*))?|\[[^\]]*\]/g;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', _: ' ' };
/** Longer than any line of an export. */
const lineLengthMax = 1_000_000;

/**
 * Reads what `/export` writes: each `add` is a row of its menu (`/ppp/secret`). `set` changes what the export does not
 * name, and is passed over.
 */
export class RouterOsExport implements SourceReader {
  #rest = '';
  #line = 1;
  #menu = '';

  push(text: string): SourceItem[] {
    this.#rest += text;
    return this.#take();
  }

  end(): SourceItem[] {
    this.#rest += '\n';
    return this.#take();
  }

  #take(): SourceItem[] {
    const items: SourceItem[] = [];
    for (;;) {
      const end = endOfLine(this.#rest);
      if (end < 0) break;
      const text = this.#rest.slice(0, end);
      const item = this.#item(text.replace(/\\\r?\n\s*/g, ''));
      if (item !== undefined) items.push(item);
      this.#line += text.split('\n').length;
      this.#rest = this.#rest.slice(end + 1);
    }
    if (this.#rest.length > lineLengthMax) {
      const problem = 'The line does not end: this is no export of a router.';
      items.push({ table: this.#menu, line: this.#line, values: {}, problem });
      this.#rest = '';
    }
    return items;
  }

  #item(text: string): SourceItem | undefined {
    const line = text.trim();
    if (line === '' || line.startsWith('#')) return undefined;
    const words = [...line.matchAll(WORD)];
    const bare: string[] = [];
    while (words[0] !== undefined && words[0][2] === undefined && words[0][1] !== undefined) {
      bare.push(words.shift()?.[1] ?? '');
    }
    const verb = bare.at(-1) ?? '';
    const isCommand = /^(add|set|remove)$/.test(verb);
    const path = isCommand ? bare.slice(0, -1) : bare;
    if (path[0]?.startsWith('/')) this.#menu = path.join('/').replace(/\/+/g, '/').toLowerCase();
    if (verb !== 'add') return undefined;
    const values: Record<string, string> = {};
    for (const [, name, value] of words) if (name !== undefined) values[name] = plain(value ?? '');
    return { table: this.#menu, line: this.#line, values };
  }
}

/** The end of a logical line: one that a backslash does not carry on. */
function endOfLine(text: string): number {
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    if (!/\\\r?$/.test(text.slice(Math.max(0, at - 2), at))) return at;
  }
  return -1;
}

/** Quoted values escape with a backslash; octets outside ASCII are written `\D0\BF`. */
function plain(value: string): string {
  if (!value.startsWith('"')) return value;
  return value
    .slice(1, -1)
    .replace(/(?:\\[0-9A-F]{2})+|\\([\s\S])/g, (octets, mark?: string) =>
      mark === undefined
        ? Buffer.from(octets.replaceAll('\\', ''), 'hex').toString()
        : (ESCAPES[mark] ?? mark),
    );
}
