import type { Database, Transaction } from '../../db/database.ts';
import { readSettings } from '../../platform/settings/setting.store.ts';
import type { FoundSession } from '../../subscribers/import/found.ts';
import type { ImportRecorder } from '../../subscribers/import/import-recorder.service.ts';
import { ID_BLOCK_SIZE, takeIdBlock } from '../../usage/sessions/session.store.ts';
import { listNas } from '../nas/nas.store.ts';
import { nasFinder, type PastSession, toPastSession } from './past-session.ts';
import { insertPastSessions, serviceIdsOf } from './session-history.store.ts';

const batchSizeMax = 2_000;
const deadlineMs = 60_000;

/**
 * Keeps sessions that are over as the history of their services. They are no usage of any period here: nothing is
 * billed for them. What is left out is counted by reason.
 */
export class SessionHistory {
  readonly #db: Database;
  readonly #order: { readonly isDryRun: boolean; readonly recorder: ImportRecorder };
  readonly #context: Parameters<typeof toPastSession>[1];
  readonly #left = new Map<string, number>();
  #batch: PastSession[] = [];
  /** Sessions kept so far. */
  count = 0;

  /** `planned`: addresses of routers a dry run would have added. */
  static async open(
    db: Database,
    order: { readonly isDryRun: boolean; readonly recorder: ImportRecorder },
    planned: readonly string[],
  ): Promise<SessionHistory> {
    const { isp_timezone: timeZone } = await readSettings(db);
    const routers = [...(await listNas(db)), ...planned.map((address) => ({ id: '0', address }))];
    return new SessionHistory(db, order, { timeZone, nasOf: nasFinder(routers) });
  }

  private constructor(
    db: Database,
    order: { readonly isDryRun: boolean; readonly recorder: ImportRecorder },
    context: Parameters<typeof toPastSession>[1],
  ) {
    this.#db = db;
    this.#order = order;
    this.#context = context;
  }

  async take(found: FoundSession): Promise<void> {
    const session = toPastSession(found, this.#context);
    if (session.ok) this.#batch.push(session.value);
    else this.#left.set(session.error, (this.#left.get(session.error) ?? 0) + 1);
    if (this.#batch.length >= batchSizeMax) await this.#flush();
  }

  /** Writes what is left; answers what was left out, in sentences. */
  async finish(): Promise<string[]> {
    await this.#flush();
    return [...this.#left].slice(0, 50).map(([reason, count]) => `Sessions left out: ${count}. ${reason}`);
  }

  async #flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    if (batch.length === 0) return;
    if (this.#order.isDryRun) {
      this.count += batch.length;
      return;
    }
    this.count += await this.#db.transaction(
      async (tx) => {
        const services = await serviceIdsOf(tx, [...new Set(batch.map(({ username }) => username))]);
        const ids = await insertPastSessions(tx, await takeIds(tx, batch.length), batch, services);
        await this.#order.recorder.made(tx, 'session', ids);
        return ids.length;
      },
      { deadlineMs },
    );
  }
}

/** Ids nobody else will use; what is left of a block is lost, which harms nothing. */
async function takeIds(tx: Transaction, count: number): Promise<number[]> {
  const ids: number[] = [];
  while (ids.length < count) {
    const first = await takeIdBlock(tx);
    for (let at = 0; at < ID_BLOCK_SIZE && ids.length < count; at += 1) ids.push(first + at);
  }
  return ids;
}
