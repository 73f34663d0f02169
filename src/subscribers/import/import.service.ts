import { invalid } from '../../kernel/errors.ts';
import { err } from '../../kernel/result.ts';
import type { Actor } from '../../platform/identity/actor.ts';
import type { ServiceDeps } from '../provisioning.service.ts';
import { CsvReader, type CsvRecord } from './csv.ts';
import { type PlannedRow, type RowError, writeBatch } from './import-batch.service.ts';
import { ImportPlans } from './import-plans.service.ts';
import { type ImportRow, parseHeader, RowParser } from './import-row.ts';

/** What became of a file. */
export interface ImportReport {
  created: number;
  /** Rows whose user name existed before: running a file again changes nothing. */
  skipped: number;
  failed: number;
  /** The first `errorsMax` of the failed rows. */
  readonly errors: RowError[];
  readonly packagesCreated: string[];
}

/** How a file is imported. */
export interface ImportOptions {
  readonly actor: Actor;
  /** The package of rows that name none. */
  readonly defaultPlanCode?: string | undefined;
  /** Told after every batch. */
  readonly onProgress?: ((report: Readonly<ImportReport>) => void) | undefined;
}

/** Rows per transaction: large enough that its round trips do not count, small enough to be forgotten on failure. */
const batchSizeMax = 2_000;
const errorsMax = 1_000;

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
  const run = new ImportRun(deps, options);
  const reader = new CsvReader();
  for await (const piece of pieces) await run.take(reader.push(piece));
  await run.take(reader.end());
  return run.finish();
}

class ImportRun {
  readonly #deps: ServiceDeps;
  readonly #options: ImportOptions;
  readonly #plans: ImportPlans;
  readonly #report: ImportReport = { created: 0, skipped: 0, failed: 0, errors: [], packagesCreated: [] };
  readonly #lineOfUsername = new Map<string, number>();
  #parser: RowParser | undefined;
  #batch: ImportRow[] = [];

  constructor(deps: ServiceDeps, options: ImportOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#plans = new ImportPlans(deps.db, this.#report.packagesCreated);
  }

  async take(records: readonly CsvRecord[]): Promise<void> {
    for (const record of records) {
      if (this.#parser === undefined) {
        const header = parseHeader(record.fields);
        if (!header.ok) throw invalid(header.error);
        this.#parser = new RowParser(header.value, this.#options.defaultPlanCode);
      } else {
        this.#takeRow(record, this.#parser);
        if (this.#batch.length >= batchSizeMax) await this.#flush();
      }
    }
  }

  async finish(): Promise<ImportReport> {
    if (this.#parser === undefined) throw invalid('The file is empty: its first line names the columns.');
    await this.#flush();
    this.#report.errors.sort((a, b) => a.line - b.line);
    return this.#report;
  }

  #takeRow(record: CsvRecord, parser: RowParser): void {
    const { line, problem } = record;
    const row = problem === undefined ? parser.parse(record) : err(problem);
    if (!row.ok) {
      this.#fail(line, row.error);
      return;
    }
    const { username } = row.value;
    const before = this.#lineOfUsername.get(username);
    if (before === undefined) {
      this.#lineOfUsername.set(username, line);
      this.#batch.push(row.value);
    } else {
      this.#fail(line, `The user name '${username}' stands in line ${before} already.`);
    }
  }

  async #flush(): Promise<void> {
    const rows = this.#batch;
    this.#batch = [];
    if (rows.length === 0) return;
    const planned: PlannedRow[] = [];
    for (const row of rows) {
      const plan = await this.#plans.planFor(row);
      if (plan.ok) planned.push({ row, plan: plan.value });
      else this.#fail(row.line, plan.error);
    }
    const outcome = await writeBatch(this.#deps, planned, this.#options.actor);
    this.#report.created += outcome.created;
    this.#report.skipped += outcome.skipped;
    for (const { line, reason } of outcome.errors) this.#fail(line, reason);
    this.#options.onProgress?.(this.#report);
  }

  #fail(line: number, reason: string): void {
    this.#report.failed += 1;
    if (this.#report.errors.length < errorsMax) this.#report.errors.push({ line, reason });
  }
}
