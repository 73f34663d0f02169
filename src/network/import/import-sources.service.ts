import { invalid } from '../../kernel/errors.ts';
import type { Actor } from '../../platform/identity/actor.ts';
import type { Found, FoundNas } from '../../subscribers/import/found.ts';
import type { FormatOptions, ImportFormat } from '../../subscribers/import/import-format.ts';
import type { ImportRecorder } from '../../subscribers/import/import-recorder.service.ts';
import type { ImportReport } from '../../subscribers/import/import-report.ts';
import { isHeader } from '../../subscribers/import/source-row.ts';
import { SubscriberImport } from '../../subscribers/import/subscriber-import.service.ts';
import type { ServiceDeps } from '../../subscribers/services/provisioning.service.ts';
import { formatNamed } from './formats.ts';
import { type EndedRun, type RunResult, recordRun } from './import-run.service.ts';
import type { ImportSource } from './import-source.ts';
import { importNas } from './nas-import.service.ts';
import { SessionHistory } from './session-history.service.ts';

/** What is imported, and how. */
export interface SourcesOrder extends FormatOptions {
  readonly format: string;
  /** Files that belong together, or one. */
  readonly sources: readonly ImportSource[];
  readonly nasId?: string | undefined;
  readonly isDryRun: boolean;
  readonly actor: Actor;
  readonly onProgress?: ((report: Readonly<ImportReport>) => void) | undefined;
}

const warningsMax = 200;

/**
 * Imports packages, routers, subscribers and past sessions, whatever the form of the source; see `ImportFormat`. A dry
 * run makes everything but the record of what would be done. Throws `validation_failed` or `file_not_utf8`.
 */
export function importSources(deps: ServiceDeps, order: SourcesOrder): Promise<EndedRun> {
  const format = formatNamed(order.format);
  const source = order.sources.map(({ name }) => name).join(', ');
  return recordRun(deps.db, { ...order, format: format.name, source }, (recorder) =>
    new SourcesImport(deps, format, order, recorder).run(),
  );
}

class SourcesImport {
  readonly #deps: ServiceDeps;
  readonly #format: ImportFormat;
  readonly #order: SourcesOrder;
  readonly #recorder: ImportRecorder;
  readonly #nas: FoundNas[] = [];
  readonly #warnings = new Set<string>();

  constructor(deps: ServiceDeps, format: ImportFormat, order: SourcesOrder, recorder: ImportRecorder) {
    this.#deps = deps;
    this.#format = format;
    this.#order = order;
    this.#recorder = recorder;
  }

  async run(): Promise<RunResult> {
    const { isDryRun, actor } = this.#order;
    const recorder = this.#recorder;
    const subscribers = await SubscriberImport.open(this.#deps, { ...this.#order, recorder });
    const reader = this.#format.open(this.#order);
    let hasSomething = false;
    for await (const items of this.#items()) {
      for (const item of items) {
        hasSomething = true;
        if (isHeader(item)) reader.header?.(item);
        else for (const found of reader.take(item)) await this.#take(found, subscribers);
      }
    }
    if (!hasSomething) throw invalid(`There is nothing in it that ${this.#format.title} would hold.`);
    for (const found of reader.end()) await this.#take(found, subscribers);
    const nas = await importNas(this.#deps, this.#nas, { actor, isDryRun, recorder });
    const report = await subscribers.finish();
    const sessions = await this.#sessions();
    return { report, nas, sessions, warnings: [...this.#warnings].slice(0, warningsMax) };
  }

  async #take(found: Found, subscribers: SubscriberImport): Promise<void> {
    if (found.kind === 'subscriber') await subscribers.take(found);
    else if (found.kind === 'plan') subscribers.describe(found);
    else if (found.kind === 'nas') this.#nas.push(found);
    else this.#warnings.add(found.text);
  }

  /** The second reading: services and routers are there now. */
  async #sessions(): Promise<number> {
    const { session } = this.#format;
    if (session === undefined) return 0;
    const planned = this.#order.isDryRun ? this.#nas.map(({ address }) => address) : [];
    const order = { ...this.#order, recorder: this.#recorder };
    const history = await SessionHistory.open(this.#deps.db, order, planned);
    for await (const items of this.#items()) {
      for (const item of items) {
        const found = isHeader(item) ? undefined : session(item);
        if (found !== undefined) await history.take(found);
      }
    }
    for (const warning of await history.finish()) this.#warnings.add(warning);
    return history.count;
  }

  async *#items() {
    for (const source of this.#order.sources) yield* source.rows(this.#format.tables ?? {});
  }
}
