import { FileText } from '../../subscribers/import/file-text.ts';
import { HEAD_CHARACTERS, readerFor } from '../../subscribers/import/readers/reader-for.ts';
import type { TableColumns } from '../../subscribers/import/readers/sql-dump.ts';
import type { SourceItem, SourceReader } from '../../subscribers/import/source-row.ts';

/** Where the rows of an import come from; it can be read more than once. */
export interface ImportSource {
  readonly name: string;
  /** `columns`: of tables whose dump names none. */
  rows(columns: TableColumns): AsyncIterable<readonly SourceItem[]>;
}

/** A file of any kind that is understood; `open` begins it anew. */
export function fileSource(name: string, open: () => AsyncIterable<Uint8Array>): ImportSource {
  return { name, rows: (columns) => rowsOfFile(name, open(), columns) };
}

async function* rowsOfFile(
  name: string,
  octets: AsyncIterable<Uint8Array>,
  columns: TableColumns,
): AsyncIterable<readonly SourceItem[]> {
  const text = new FileText(name);
  let reader: SourceReader | undefined;
  let head = '';
  for await (const piece of octets) {
    const read = text.push(piece);
    if (reader !== undefined) {
      yield reader.push(read);
      continue;
    }
    // Small pieces are put together until they tell what the file is.
    head += read;
    if (head.length < HEAD_CHARACTERS) continue;
    reader = readerFor(head, name, columns);
    yield reader.push(head);
  }
  const rest = text.end();
  if (reader === undefined) {
    reader = readerFor(head, name, columns);
    yield reader.push(head);
  }
  yield reader.push(rest);
  yield reader.end();
}
