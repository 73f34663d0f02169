import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ContractSite, openContractSite } from './contract.fixture.ts';

let site: ContractSite;

beforeAll(async () => {
  site = await openContractSite();
});
afterAll(() => site.close());

const GB = 1_000_000_000;
const days30 = { model: 'prepaid', validity: { unit: 'days', count: 30 } };

describe('a prepaid service', () => {
  it('Q1: shows its first invoice before it is created, whatever the wallet holds', async () => {
    site.at('2025-04-01');
    const customer = await site.customer();
    const pack = await site.pack({ ...days30, setup_fee: 500 });
    const { invoice } = await site.ok('POST', '/services/preview', {
      customer_id: customer,
      package_id: pack,
    });
    expect(invoice).toMatchObject({ subtotal: 3_500, tax_total: 560, total: 4_060, due_date: '2025-04-01' });
    expect(invoice.lines).toMatchObject([
      { kind: 'base', amount: 3_000, period_start: '2025-04-01', period_end: '2025-05-01' },
      { kind: 'setup', amount: 500 },
    ]);
    expect(await site.documents(customer)).toEqual([]);
  });

  it('X2, T4: cancelled now, has its pending items on a final invoice after the credit note', async () => {
    site.at('2025-04-01');
    const customer = await site.customer();
    const id = await site.service(customer, await site.pack(days30));
    await site.pay(customer, 3_480);
    await site.ok('POST', `/billing/services/${id}/items`, { amount: 500, description: 'Cable' });
    site.at('2025-04-10');
    await site.ok('POST', `/services/${id}/cancel`, { when: 'now' });
    expect(await site.documents(customer)).toEqual([
      'prepaid 2025-04-01 2025-04-01..2025-05-01: base 3000 = 3000+480, owes 0',
      'final 2025-04-10 2025-04-01..2025-04-11: one_off 500 = 500+80, owes 0',
      'credit 2025-04-10: proration_credit 2000 = 2000+320, 0 off the invoice, 2320 to the wallet',
    ]);
    expect(await site.wallet(customer)).toBe(2_320 - 580);
  });

  it('X1, T4: cancelled at the end of its validity, has them on a cycle invoice then', async () => {
    site.at('2025-04-01');
    const customer = await site.customer();
    const id = await site.service(customer, await site.pack(days30));
    await site.pay(customer, 3_480);
    await site.ok('POST', `/billing/services/${id}/items`, { amount: 500, description: 'Cable' });
    await site.ok('POST', `/services/${id}/cancel`, { when: 'period_end' });
    site.at('2025-05-01');
    await site.run('expire-prepaid');
    expect((await site.documents(customer))[1]).toBe(
      'cycle 2025-05-01 2025-04-01..2025-05-01: one_off 500 = 500+80, owes 580',
    );
    expect(await site.state(id)).toMatch(/^cancelled/);
  });

  it('Q8, D2: gives back the discounted price, and the code goes on discounting', async () => {
    site.at('2025-04-01');
    const customer = await site.customer();
    await site.ok('POST', '/promotions', {
      code: 'TENTH',
      type: 'percent',
      value: '10',
      duration: 'forever',
    });
    await site.pay(customer, 20_000);
    const id = await site.service(customer, await site.pack(days30), { promotion_codes: ['tenth'] });
    site.at('2025-04-16');
    await site.change(id, await site.pack({ ...days30, price: 6_000 }));
    expect(await site.documents(customer)).toEqual([
      'prepaid 2025-04-01 2025-04-01..2025-05-01: base 3000 less 300 = 2700+432, owes 0',
      'prepaid 2025-04-16 2025-04-16..2025-05-16: base 6000 less 600 = 5400+864, owes 0',
      'credit 2025-04-16: proration_credit 1350 = 1350+216, 0 off the invoice, 1566 to the wallet',
    ]);
    expect(await site.wallet(customer)).toBe(20_000 - 3_132 + 1_566 - 6_264);
  });
});

