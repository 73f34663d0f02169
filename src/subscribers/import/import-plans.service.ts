import { violatedConstraint } from '../../db/constraint-errors.ts';
import type { Database } from '../../db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { readSettings } from '../../platform/settings/setting.store.ts';
import { findPlanByCode, insertPlan } from '../plan.store.ts';
import { checkPlan, type Plan } from '../plan.ts';
import type { ImportRow } from './import-row.ts';

/**
 * The plans an import meets, each looked up once. One that does not exist is made of the first row that names
 * a rate: code and name as in the file, price 0.
 */
export class ImportPlans {
  readonly #db: Database;
  readonly #created: string[];
  readonly #known = new Map<string, Plan>();

  /** Codes of plans made here are added to `created`. */
  constructor(db: Database, created: string[]) {
    this.#db = db;
    this.#created = created;
  }

  /** The plan of a row, or why there is none. */
  async planFor(row: ImportRow): Promise<Result<Plan, string>> {
    const known = this.#known.get(row.planCode);
    if (known !== undefined) return ok(known);
    const found = await findPlanByCode(this.#db, row.planCode);
    if (found !== undefined) return this.#remember(found);
    if (row.rateLimit === undefined) {
      return err(`There is no package '${row.planCode}', and the row names no rate to make one with.`);
    }
    try {
      return await this.#create(row);
    } catch (error) {
      if (error instanceof AppError) return err(error.message);
      throw error;
    }
  }

  async #create(row: ImportRow): Promise<Result<Plan, string>> {
    const { planCode: code, rateLimit, pool } = row;
    const currency = (await readSettings(this.#db)).isp_currency;
    const plan = checkPlan({ code, name: code, price: 0n, currency, rateLimit, pool }, () => undefined);
    try {
      await this.#db.transaction((tx) => insertPlan(tx, plan));
      this.#created.push(code);
    } catch (error) {
      // Another import may have made it in this very moment.
      if (violatedConstraint(error) !== 'isp_packages_code_key') throw error;
    }
    const made = await findPlanByCode(this.#db, code);
    if (made === undefined) return err(`The package '${code}' is archived: nothing new can be sold of it.`);
    return this.#remember(made);
  }

  #remember(plan: Plan): Result<Plan, string> {
    this.#known.set(plan.code, plan);
    return ok(plan);
  }
}
