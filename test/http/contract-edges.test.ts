import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ContractSite, openContractSite } from './contract.fixture.ts';

let site: ContractSite;

beforeAll(async () => {
  site = await openContractSite();
});
afterAll(() => site.close());

const arrears = { base_timing: 'arrears' };
const days30 = { model: 'prepaid', validity: { unit: 'days', count: 30 } };

describe('a package changed before its first period', () => {
  it('C5, T1: a trial that becomes weekly has its anchor on the weekday billing begins', async () => {
    site.at('2025-01-31');
    const customer = await site.customer();
    const id = await site.service(customer, await site.pack({ trial_days: 5 }));
    site.at('2025-02-02');
    await site.change(id, await site.pack({ cycle: 'weekly', price: 700 }));
    site.at('2025-02-05');
    await site.run('generate-invoices');
    expect(await site.documents(customer)).toEqual([
      'cycle 2025-02-05 2025-02-05..2025-02-12: base 700 = 700+112, owes 812',
    ]);
  });

  it('C4: an anchor day of a month does not stop a pending service that became weekly', async () => {
    site.at('2025-04-01');
    const customer = await site.customer();
    const id = await site.service(customer, await site.pack(), { anchor_day: 15, activate: false });
    await site.change(id, await site.pack({ cycle: 'weekly', price: 700 }));
    await site.ok('POST', `/services/${id}/activate`);
    expect(await site.documents(customer)).toEqual([
      'cycle 2025-04-01 2025-04-01..2025-04-08: base 700 = 700+112, owes 812',
    ]);
  });

  it('B5: the first billed day of a service that stays pending is kept until it is activated', async () => {
    site.at('2025-04-01');
    const customer = await site.customer();
    const id = await site.service(customer, await site.pack(), {
      activate: false,
      billing_starts_on: '2025-04-15',
    });
    await site.ok('POST', `/services/${id}/activate`);
    expect(await site.documents(customer)).toEqual([]);
    expect((await site.ok('GET', `/services/${id}`)).next_billing_date).toBe('2025-04-15');
  });

  it('B5: a first billed day that passed while the service was pending is the day of the activation', async () => {
    site.at('2025-04-01');
    const customer = await site.customer();
    const order = { activate: false, billing_starts_on: '2025-04-15' };
    const id = await site.service(customer, await site.pack(), order);
    site.at('2025-04-20');
    await site.ok('POST', `/services/${id}/activate`);
    expect(await site.documents(customer)).toEqual([
      'cycle 2025-04-20 2025-04-20..2025-05-20: base 3000 = 3000+480, owes 3480',
    ]);
  });

  it('B5: a first billed day in the past is refused, also of a service that stays pending', async () => {
    site.at('2025-04-16');
    const order = {
      customer_id: await site.customer(),
      package_id: await site.pack(),
      activate: false,
      billing_starts_on: '2025-04-15',
    };
    expect(await site.refusal('POST', '/services', order)).toBe('422 validation_failed');
  });
});

describe('T2: the setup fee stands beside the first base line', () => {
  it('also when the first package was held for no day (P6)', async () => {
    site.at('2025-04-01T10:00:00Z');
    const customer = await site.customer();
    const id = await site.service(customer, await site.pack({ ...arrears, setup_fee: 500 }));
    await site.change(id, await site.pack({ ...arrears, setup_fee: 900, cycle_count: 3, price: 9_000 }));
    site.at('2025-07-01');
    await site.run('generate-invoices');
    expect(await site.documents(customer)).toEqual([
      'cycle 2025-07-01 2025-04-01..2025-07-01: base 9000, setup 900 = 9900+1584, owes 11484',
    ]);
  });

  it('and is that of its package, whatever came later', async () => {
    site.at('2025-04-01');
    const customer = await site.customer();
    const id = await site.service(customer, await site.pack({ ...arrears, setup_fee: 500 }));
    site.at('2025-04-16');
    await site.change(id, await site.pack({ ...arrears, setup_fee: 900, price: 6_000 }));
    site.at('2025-06-01');
    await site.run('generate-invoices');
    expect(await site.documents(customer)).toEqual([
      'cycle 2025-06-01 2025-04-01..2025-05-01: base 1500, base 3000, setup 500 = 5000+800, owes 5800',
      'cycle 2025-06-01 2025-05-01..2025-06-01: base 6000 = 6000+960, owes 6960',
    ]);
  });

  it('once, when arrears are followed by advance at the first boundary', async () => {
    site.at('2025-04-01');
    const customer = await site.customer();
    const id = await site.service(customer, await site.pack({ ...arrears, setup_fee: 500 }));
    await site.change(id, await site.pack({ setup_fee: 900, price: 6_000 }), 'next_cycle');
    site.at('2025-05-01');
    await site.run('generate-invoices');
    expect(await site.documents(customer)).toEqual([
      'cycle 2025-05-01 2025-05-01..2025-06-01: base 3000, base 6000, setup 500 = 9500+1520, owes 11020',
    ]);
  });
});

