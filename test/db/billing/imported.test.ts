import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ServiceId } from '../../../src/kernel/ids.ts';
import { SYSTEM_ACTOR } from '../../../src/platform/identity/actor.ts';
import { SecretBox } from '../../../src/platform/secrets/secret-box.ts';
import { importSubscribers } from '../../../src/subscribers/import/import.service.ts';
import { type BillingSite, openBillingSite } from '../../support/billing-site.ts';

let site: BillingSite;
beforeAll(async () => {
  site = await openBillingSite('2025-04-10T10:00:00Z');
  await site.plan('m3000', 3_000, { dataLimitGb: '100', overage: { price: 50 } });
  await site.plan('w700', 700, { cycle: 'weekly' });
});
afterAll(() => site.close());

test('B5: imported services are billed from the next anchor on, and their usage before it is free', async () => {
  const deps = { db: site.db, clock: site.clock, box: new SecretBox(Buffer.alloc(32, 7)) };
  const file = 'username,password,package\namina,pw,m3000\nbaraka,pw,w700\n';
  const report = await importSubscribers(deps, piecesOf(file), { actor: SYSTEM_ACTOR });
  expect(report).toMatchObject({ created: 2, errors: [] });
  const services = await site.db.query<{ id: ServiceId; username: string; next_billing_date: string }>(
    'select id, username, next_billing_date from isp_services order by id',
  );
  expect(services.map(({ username, next_billing_date }) => [username, next_billing_date])).toEqual([
    ['amina', '2025-05-01'],
    ['baraka', '2025-04-14'],
  ]);
  const [amina, baraka] = services.map(({ id }) => id);
  if (amina === undefined || baraka === undefined) throw new Error('two services were imported');
  await site.use(amina, '2025-04-20T10:00:00Z', 500_000_000_000n);
  await site.run('2025-04-30T23:59:59Z');
  expect(await site.documents(amina)).toEqual([]);
  expect((await site.documents(baraka)).map(({ period }) => period)).toEqual([
    '2025-04-14..2025-04-21',
    '2025-04-21..2025-04-28',
    '2025-04-28..2025-05-05',
  ]);
  await site.use(amina, '2025-05-01T00:00:00Z', 100_000_000_001n);
  await site.run('2025-06-01T00:00:00Z');
  expect((await site.documents(amina)).map(({ lines }) => lines)).toEqual([
    ['base 3000'],
    ['base 3000', 'overage 50'],
  ]);
});

async function* piecesOf(text: string): AsyncIterable<string> {
  yield text;
}
