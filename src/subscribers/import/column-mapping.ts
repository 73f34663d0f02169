import { invalid } from '../../kernel/errors.ts';
import { csvColumns } from './formats/csv.ts';
import type { Column } from './found.ts';

/** Reads `username=Login` and the like: our column, and the heading it has in the file. Throws `validation_failed`. */
export function columnMapping(words: readonly string[]): Readonly<Partial<Record<Column, string>>> {
  const mapping: Partial<Record<Column, string>> = {};
  for (const word of words) {
    const at = word.indexOf('=');
    const column = csvColumns.get(word.slice(0, Math.max(0, at)).trim().toLowerCase());
    const heading = word.slice(at + 1).trim();
    if (column === undefined || heading === '') {
      const known = [...csvColumns.keys()].join(', ');
      throw invalid(`'${word}' maps no column: write our column, =, the heading; columns are ${known}.`, {
        columns: `must be such as username=Login; columns are ${known}`,
      });
    }
    mapping[column] = heading;
  }
  return mapping;
}
