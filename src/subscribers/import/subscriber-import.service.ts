import type { Actor } from '../../platform/identity/actor.ts';
import { readSettings } from '../../platform/settings/setting.store.ts';
import type { ServiceDeps } from '../services/provisioning.service.ts';
import type { FoundPlan, FoundSubscriber } from './found.ts';
import { type PlannedRow, writeBatch } from './import-batch.service.ts';
import { ImportPlans } from './import-plans.service.ts';
import { type ImportRecorder, NO_RECORDER } from './import-recorder.service.ts';
import type { ImportReport } from './import-report.ts';
import { type ImportRow, RowParser } from './import-row.ts';
import type { RowRecord } from './row-record.ts';

/** How a source is imported. */
export interface ImportOptions {
  readonly actor: Actor;
  /** The package of rows that name none. */
  readonly defaultPlanCode?: string | undefined;
  /** Everything is checked as it would be, and nothing is made. */
  readonly isDryRun?: boolean | undefined;
  readonly recorder?: ImportRecorder | undefined;
  /** Told after every batch. */
  readonly onProgress?: ((report: Readonly<ImportReport>) => void) | undefined;
}

/** Rows per transaction: large enough that its round trips do not count, small enough to be forgotten on failure. */
const batchSizeMax = 2_000;
const errorsMax = 1_000;

/**
 * Makes services of subscribers as a format finds them: bad ones are reported and left out, good ones are committed
 * batch by batch, those that exist are compared and left as they are.
 */
export class SubscriberImport {
  readonly #deps: ServiceDeps;
  readonly #options: ImportOptions;
  readonly #plans: ImportPlans;
  readonly #report: ImportReport = { created: 0, skipped: 0, failed: 0, errors: [], packagesCreated: [] };
  readonly #lineOfUsername = new Map<string, number>();
  readonly #holderOfAddress = new Map<string, string>();
  readonly #parser: RowParser;
  #batch: ImportRow[] = [];
  #left: RowRecord[] = [];

  static async open(deps: ServiceDeps, options: ImportOptions): Promise<SubscriberImport> {
    const { isp_timezone: timeZone } = await readSettings(deps.db);
    return new SubscriberImport(deps, options, timeZone);
  }

  private constructor(deps: ServiceDeps, options: ImportOptions, timeZone: string) {
    this.#deps = deps;
    this.#options = options;
    this.#parser = new RowParser({ defaultPlanCode: options.defaultPlanCode, timeZone });
    this.#plans = new ImportPlans({
      db: deps.db,
      isDryRun: options.isDryRun ?? false,
      recorder: options.recorder ?? NO_RECORDER,
      created: this.#report.packagesCreated,
    });
  }

  /** Takes a plan the source describes, for those who are on it. */
  describe(plan: FoundPlan): void {
    this.#plans.describe(plan);
  }

  /** Takes one subscriber; writes when a batch is full. */
  async take(found: FoundSubscriber): Promise<void> {
    const { line } = found;
    const row = this.#parser.parse(found);
    if (!row.ok) {
      this.#fail(line, row.error, found.cells.username ?? '');
    } else {
      const { username } = row.value;
      const before = this.#lineOfUsername.get(username);
      if (before === undefined) {
        this.#lineOfUsername.set(username, line);
        this.#batch.push(row.value);
      } else {
        this.#fail(line, `The user name '${username}' stands in line ${before} already.`, username);
      }
    }
    if (this.#batch.length >= batchSizeMax || this.#left.length >= batchSizeMax) await this.#flush();
  }

  /** Writes what is left. */
  async finish(): Promise<ImportReport> {
    await this.#flush();
    for (const { line, reason } of await this.#plans.finish()) this.#fail(line, reason, '');
    await this.#flush();
    this.#report.errors.sort((a, b) => a.line - b.line);
    return this.#report;
  }

  async #flush(): Promise<void> {
    const rows = this.#batch;
    this.#batch = [];
    const planned: PlannedRow[] = [];
    for (const row of rows) {
      const plan = await this.#plans.planFor(row);
      if (plan.ok) planned.push({ row, plan: plan.value });
      else this.#fail(row.line, plan.error, row.username);
    }
    const { actor, isDryRun = false, recorder = NO_RECORDER } = this.#options;
    if (planned.length > 0) {
      const holders = this.#holderOfAddress;
      const outcome = await writeBatch(this.#deps, planned, { actor, isDryRun, recorder, holders });
      this.#report.created += outcome.created;
      this.#report.skipped += outcome.skipped;
      for (const { line, reason } of outcome.errors) this.#count(line, reason);
    }
    const left = this.#left;
    this.#left = [];
    if (left.length > 0) await recorder.rows(this.#deps.db, left);
    if (rows.length > 0) this.#options.onProgress?.(this.#report);
  }

  #fail(line: number, reason: string, name: string): void {
    this.#count(line, reason);
    this.#left.push({ line, kind: 'service', name, action: 'left', detail: reason });
  }

  #count(line: number, reason: string): void {
    this.#report.failed += 1;
    if (this.#report.errors.length < errorsMax) this.#report.errors.push({ line, reason });
  }
}