describe('periods of several cycles', () => {
  it.each([
    [
      'C3, C5, C6: two weeks from a Monday',
      { cycle: 'weekly', cycle_count: 2, price: 1_400 },
      '2025-04-02',
      500,
      '2025-04-07',
      '2025-04-21',
    ],
    [
      'C3, C6: two months from the first',
      { cycle_count: 2, price: 6_100 },
      '2025-04-16',
      1_500,
      '2025-05-01',
      '2025-07-01',
    ],
  ] as const)('%s', async (_, pack, from, stub, anchor, end) => {
    site.at(from);
    const customer = await site.customer();
    await site.service(customer, await site.pack(pack), { anchor_day: 1 });
    site.at(anchor);
    await site.run('generate-invoices');
    const text = (amount: number) => {
      const tax = Math.round(amount * 0.16);
      return `base ${amount} = ${amount}+${tax}, owes ${amount + tax}`;
    };
    expect(await site.documents(customer)).toEqual([
      `cycle ${from} ${from}..${anchor}: ${text(stub)}`,
      `cycle ${anchor} ${anchor}..${end}: ${text(pack.price)}`,
    ]);
  });
});

describe('what surrounds a change of package', () => {
  it('P11, D2: a change consumes no cycle of a repeating code', async () => {
    site.at('2025-04-01');
    const customer = await site.customer();
    await site.ok('POST', '/promotions', {
      code: 'TWICE',
      type: 'percent',
      value: '50',
      duration: 'repeating',
      cycles: 2,
    });
    const id = await site.service(customer, await site.pack(), { promotion_codes: ['TWICE'] });
    site.at('2025-04-16');
    await site.change(id, await site.pack({ price: 6_000 }));
    site.at('2025-06-01');
    await site.run('generate-invoices');
    expect((await site.documents(customer)).map((text) => text.replace(/ = .*/, ''))).toEqual([
      'cycle 2025-04-01 2025-04-01..2025-05-01: base 3000 less 1500',
      'adjustment 2025-04-16 2025-04-16..2025-05-01: proration_credit -750, proration_charge 3000 less 1500',
      'cycle 2025-06-01 2025-05-01..2025-06-01: base 6000 less 3000',
      'cycle 2025-06-01 2025-06-01..2025-07-01: base 6000',
    ]);
  });

  it('O7: an overage segment before one that only notifies is rated by its share alone', async () => {
    site.at('2025-04-01');
    const customer = await site.customer();
    const metered = await site.pack({ data_limit_gb: 100, overage: { block_gb: 1, price: 50 } });
    const id = await site.service(customer, metered);
    await site.use(id, 50 * GB, '2025-04-05T00:00:00Z');
    site.at('2025-04-11');
    await site.change(id, await site.pack({ data_limit_gb: 10, limit_action: 'notify' }));
    await site.use(id, 500 * GB, '2025-04-11T00:00:00Z');
    site.at('2025-05-01');
    await site.run('generate-invoices');
    expect((await site.documents(customer)).at(-1)).toBe(
      'cycle 2025-05-01 2025-05-01..2025-06-01: base 3000, overage 850 = 3850+616, owes 4466',
    );
  });

  it('F1, P9: an alert looks at the blended allowance of all segments', async () => {
    site.at('2025-04-01');
    const customer = await site.customer();
    const id = await site.service(customer, await site.pack({ data_limit_gb: 100 }));
    site.at('2025-04-16');
    await site.change(id, await site.pack({ price: 6_000, data_limit_gb: 200 }));
    const alerts = async () =>
      (await site.ok('GET', `/monitoring/alerts/${id}`)).items.map(
        (one: { threshold: number }) => one.threshold,
      );
    await site.use(id, 120 * GB - 1);
    expect(await alerts()).toEqual([]);
    await site.use(id, 1);
    expect(await alerts()).toEqual([80]);
    await site.use(id, 30 * GB);
    expect((await alerts()).toSorted()).toEqual([100, 80]);
  });
});

