import { addPromotion, listPromotions } from '../billing/promotions/promotion-terms.service.ts';
import type { Database } from '../db/database.ts';
import { AppError } from '../kernel/errors.ts';
import { addNas } from '../network/nas/nas.service.ts';
import { listNas } from '../network/nas/nas.store.ts';
import type { Actor } from '../platform/identity/actor.ts';
import { changeSetting, changeSettings } from '../platform/settings/setting.service.ts';
import { addPlan } from '../subscribers/catalog/catalog.service.ts';
import { listPlans } from '../subscribers/catalog/plan.store.ts';
import {
  DEMO_COMPANY,
  DEMO_CURRENCY,
  DEMO_PLANS,
  DEMO_PROMOTIONS,
  DEMO_ROUTERS,
  DEMO_TIME_ZONE,
} from './catalog.ts';
import {
  clearMetrics,
  countForeignServices,
  isSeeded,
  markSeeded,
  settlePast,
  touchServices,
} from './demo.store.ts';
import { liveThroughYear, type YearCast, type YearDeps } from './year.ts';

/** What seeding works with; `clock` is the machine's. */
export interface SeedDeps extends YearDeps {
  readonly db: Database;
}

const actor: Actor = { kind: 'system', name: 'demo' };
/** However slow the machine: a year of 300 customers takes a minute or so. */
const YEAR_MAX_MS = 1_800_000;

/**
 * Puts the packages, codes and routers of the demo ISP into an empty database. Answers whether it still needs its year
 * (`seedYear`). Throws `database_not_empty` when somebody else's services are there.
 */
export async function prepareDemo(deps: SeedDeps): Promise<boolean> {
  const { db } = deps;
  if (await isSeeded(db)) return false;
  const codes = DEMO_PLANS.map(({ plan }) => plan.code);
  if ((await countForeignServices(db, codes)) > 0) {
    throw new AppError(
      'conflict',
      'database_not_empty',
      'This database holds services of its own: the demo needs an empty one. Set DATA_DIR or DATABASE_URL to another.',
    );
  }
  await seedCatalog(deps);
  return true;
}

/**
 * Lets the demo ISP live through its year. It is one transaction: nobody sees half of it, the tasks of the night find
 * nothing to do in it, and an interrupted one begins anew. Services cannot be added or counted beside it.
 */
export async function seedYear(deps: SeedDeps, cast: YearCast): Promise<void> {
  await deps.db.transaction(
    async (tx) => {
      await clearMetrics(tx);
      await liveThroughYear(tx, deps, cast);
      await settlePast(tx);
      await touchServices(tx);
      await markSeeded(tx);
    },
    { deadlineMs: YEAR_MAX_MS },
  );
}

async function seedCatalog(deps: SeedDeps): Promise<void> {
  const { db } = deps;
  await changeSetting(db, { key: 'isp_timezone', value: DEMO_TIME_ZONE, actor: actor });
  await changeSetting(db, { key: 'isp_currency', value: DEMO_CURRENCY, actor: actor });
  await db.transaction((tx) => changeSettings(tx, { values: DEMO_COMPANY, actor }));
  const codes = new Set((await listPlans(db)).map(({ code }) => code));
  for (const { plan } of DEMO_PLANS) {
    if (!codes.has(plan.code)) await addPlan({ db, checkAttribute: () => undefined }, plan);
  }
  const known = new Set((await listPromotions(db, { limit: 100 })).map(({ code }) => code));
  for (const promotion of DEMO_PROMOTIONS)
    if (!known.has(promotion.code)) await addPromotion(db, promotion, actor);
  const names = new Set((await listNas(db)).map(({ name }) => name));
  for (const router of DEMO_ROUTERS) if (!names.has(router.name)) await addNas(deps, router);
}
