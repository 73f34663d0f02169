import type { Database } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import { addNas } from '../network/nas.service.ts';
import { listNas } from '../network/nas.store.ts';
import type { Actor } from '../platform/identity/actor.ts';
import type { SecretBox } from '../platform/secrets/secret-box.ts';
import { changeSetting } from '../platform/settings/setting.service.ts';
import { addPlan } from '../subscribers/catalog.service.ts';
import { importSubscribers } from '../subscribers/import/import.service.ts';
import { suspendService } from '../subscribers/lifecycle.service.ts';
import { listPlans } from '../subscribers/plan.store.ts';
import { DEMO_CURRENCY, DEMO_PLANS, DEMO_ROUTERS, DEMO_TIME_ZONE } from './catalog.ts';
import { countForeignServices, isSeeded } from './demo.store.ts';
import type { DemoSubscriber } from './people.ts';
import { HISTORY_DAYS, seedPast } from './seed-past.ts';

/** What seeding works with. */
export interface SeedDeps {
  readonly db: Database;
  readonly box: SecretBox;
  readonly clock: Clock;
}

const actor: Actor = { kind: 'system', name: 'demo' };
const hourMs = 3_600_000;
const dayMs = 86_400_000;

/**
 * Puts the demo ISP into an empty database; does nothing where it stands, and goes on where an earlier try was
 * interrupted. Throws `database_not_empty` when somebody else's services are there.
 */
export async function seedDemo(deps: SeedDeps, subscribers: readonly DemoSubscriber[]): Promise<void> {
  const { db, clock } = deps;
  if (await isSeeded(db)) return;
  if (
    (await countForeignServices(
      db,
      DEMO_PLANS.map(({ plan }) => plan.code),
    )) > 0
  ) {
    throw new AppError(
      'conflict',
      'database_not_empty',
      'This database holds services of its own: the demo needs an empty one. Set DATA_DIR or DATABASE_URL to another.',
    );
  }
  await seedCatalog(deps);
  // Everybody has been a customer for a month: what is recorded as "now" lies in the past.
  const thenMs = Math.floor(clock.nowMs() / hourMs) * hourMs - (HISTORY_DAYS + 1) * dayMs;
  const pastClock: Clock = { ...clock, nowMs: () => thenMs };
  await importSubscribers({ ...deps, clock: pastClock }, csvOf(subscribers), { actor });
  await suspendSome(deps, subscribers);
  await seedPast(deps, subscribers);
}

async function seedCatalog(deps: SeedDeps): Promise<void> {
  const { db } = deps;
  await changeSetting(db, { key: 'isp_timezone', value: DEMO_TIME_ZONE, actor: actor });
  await changeSetting(db, { key: 'isp_currency', value: DEMO_CURRENCY, actor: actor });
  const codes = new Set((await listPlans(db)).map(({ code }) => code));
  for (const { plan } of DEMO_PLANS) {
    if (!codes.has(plan.code)) await addPlan({ db, checkAttribute: () => undefined }, plan);
  }
  const names = new Set((await listNas(db)).map(({ name }) => name));
  for (const router of DEMO_ROUTERS) if (!names.has(router.name)) await addNas(deps, router);
}

async function* csvOf(subscribers: readonly DemoSubscriber[]): AsyncGenerator<string> {
  yield 'username,password,package,customer,ip,mac\n';
  for (const one of subscribers) {
    yield `${one.username},${one.password},${one.planCode},${one.customerName},${one.framedIp ?? ''},${one.mac}\n`;
  }
}

async function suspendSome(deps: SeedDeps, subscribers: readonly DemoSubscriber[]): Promise<void> {
  for (const { username, fate } of subscribers) {
    if (fate !== 'unpaid' && fate !== 'suspended') continue;
    const hold =
      fate === 'unpaid'
        ? { cause: 'nonpayment' as const, note: 'Invoice of last month is unpaid.' }
        : { cause: 'admin' as const, note: 'Router moved to another house.' };
    await suspendService(deps, { username, actor, ...hold }).catch((error: unknown) => {
      if (!(error instanceof AppError && error.code === 'already_suspended')) throw error;
    });
  }
}
