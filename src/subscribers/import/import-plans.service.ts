import { violatedConstraint } from '../../db/constraint-errors.ts';
import type { Database } from '../../db/database.ts';
import { AppError, invalid } from '../../kernel/errors.ts';
import type { PlanId } from '../../kernel/ids.ts';
import { currencyDigits } from '../../kernel/money.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { readSettings } from '../../platform/settings/setting.store.ts';
import { findPlanByCode, insertPlan } from '../catalog/plan.store.ts';
import { checkPlan, type NewPlan, type Plan } from '../catalog/plan.ts';
import type { FoundPlan } from './found.ts';
import type { ImportRecorder } from './import-recorder.service.ts';
import type { ImportRow } from './import-row.ts';

/** What plans of an import are made with. */
export interface PlanMaking {
  readonly db: Database;
  /** Nothing is made; plans that would be are answered with the id 0. */
  readonly isDryRun: boolean;
  readonly recorder: ImportRecorder;
  /** Codes of plans made here are added to it. */
  readonly created: string[];
}

/**
 * The plans an import meets, each looked up once. One that does not exist is made as the source describes it, or of
 * the first row that names a rate: code and name as there, price 0; prepaid where that row has an expiry.
 */
export class ImportPlans {
  readonly #with: PlanMaking;
  readonly #known = new Map<string, Plan>();
  readonly #described = new Map<string, FoundPlan>();

  constructor(making: PlanMaking) {
    this.#with = making;
  }

  /** Keeps what the source says of a plan until somebody is on it, or the source has ended. */
  describe(plan: FoundPlan): void {
    if (!this.#described.has(plan.code)) this.#described.set(plan.code, plan);
  }

  /** Makes what was described and nobody is on; answers the plans that cannot be made. */
  async finish(): Promise<{ readonly line: number; readonly reason: string }[]> {
    const failures: { line: number; reason: string }[] = [];
    for (const plan of this.#described.values()) {
      if (plan.isOptional || this.#known.has(plan.code)) continue;
      const made = await this.#find(plan.code, () => fromDescription(plan));
      if (!made.ok) failures.push({ line: plan.line, reason: made.error });
    }
    return failures;
  }

  /** The plan of a row, or why there is none. */
  async planFor(row: ImportRow): Promise<Result<Plan, string>> {
    const { planCode: code } = row;
    const described = this.#described.get(code);
    return this.#find(code, () => {
      if (described !== undefined) return fromDescription(described);
      if (row.rateLimit === undefined) {
        throw invalid(`There is no package '${code}', and the row names no rate to make one with.`);
      }
      const model = row.expiresAt === undefined ? 'postpaid' : 'prepaid';
      return { code, name: code, rateLimit: row.rateLimit, pool: row.pool, model };
    });
  }

  async #find(
    code: string,
    describe: () => Omit<NewPlan, 'price' | 'currency'> & { readonly majorPrice?: string },
  ): Promise<Result<Plan, string>> {
    const known = this.#known.get(code) ?? (await findPlanByCode(this.#with.db, code));
    if (known !== undefined) return this.#remember(known);
    try {
      const { majorPrice = '0', ...described } = describe();
      const currency = (await readSettings(this.#with.db)).isp_currency;
      return await this.#create({ ...described, price: minorOf(majorPrice, currency), currency });
    } catch (error) {
      if (error instanceof AppError) return err(error.message);
      throw error;
    }
  }

  async #create(input: NewPlan): Promise<Result<Plan, string>> {
    const { db, isDryRun, recorder, created } = this.#with;
    const plan = checkPlan(input, () => undefined);
    const row = { line: 0, kind: 'package', name: plan.code, action: 'create' } as const;
    if (isDryRun) {
      created.push(plan.code);
      await recorder.rows(db, [row]);
      return this.#remember({ ...plan, id: '0' as PlanId, version: 1, archivedAt: undefined });
    }
    try {
      await db.transaction(async (tx) => {
        const id = await insertPlan(tx, plan);
        await recorder.made(tx, 'package', [id]);
        await recorder.rows(tx, [row]);
      });
      created.push(plan.code);
    } catch (error) {
      // Another import may have made it in this very moment.
      if (violatedConstraint(error) !== 'isp_packages_code_key') throw error;
    }
    const made = await findPlanByCode(db, plan.code);
    if (made === undefined)
      return err(`The package '${plan.code}' is archived: nothing new can be sold of it.`);
    return this.#remember(made);
  }

  #remember(plan: Plan): Result<Plan, string> {
    this.#known.set(plan.code, plan);
    return ok(plan);
  }
}

function fromDescription(plan: FoundPlan) {
  const { code, rate: rateLimit, pool, addressList, sessionLimit, validity, dataLimitGb, price } = plan;
  return {
    ...{ code, name: code, rateLimit, pool, addressList, sessionLimit, validity, dataLimitGb },
    model: plan.isPrepaid ? 'prepaid' : 'postpaid',
    ...(price === undefined ? {} : { majorPrice: price }),
  };
}

/** `1500.50` of a currency with two digits is 150050. */
function minorOf(major: string, currency: string): bigint {
  const digits = currencyDigits(currency);
  const match = /^(\d{1,13})(?:\.(\d*))?$/.exec(major.trim());
  const fraction = (match?.[2] ?? '').replace(/0+$/, '');
  if (match === null || fraction.length > digits) throw invalid(`'${major}' is no price in ${currency}.`);
  return BigInt(`${match[1]}${fraction.padEnd(digits, '0')}`);
}
