import { isConnectionLoss } from '../../db/constraint-errors.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { rehearse } from '../../db/rehearsal.ts';
import { AppError, messageOf } from '../../kernel/errors.ts';
import type { ServiceId } from '../../kernel/ids.ts';
import type { BillingContext } from '../billing-context.ts';
import type { IssuedInvoice } from '../invoices/issue.service.ts';
import { openAccount, PlanBook } from './account.service.ts';
import { billBoundary, dueBoundary } from './boundary.service.ts';
import { dueServices } from './due-services.store.ts';

/** What a run did, or in a dry run would do. */
export interface InvoiceRun {
  readonly services: number;
  readonly boundaries: number;
  readonly invoices: number;
  /** By currency, totals with tax. */
  readonly totals: Readonly<Record<string, bigint>>;
  /** Services whose billing failed, the first of them. */
  readonly errors: readonly RunError[];
  readonly failed: number;
}

/** Why one service could not be billed. */
export interface RunError {
  readonly serviceId: ServiceId;
  readonly code: string;
  readonly message: string;
}

const pageSize = 500;
const errorsKeptMax = 100;
/** A service without a boundary for ten years of daily billing is a bug, not a backlog. */
const boundariesMax = 4_000;

/**
 * Bills every boundary that is due, service by service in the order of their ids, each boundary in a transaction of
 * its own (R1 to R3). Safe to run twice at once and to kill anywhere: what is done is skipped. A service that fails
 * is reported and does not stop the others (R6). A dry run works the same way and keeps nothing.
 */
export async function runInvoices(
  db: Database,
  ctx: BillingContext,
  options: { readonly isDry?: boolean; readonly signal?: AbortSignal | undefined } = {},
): Promise<InvoiceRun> {
  const tally = new Tally();
  let after: ServiceId | undefined;
  for (;;) {
    const page = await dueServices(db, { today: ctx.today, after, limit: pageSize });
    const plans = new PlanBook();
    for (const id of page) {
      if (options.signal?.aborted) return tally.result();
      const work = options.isDry ? rehearseService : billService;
      await tally.note(id, work(db, ctx, id, plans));
    }
    after = page.at(-1);
    if (page.length < pageSize) return tally.result();
  }
}

/** What billing a service came to; an invoice is missing where nothing was owed (I5). */
export interface BilledBoundary {
  readonly currency: string;
  readonly invoice: IssuedInvoice | undefined;
}

/** Bills all due boundaries of one service, oldest first, each in a transaction of its own (R3). */
export async function billService(
  db: Database,
  ctx: BillingContext,
  id: ServiceId,
  plans = new PlanBook(),
): Promise<BilledBoundary[]> {
  const billed: BilledBoundary[] = [];
  while (billed.length < boundariesMax) {
    const one = await db.transaction((tx) => billNext(tx, ctx, id, plans));
    if (one === undefined) return billed;
    billed.push(one);
  }
  return billed;
}

/** All due boundaries of one service in the caller's transaction. */
export async function billDueBoundaries(
  tx: Transaction,
  ctx: BillingContext,
  id: ServiceId,
  plans = new PlanBook(),
): Promise<BilledBoundary[]> {
  const billed: BilledBoundary[] = [];
  while (billed.length < boundariesMax) {
    const one = await billNext(tx, ctx, id, plans);
    if (one === undefined) return billed;
    billed.push(one);
  }
  return billed;
}

function rehearseService(
  db: Database,
  ctx: BillingContext,
  id: ServiceId,
  plans: PlanBook,
): Promise<BilledBoundary[]> {
  return rehearse(db, (tx) => billDueBoundaries(tx, ctx, id, plans));
}

async function billNext(
  tx: Transaction,
  ctx: BillingContext,
  id: ServiceId,
  plans: PlanBook,
): Promise<BilledBoundary | undefined> {
  const facts = await openAccount(tx, ctx, id, plans);
  const on = dueBoundary(facts, ctx);
  if (on === undefined) return undefined;
  return { currency: facts.plan.currency, invoice: await billBoundary(tx, ctx, facts, on) };
}

/** Adds up a run without keeping what it did: a run of 100,000 services needs no more memory than one of ten. */
class Tally {
  #services = 0;
  #boundaries = 0;
  #invoices = 0;
  #failed = 0;
  readonly #totals: Record<string, bigint> = {};
  readonly #errors: RunError[] = [];

  async note(serviceId: ServiceId, work: Promise<readonly BilledBoundary[]>): Promise<void> {
    try {
      const billed = await work;
      if (billed.length > 0) this.#services += 1;
      for (const { currency, invoice } of billed) {
        this.#boundaries += 1;
        if (invoice === undefined) continue;
        this.#invoices += 1;
        this.#totals[currency] = (this.#totals[currency] ?? 0n) + invoice.totalMinor;
      }
    } catch (error) {
      // Without a database every service would fail: the run ends, and is done again.
      if (isConnectionLoss(error)) throw error;
      this.#failed += 1;
      if (this.#errors.length >= errorsKeptMax) return;
      const code = error instanceof AppError ? error.code : 'internal_error';
      this.#errors.push({ serviceId, code, message: messageOf(error) });
    }
  }

  result(): InvoiceRun {
    return {
      services: this.#services,
      boundaries: this.#boundaries,
      invoices: this.#invoices,
      totals: this.#totals,
      errors: this.#errors,
      failed: this.#failed,
    };
  }
}
