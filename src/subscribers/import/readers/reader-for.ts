import type { SourceReader } from '../source-row.ts';
import { CsvRows } from './csv-rows.ts';
import { RouterOsExport } from './routeros-export.ts';
import { SqlDump, type TableColumns } from './sql-dump.ts';

/** How much of a source tells what it is. */
export const HEAD_CHARACTERS = 4_096;

const SQL =
  /^\s*(--|\/\*|(insert|replace)\s+into\s|create\s+(table|database)\s|copy\s|set\s|begin\b|pragma\s|drop\s|use\s|start\s)/i;
const STANDARD_SQL = /postgresql database dump|pragma |^\s*copy /i;

/** The reader that fits how a source begins; anything unknown is read as CSV. */
export function readerFor(head: string, fileName: string, columns: TableColumns): SourceReader {
  if (SQL.test(head)) return new SqlDump(STANDARD_SQL.test(head) ? 'standard' : 'mysql', columns);
  if (/^\s*(#|\/[a-z])/.test(head)) return new RouterOsExport();
  return new CsvRows(tableOf(fileName));
}

/** `exports/RadCheck.csv` holds the table radcheck. */
function tableOf(fileName: string): string {
  const name = fileName.split(/[/\\]/).at(-1) ?? '';
  return name.replace(/\.[^.]*$/, '').toLowerCase();
}
