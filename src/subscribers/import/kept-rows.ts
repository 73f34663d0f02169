import { invalid } from '../../kernel/errors.ts';
import type { SourceRow } from './source-row.ts';

/** About a million subscribers. */
const rowsMax = 4_000_000;

/** Rows by table, for formats that join tables once all of them are there. */
export class KeptRows {
  readonly #tables = new Map<string, SourceRow[]>();
  #count = 0;

  /** Throws `validation_failed` when there are more than memory should hold. */
  keep(row: SourceRow): void {
    this.#count += 1;
    if (this.#count > rowsMax) {
      throw invalid(`The source has more than ${rowsMax} rows of subscribers: import it in parts.`);
    }
    const rows = this.#tables.get(row.table);
    if (rows === undefined) this.#tables.set(row.table, [row]);
    else rows.push(row);
  }

  of(table: string): readonly SourceRow[] {
    return this.#tables.get(table) ?? [];
  }

  /** Rows of a table by the value of a column, in lower case where `isFolded`. */
  by(table: string, column: string, isFolded = false): Map<string, SourceRow[]> {
    const groups = new Map<string, SourceRow[]>();
    for (const row of this.of(table)) {
      const value = row.values[column] ?? '';
      const key = isFolded ? value.toLowerCase() : value;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [row]);
      else group.push(row);
    }
    return groups;
  }
}
