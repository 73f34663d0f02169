import { openLanePool } from '../../db/lane-pool.ts';
import { invalid } from '../../kernel/errors.ts';
import { maskUrlPasswords } from '../../platform/redaction.ts';
import type { SourceItem } from '../../subscribers/import/source-row.ts';
import { presentTables, tablePage } from './freeradius-database.store.ts';
import type { ImportSource } from './import-source.ts';

const pageSizeMax = 5_000;

/**
 * The FreeRADIUS tables of a running PostgreSQL, which is only read. Its URL is shown without its password. Throws
 * `validation_failed` when it has none of the tables.
 */
export function radiusDatabaseSource(url: string): ImportSource {
  return { name: maskUrlPasswords(url), rows: () => rowsOf(url) };
}

async function* rowsOf(url: string): AsyncIterable<readonly SourceItem[]> {
  const db = openLanePool({ url, lanes: 1, name: 'netflow-import' });
  try {
    const tables = await presentTables(db);
    if (tables.length === 0) throw invalid('The database has none of the tables of FreeRADIUS.');
    for (const table of tables) {
      let line = 0;
      for (let after = '0'; ; ) {
        const rows = await tablePage(db, table, { after, limit: pageSizeMax });
        yield rows.map(({ row }) => {
          line += 1;
          const said = Object.entries(row).filter((entry): entry is [string, string] => entry[1] !== null);
          return { table: table[0], line, values: Object.fromEntries(said) };
        });
        const last = rows.at(-1);
        if (last === undefined || rows.length < pageSizeMax || table[1] === '') break;
        after = last.key;
      }
    }
  } finally {
    await db.close();
  }
}
