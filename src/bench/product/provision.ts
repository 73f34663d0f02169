import { randomSecret } from '../../kernel/ids.ts';
import { addNas } from '../../network/nas/nas.service.ts';
import { addPlan } from '../../subscribers/catalog/catalog.service.ts';
import { importSubscribers } from '../../subscribers/import/import.service.ts';
import type { ServiceDeps } from '../../subscribers/services/provisioning.service.ts';
import { PLANS, subscribersCsv } from '../load/population.ts';

/** Of every package, minor units without tax. */
export const PRICE_MINOR = 300_000n;

const SECRET_LENGTH = 24;

/** Adds the router of the bench, which must sign what it sends, and returns its secret. */
export async function addRouter(deps: ServiceDeps): Promise<string> {
  const secret = randomSecret(SECRET_LENGTH);
  await addNas(deps, {
    name: 'bench',
    address: '127.0.0.1',
    secret,
    requireMessageAuthenticator: 'yes',
  });
  return secret;
}

/** Adds the plans and imports the subscribers, as `import subscribers` does; resolves to how long the import took. */
export async function addSubscribers(deps: ServiceDeps, users: number): Promise<{ importMs: number }> {
  for (const plan of PLANS) {
    const { code, name, rateLimit, pool, dataLimitGb } = plan;
    await addPlan(
      { db: deps.db, checkAttribute: () => undefined },
      { code, name, rateLimit, pool, dataLimitGb, limitAction: 'throttle', price: PRICE_MINOR },
    );
  }
  const startedMs = performance.now();
  const report = await importSubscribers(deps, piecesOf(users), {
    actor: { kind: 'system', name: 'bench' },
  });
  if (report.created !== users) {
    const [first] = report.errors;
    throw new Error(`Only ${report.created} of ${users} subscribers were imported: ${first?.reason ?? '?'}`);
  }
  const importMs = performance.now() - startedMs;
  await settle(deps);
  return { importMs };
}

/** The tables an import fills; the others stay as a new installation has them. */
const FILLED = ['customers', 'isp_services', 'isp_service_segments', 'isp_service_logs', 'change_log'];

/** What the database would tidy up by itself in the next minutes must not fall into the first measurements. */
async function settle({ db }: ServiceDeps): Promise<void> {
  await db.query(`vacuum analyze ${FILLED.join(', ')}`, [], { prepare: false });
  await db.query('checkpoint', [], { prepare: false });
}

async function* piecesOf(users: number): AsyncGenerator<string> {
  yield* subscribersCsv(users);
}
