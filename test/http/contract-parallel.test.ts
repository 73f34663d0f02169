import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ContractSite, openContractSite } from './contract.fixture.ts';

let site: ContractSite;

beforeAll(async () => {
  site = await openContractSite();
  site.at('2025-04-01T10:00:00Z');
});
afterAll(() => site.close());

const COUNT = 6;
const each = <T>(make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: COUNT }, (_, index) => make(index)));

it('R2, G2: services begin, change, are activated and bought at the same moment, and none waits for another in a ring', async () => {
  const [small, large, bought] = [
    await site.pack(),
    await site.pack({ price: 6_000 }),
    await site.pack({ model: 'prepaid', validity: { unit: 'days', count: 30 } }),
  ];
  const gift = await site.pack({ model: 'prepaid', price: 0, validity: { unit: 'days', count: 30 } });
  const customers = await each(() => site.customer());
  const wallets = await each(() => site.customer());
  const running = await each((index) => site.service(customers[index] ?? 0, small));
  const pending = await each((index) => site.service(customers[index] ?? 0, small, { activate: false }));
  const waiting = await each((index) => site.service(wallets[index] ?? 0, bought));
  const answers = await Promise.all(
    customers.flatMap((customer, index) => [
      site.refusal('POST', `/services/${running[index]}/change-package`, {
        package_id: large,
        effective: 'immediate',
      }),
      site.refusal('POST', '/services', { customer_id: customer, package_id: small }),
      site.refusal('POST', `/services/${pending[index]}/activate`),
      site.refusal('POST', '/billing/payments', {
        customer_id: wallets[index],
        amount: 3_480,
        method: 'cash',
      }),
      site.refusal('POST', '/services', { customer_id: wallets[index], package_id: gift }),
    ]),
  );
  expect([...new Set(answers)].toSorted()).toEqual(['200 done', '201 done']);
  for (const id of waiting) expect(await site.state(id)).toBe('active until 2025-05-01T10:00:00.000Z');
  await site.documents(customers[0] ?? 0);
}, 60_000);