describe('P5: a change to the package of now only takes back the one that waits', () => {
  it('of a postpaid service, though its price has risen since', async () => {
    site.at('2025-04-01');
    const customer = await site.customer();
    const dear = await site.pack({ price: 6_000 });
    const id = await site.service(customer, dear);
    await site.change(id, await site.pack(), 'next_cycle');
    await site.ok('PATCH', `/packages/${dear}`, { price: 9_000 });
    site.at('2025-04-16');
    await site.ok('POST', `/services/${id}/change-package`, { package_id: dear });
    expect(await site.documents(customer)).toHaveLength(1);
    expect((await site.ok('GET', `/services/${id}`)).next_package_id).toBeNull();
  });

  it('of a prepaid service, which buys nothing', async () => {
    site.at('2025-04-01');
    const customer = await site.customer();
    await site.pay(customer, 10_000);
    const first = await site.pack(days30);
    const id = await site.service(customer, first);
    await site.change(id, await site.pack({ ...days30, price: 1_000 }), 'next_cycle');
    site.at('2025-04-16');
    await site.change(id, first);
    expect(await site.documents(customer)).toHaveLength(1);
    expect(await site.wallet(customer)).toBe(6_520);
  });

  it('P7, X1: a service that ends at this very instant cannot be changed any more', async () => {
    site.at('2025-04-01');
    const id = await site.service(await site.customer(), await site.pack());
    await site.ok('POST', `/services/${id}/cancel`, { when: 'period_end' });
    const order = { package_id: await site.pack({ price: 6_000 }), effective: 'immediate' };
    site.at('2025-05-01');
    expect(await site.refusal('POST', `/services/${id}/change-package`, order)).toBe('409 service_cancelled');
  });
});

describe('S4: with bill_while_suspended = false a stub begins in the moment of the return', () => {
  beforeAll(() => site.ok('PATCH', '/settings', { bill_while_suspended: false }));
  afterAll(() => site.ok('PATCH', '/settings', { bill_while_suspended: true }));

  it('when an administrator lifts the suspension', async () => {
    site.at('2025-01-01');
    const customer = await site.customer();
    const id = await site.service(customer, await site.pack());
    site.at('2025-01-10');
    await site.ok('POST', `/mikrotik/services/${id}/suspend`, {});
    site.at('2025-02-01');
    await site.run('generate-invoices');
    site.at('2025-02-15T15:00:00Z');
    await site.ok('POST', `/mikrotik/services/${id}/reactivate`, {});
    expect((await site.documents(customer)).slice(1)).toEqual([
      'cycle 2025-02-15 2025-02-15..2025-03-01: base 1500 = 1500+240, owes 1740',
    ]);
    expect(await site.state(id)).toBe('active until 2025-03-01');
  });

  it('when reactivate-paid does', async () => {
    site.at('2025-01-01');
    const customer = await site.customer();
    const id = await site.service(customer, await site.pack());
    await site.pay(customer, 3_480);
    await site.ok('POST', `/mikrotik/services/${id}/suspend`, { reason: 'nonpayment' });
    site.at('2025-02-01');
    await site.run('generate-invoices');
    site.at('2025-02-15');
    await site.run('reactivate-paid');
    expect((await site.documents(customer)).slice(1)).toEqual([
      'cycle 2025-02-15 2025-02-15..2025-03-01: base 1500 = 1500+240, owes 1740',
    ]);
  });
});

