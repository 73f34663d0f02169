import { afterAll, beforeAll, expect, test } from 'vitest';
import { receivePayment } from '../../src/billing/payments/payment.service.ts';
import { inBilling } from '../../src/billing/use-case.service.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { randomFraction } from '../../src/kernel/ids.ts';
import { testActor } from '../support/actor.ts';
import { openTestBooks, type TestBooks } from '../support/billing.ts';

let books: TestBooks;

beforeAll(async () => {
  books = await openTestBooks();
});
afterAll(() => books.close());

test('payments whose connections are cut at any moment are there whole or not at all, and sent again are there once (A4)', async () => {
  const customer = await books.customer();
  for (let index = 0; index < 20; index++) await books.invoice(customer, 100n);
  const victim = openLanePool({ url: books.databaseUrl, lanes: 4, name: 'netflow-test-victim' });
  const deps = { db: victim, clock: books.clock };
  const send = (reference: number) =>
    inBilling(deps, testActor, (tx, ctx) =>
      receivePayment(tx, ctx, {
        customerId: customer.id,
        amountMinor: 100n,
        method: 'mobile_money',
        provider: 'mpesa',
        externalRef: `R${reference}`,
      }),
    );
  let isOver = false;
  const cut = async (): Promise<void> => {
    while (!isOver) {
      await books.db.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'netflow-test-victim' and datname = current_database() and state <> 'idle'`,
      );
      await new Promise((resolve) => setTimeout(resolve, 5 + 25 * randomFraction()));
    }
  };
  const cutting = cut();
  const references: number[] = [];
  for (let isCut = false; !isCut; ) {
    const batch = Array.from({ length: 40 }, (_, index) => references.length + index);
    references.push(...batch);
    const outcomes = await Promise.allSettled(batch.map(send));
    isCut = outcomes.some((one) => one.status === 'rejected');
  }
  isOver = true;
  await cutting;
  expect(await books.discrepancies()).toEqual([]);
  // Who got no answer asks again.
  for (const reference of references) {
    for (let attempt = 0; ; attempt++) {
      try {
        await send(reference);
        break;
      } catch (error) {
        if (attempt === 20) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }
  await victim.close();
  expect(await books.discrepancies()).toEqual([]);
  const [sum] = await books.db.query(
    'select count(*) as payments, sum(amount) as amount from payments where customer_id = $1::bigint',
    [customer.id],
  );
  const count = references.length;
  expect(sum).toEqual({ payments: `${count}`, amount: `${count * 100}` });
  expect(await books.credit(customer)).toBe(BigInt(count) * 100n - 20n * 116n);
}, 60_000);
