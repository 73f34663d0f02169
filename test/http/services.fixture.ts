import { addNas } from '../../src/network/nas/nas.service.ts';
import { addPlan } from '../../src/subscribers/catalog/catalog.service.ts';
import type { NewPlan } from '../../src/subscribers/catalog/plan.ts';
import { insertCustomer } from '../../src/subscribers/customers/customer.store.ts';
import { type Answer, openTestApi, type TestApi } from './api.ts';

/** The API over customers, packages and a router, for tests of what stands on them. */
export interface ServiceSite {
  readonly api: TestApi;
  /** Customers who pay in KES, and one who pays in USD. */
  readonly amina: number;
  readonly brian: number;
  readonly dollar: number;
  /** Packages: 5M/20M postpaid, and a prepaid one. */
  readonly home: number;
  readonly prepaid: number;
  readonly nas: number;
  /** Creates a service of amina's on `home` over the API. */
  create(more?: object): Promise<Answer>;
}

/** Opens it for one test file. */
export async function openServiceSite(): Promise<ServiceSite> {
  const api = await openTestApi();
  const { db, deps } = api;
  const plan = async (parts: Partial<NewPlan> & { code: string }) => {
    const whole = { name: parts.code, price: 300_000n, rateLimit: '5M/20M', ...parts };
    return Number((await addPlan({ db, checkAttribute: () => undefined }, whole)).id);
  };
  const customer = async (name: string, currency: string) =>
    Number(await db.transaction((tx) => insertCustomer(tx, { name, currency })));
  const amina = await customer('Amina Odhiambo', 'KES');
  const home = await plan({ code: 'home' });
  const { id } = await addNas(deps, {
    name: 'edge-1',
    address: '127.0.0.1',
    secret: 'a-shared-secret-of-24-ch',
  });
  return {
    api,
    amina,
    brian: await customer('Brian Otieno', 'KES'),
    dollar: await customer('Dollar Ltd', 'USD'),
    home,
    prepaid: await plan({ code: 'prepaid', model: 'prepaid' }),
    nas: Number(id),
    create: (more = {}) =>
      api.call('POST', '/api/isp/services', { body: { customer_id: amina, package_id: home, ...more } }),
  };
}
