import { invalid } from '../../kernel/errors.ts';
import type { ServiceDeps } from '../services/provisioning.service.ts';
import { csvFormat } from './formats/csv.ts';
import type { ImportReport } from './import-report.ts';
import { CsvRows } from './readers/csv-rows.ts';
import { isHeader, type SourceItem } from './source-row.ts';
import { type ImportOptions, SubscriberImport } from './subscriber-import.service.ts';

export type { ImportReport };

/**
 * Imports subscribers from the text of a CSV file, given in pieces. Bad rows are reported and left out, good
 * ones are committed batch by batch, and what exists already is skipped, so that a broken import is simply
 * run again. Throws `validation_failed` when the header cannot be used.
 */
export async function importSubscribers(
  deps: ServiceDeps,
  pieces: AsyncIterable<string>,
  options: ImportOptions,
): Promise<ImportReport> {
  const work = await SubscriberImport.open(deps, options);
  const format = csvFormat.open({});
  const rows = new CsvRows('');
  let hasHeader = false;
  const take = async (items: readonly SourceItem[]): Promise<void> => {
    for (const item of items) {
      if (isHeader(item)) {
        format.header?.(item);
        hasHeader = true;
        continue;
      }
      for (const found of format.take(item)) if (found.kind === 'subscriber') await work.take(found);
    }
  };
  for await (const piece of pieces) await take(rows.push(piece));
  await take(rows.end());
  if (!hasHeader) throw invalid('The file is empty: its first line names the columns.');
  return work.finish();
}
