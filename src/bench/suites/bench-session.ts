import { GeneratorProcess } from '../load/generator-process.ts';
import type { RunOrder, RunResult } from '../load/messages.ts';
import type { BenchOptions } from '../options.ts';
import { type BenchDatabase, joinDatabase, postmasterPid } from '../product/bench-database.ts';
import { canMeasureProcesses, cpuSecondsOf, cpuSecondsOfFamily } from '../product/process-usage.ts';
import { Product } from '../product/product.ts';
import type { Site } from '../product/site.ts';
import { checkLedger, type LedgerCheck } from '../product/stored-ledger.ts';
import type { BenchReport, CpuPerAnswer, MeasuredRun } from '../report/results.ts';
import { progressLine } from '../report/table.ts';

/** A run that is not told to do otherwise: a patient client, as closed loops are measured. */
export const PATIENT = { method: 'pap', timeoutMs: 1_000, tries: 4, steps: [], normalMs: 100 } as const;
/** A router's own habit: 300 ms, twice again. */
export const ROUTER_HABIT = { timeoutMs: 300, tries: 3 } as const;

const HANG_UP_WINDOW = 256;

/** Everything a suite works with: the running product, its database, the generator and the report it adds to. */
export class BenchSession {
  readonly options: BenchOptions;
  readonly site: Site;
  readonly product: Product;
  readonly database: BenchDatabase;
  readonly generator: GeneratorProcess;
  readonly report: BenchReport;
  readonly secret: string;
  readonly #say: (line: string) => void;

  private constructor(parts: {
    options: BenchOptions;
    site: Site;
    product: Product;
    database: BenchDatabase;
    generator: GeneratorProcess;
    report: BenchReport;
    secret: string;
    say: (line: string) => void;
  }) {
    this.options = parts.options;
    this.site = parts.site;
    this.product = parts.product;
    this.database = parts.database;
    this.generator = parts.generator;
    this.report = parts.report;
    this.secret = parts.secret;
    this.#say = parts.say;
  }

  /** Starts the product on a provisioned site, and the generator beside it. */
  static async open(parts: {
    options: BenchOptions;
    site: Site;
    report: BenchReport;
    secret: string;
    say: (line: string) => void;
  }): Promise<BenchSession> {
    const { site, secret, options } = parts;
    const product = await Product.start(site);
    const database = await joinDatabase(site);
    const { authPort, acctPort } = site;
    const generator = await GeneratorProcess.start({ users: options.users, secret, authPort, acctPort });
    return new BenchSession({ ...parts, product, database, generator });
  }

  /** Runs an order, adds it to the report and shows its row. */
  async measure(
    label: Pick<MeasuredRun, 'suite' | 'name'>,
    order: Partial<RunOrder> & Pick<RunOrder, 'workload'>,
  ): Promise<RunResult> {
    const cpu = await this.#watchCpu();
    const result = await this.generator.run({ ...PATIENT, ...order });
    const { timeline: _, ...kept } = result;
    const run: MeasuredRun = {
      ...label,
      window: order.window ?? null,
      offeredPerS: order.window === undefined ? (order.steps?.[0]?.ratePerS ?? null) : null,
      result: kept,
      cpu: await cpu(result),
    };
    this.report.runs.push(run);
    this.#say(progressLine(run));
    return result;
  }

  /** Runs an order that only prepares or tidies; a bad answer counts there too. */
  async prepare(order: Partial<RunOrder> & Pick<RunOrder, 'workload'>): Promise<RunResult> {
    const result = await this.generator.run({ ...PATIENT, ...order });
    const bad = Object.entries(result.bad);
    if (bad.length > 0) throw new Error(`Bad answers outside a measured run: ${JSON.stringify(result.bad)}`);
    return result;
  }

  /** Ends every open session, unmeasured, so that the next run begins as this one did. */
  async hangUp(): Promise<void> {
    await this.prepare({ workload: 'stop', window: HANG_UP_WINDOW });
  }

  /** Compares the ledger so far with the database and keeps the verdict under this name. */
  async checkLedger(after: string): Promise<LedgerCheck> {
    const check = await checkLedger(this.database.db, await this.generator.takeLedger());
    this.report.ledgers.push({ after, check });
    this.#say(`ledger after ${after}: ${check.isClean ? 'clean' : 'NOT CLEAN'}, ${check.sessions} sessions`);
    return check;
  }

  say(line: string): void {
    this.#say(line);
  }

  /** Ends all but the product, see `Product.stopAll`. */
  async close(): Promise<void> {
    this.generator.stop();
    await this.database.close();
  }

  async #watchCpu(): Promise<(result: RunResult) => Promise<CpuPerAnswer>> {
    const pid = this.product.radiusPid;
    const postmaster = canMeasureProcesses ? await postmasterPid(this.site, this.database) : undefined;
    const read = (): { radius: number; database: number } => ({
      radius: cpuSecondsOf(pid),
      database: postmaster === undefined ? 0 : cpuSecondsOfFamily(postmaster),
    });
    const before = read();
    return async ({ answers, generatorCpuS }) => {
      const after = read();
      const perAnswer = (seconds: number): number => (answers > 0 ? (seconds * 1e6) / answers : 0);
      // A process that was killed meanwhile has taken its count with it.
      const spent = (seconds: number): number | null => (seconds < 0 ? null : perAnswer(seconds));
      return {
        radiusUs: canMeasureProcesses ? spent(after.radius - before.radius) : null,
        databaseUs: postmaster === undefined ? null : spent(after.database - before.database),
        generatorUs: perAnswer(generatorCpuS),
      };
    };
  }
}
