import { CsvReader, type CsvRecord } from '../csv.ts';
import type { SourceItem, SourceReader } from '../source-row.ts';

/** CSV whose first line names its columns. */
export class CsvRows implements SourceReader {
  readonly #table: string;
  readonly #reader = new CsvReader();
  #columns: readonly string[] | undefined;

  /** `table` is what its rows belong to, where that matters: the name of the file. */
  constructor(table: string) {
    this.#table = table;
  }

  push(text: string): SourceItem[] {
    return this.#reader.push(text).map((record) => this.#item(record));
  }

  end(): SourceItem[] {
    return this.#reader.end().map((record) => this.#item(record));
  }

  #item({ line, fields, problem }: CsvRecord): SourceItem {
    const table = this.#table;
    if (this.#columns === undefined) {
      this.#columns = fields.map((field) => field.trim());
      return { table, columns: this.#columns };
    }
    const values: Record<string, string> = {};
    for (const [index, column] of this.#columns.entries()) values[column] = fields[index] ?? '';
    if (problem !== undefined) return { table, line, values, problem };
    if (fields.length === this.#columns.length) return { table, line, values };
    const count = `The row has ${fields.length} fields, the first line has ${this.#columns.length}.`;
    return { table, line, values, problem: count };
  }
}