describe('prepaid', () => {
  it('Q6: months after days are months, whatever day the chain of days began on', async () => {
    site.at('2025-01-10T10:00:00Z');
    const customer = await site.customer();
    await site.pay(customer, 3_480);
    const id = await site.service(customer, await site.pack(days30));
    const month = await site.pack({ model: 'prepaid', validity: { unit: 'months', count: 1 } });
    const { code } = await site.ok('POST', '/vouchers', { type: 'package', package_id: month });
    await site.ok('POST', '/vouchers/redeem', { code, customer_id: customer, service_id: id });
    expect(await site.state(id)).toBe('active until 2025-03-09T10:00:00.000Z');
  });

  it('Q3, F5: a data cap ends with the validity, and a top-up revives at its instant (Q5)', async () => {
    site.at('2025-04-01T10:00:00Z');
    const customer = await site.customer();
    await site.pay(customer, 3_480);
    const cap = { ...days30, data_limit_gb: 10, limit_action: 'block' };
    const [kept, revived] = [await site.pack(cap), await site.pack(cap)];
    const first = await site.service(customer, kept);
    await site.use(first, 10_000_000_000);
    expect(await site.state(first)).toBe('suspended (data_cap) until 2025-05-01T10:00:00.000Z');
    site.at('2025-05-01T10:00:00Z');
    await site.run('expire-prepaid');
    expect(await site.state(first)).toBe('expired until 2025-05-01T10:00:00.000Z');
    const other = await site.customer();
    await site.pay(other, 3_480);
    const second = await site.service(other, revived, { auto_renew: true });
    await site.use(second, 10_000_000_000);
    site.at('2025-06-02T10:00:00Z');
    await site.pay(other, 3_480);
    expect(await site.state(second)).toBe('active until 2025-07-02T10:00:00.000Z');
  });

  it('X2: the days after a cancellation are given back, whatever the hour it began at', async () => {
    site.at('2025-04-01T10:00:00Z');
    const customer = await site.customer();
    await site.pay(customer, 3_480);
    const id = await site.service(customer, await site.pack(days30));
    site.at('2025-04-10T15:00:00Z');
    await site.ok('POST', `/services/${id}/cancel`, { when: 'now' });
    expect((await site.documents(customer)).at(-1)).toBe(
      'credit 2025-04-10: proration_credit 2000 = 2000+320, 0 off the invoice, 2320 to the wallet',
    );
  });
});

describe('money', () => {
  it('A5: when customers are merged, the credit of one pays what the other owes', async () => {
    site.at('2025-04-01');
    const [owes, has] = [await site.customer(), await site.customer()];
    await site.service(owes, await site.pack());
    await site.pay(has, 5_000);
    expect((await site.ok('POST', `/customers/${has}/merge`, { into: owes })).credit_balance).toBe(1_520);
    expect(await site.documents(owes)).toEqual([
      'cycle 2025-04-01 2025-04-01..2025-05-01: base 3000 = 3000+480, owes 0',
    ]);
  });

  it('M1: a credit balance beyond what JSON can say is refused, and nothing changes', async () => {
    site.at('2025-04-01');
    const customer = await site.customer();
    await site.pay(customer, 1e15);
    const more = { customer_id: customer, amount: 1, method: 'cash' };
    expect(await site.refusal('POST', '/billing/payments', more)).toBe('422 validation_failed');
    expect(await site.wallet(customer)).toBe(1e15);
  });

  it('M1: so is an invoice over more', async () => {
    site.at('2025-04-01');
    const customer = await site.customer();
    const order = { customer_id: customer, package_id: await site.pack({ price: 1e15 }) };
    expect(await site.refusal('POST', '/services', order)).toBe('422 validation_failed');
    expect(await site.documents(customer)).toEqual([]);
  });
});