describe('money', () => {
  it('K1: credit on a part-paid invoice lowers the balance first; its tax is the share of the invoice', async () => {
    site.at('2025-04-01');
    const customer = await site.customer();
    await site.service(customer, await site.pack());
    await site.pay(customer, 3_000);
    const [{ id }] = (await site.ok('GET', `/billing/invoices?customer_id=${customer}`)).items;
    await site.ok('POST', `/billing/invoices/${id}/credit-notes`, { amount: 1_000 });
    const note = (await site.ok('GET', `/billing/credit-notes?invoice_id=${id}`)).items[0];
    expect(note).toMatchObject({
      subtotal: 862,
      tax_total: 138,
      total: 1_000,
      applied_to_invoice: 480,
      to_credit_balance: 520,
    });
    expect(await site.wallet(customer)).toBe(520);
  });

  it('W1, A5: what came meanwhile pays a written-off invoice once the write-off is reversed', async () => {
    site.at('2025-04-01');
    const customer = await site.customer();
    await site.service(customer, await site.pack());
    const [{ id }] = (await site.ok('GET', `/billing/invoices?customer_id=${customer}`)).items;
    await site.ok('POST', `/billing/invoices/${id}/write-off`, {});
    await site.pay(customer, 3_000);
    expect(await site.wallet(customer)).toBe(3_000);
    await site.ok('POST', `/billing/invoices/${id}/write-off/reverse`, {});
    expect(await site.ok('GET', `/billing/invoices/${id}`)).toMatchObject({
      amount_paid: 3_000,
      balance: 480,
      status: 'partially_paid',
    });
    expect(await site.wallet(customer)).toBe(0);
  });

  it('G4: a statement with a void, a credit note and a refund closes at what is owed less the credit', async () => {
    site.at('2025-04-01');
    const customer = await site.customer();
    const pack = await site.pack();
    await site.service(customer, pack);
    await site.service(customer, pack);
    const [second, first] = (await site.ok('GET', `/billing/invoices?customer_id=${customer}`)).items;
    await site.ok('POST', `/billing/invoices/${second.id}/void`, {});
    const payment = await site.pay(customer, 5_000);
    await site.ok('POST', `/billing/invoices/${first.id}/credit-notes`, { amount: 480 });
    await site.ok('POST', `/billing/payments/${payment}/refund`, { amount: 4_000 });
    const statement = await site.ok(
      'GET',
      `/billing/customers/${customer}/statement?from=2025-04-01&to=2025-04-02`,
    );
    expect(statement.entries.map((one: { kind: string; amount: number }) => [one.kind, one.amount])).toEqual([
      ['invoice', 3_480],
      ['invoice', 3_480],
      ['void', -3_480],
      ['payment', -5_000],
      ['credit_note', -480],
      ['refund', 4_000],
    ]);
    const owed = (await site.ok('GET', `/billing/invoices/${first.id}`)).balance;
    expect(statement.closing_balance).toBe(2_000);
    expect(owed - (await site.wallet(customer))).toBe(2_000);
    await site.documents(customer);
  });
});

describe('reminders', () => {
  it('N3, N4: those that fell due while they were held are skipped but the highest', async () => {
    site.at('2025-04-01');
    const customer = await site.customer();
    await site.service(customer, await site.pack());
    const [{ id }] = (await site.ok('GET', `/billing/invoices?customer_id=${customer}`)).items;
    await site.ok('PUT', `/billing/invoices/${id}/reminder-hold`, { until: '2025-05-02' });
    const logged = async () =>
      (await site.ok('GET', `/billing/dunning-logs?customer_id=${customer}`)).items.map(
        (one: { level: number; status: string }) => `${one.level} ${one.status}`,
      );
    site.at('2025-04-26');
    await site.run('send-reminders');
    expect(await logged()).toEqual([]);
    site.at('2025-05-02');
    await site.run('send-reminders');
    expect(await logged()).toEqual(['2 sent', '1 skipped']);
  });
});
