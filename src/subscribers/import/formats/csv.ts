import { invalid } from '../../../kernel/errors.ts';
import type { Column, FoundSubscriber } from '../found.ts';
import type { FormatOptions, FormatReader, ImportFormat } from '../import-format.ts';
import type { SourceHeader, SourceRow } from '../source-row.ts';

/** Columns of a subscriber file and the other names they go by. */
export const csvColumns: ReadonlyMap<string, Column> = new Map([
  ['username', 'username'],
  ['password', 'password'],
  ['package', 'plan'],
  ['plan', 'plan'],
  ['rate', 'rate'],
  ['rate_limit', 'rate'],
  ['pool', 'pool'],
  ['ip', 'ip'],
  ['mac', 'mac'],
  ['customer', 'customer'],
  ['phone', 'phone'],
  ['email', 'email'],
  ['description', 'description'],
  ['sessions', 'sessions'],
  ['expires', 'expires'],
  ['state', 'state'],
]);

const ALLOWED =
  'username, password, package or plan, rate or rate_limit, pool, ip, mac, customer, phone, email, description, ' +
  'sessions, expires, state';

/** A file of subscribers, one in each row. */
export const csvFormat: ImportFormat = {
  name: 'csv',
  title: 'CSV with a heading for each column',
  open: (options) => new CsvSubscribers(options),
};

class CsvSubscribers implements FormatReader {
  readonly #mapping: FormatOptions['columns'];
  /** Our column by their heading. */
  #columns: ReadonlyMap<string, Column> = new Map();

  constructor(options: FormatOptions) {
    this.#mapping = options.columns;
  }

  header({ columns }: SourceHeader): void {
    this.#columns = this.#mapping === undefined ? byName(columns) : byMapping(columns, this.#mapping);
    for (const column of ['username', 'password'] as const) {
      if (![...this.#columns.values()].includes(column))
        throw invalid(`The column '${column}' is missing; allowed are ${ALLOWED}.`);
    }
  }

  take(row: SourceRow): FoundSubscriber[] {
    const cells: Partial<Record<Column, string>> = {};
    for (const [heading, column] of this.#columns) cells[column] = row.values[heading] ?? '';
    return [{ kind: 'subscriber', line: row.line, cells, problem: row.problem }];
  }

  end(): FoundSubscriber[] {
    return [];
  }
}

function byName(headings: readonly string[]): Map<string, Column> {
  const found = new Map<string, Column>();
  for (const heading of headings) {
    const name = heading.trim().toLowerCase();
    const column = csvColumns.get(name);
    if (column === undefined) {
      throw invalid(
        `The column '${heading}' is unknown; allowed are ${ALLOWED}. Or say which column is which.`,
      );
    }
    if ([...found.values()].includes(column) || found.has(heading))
      throw invalid(`The column '${name}' is there twice, perhaps under another name.`);
    found.set(heading, column);
  }
  return found;
}

/** Headings that are not mapped are left out. */
function byMapping(
  headings: readonly string[],
  mapping: Readonly<Partial<Record<Column, string>>>,
): Map<string, Column> {
  const found = new Map<string, Column>();
  for (const [column, wanted] of Object.entries(mapping)) {
    const heading = headings.find((one) => one.toLowerCase() === wanted.trim().toLowerCase());
    if (heading === undefined) {
      throw invalid(
        `There is no column '${wanted}' to take ${column} from; there are ${headings.join(', ')}.`,
      );
    }
    found.set(heading, column as Column);
  }
  return found;
}
