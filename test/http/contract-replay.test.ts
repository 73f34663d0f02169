import { afterAll, beforeAll, expect, it } from 'vitest';
import { findDiscrepancies } from '../../src/billing/ledger/ledger-check.store.ts';
import { openTestApi, type TestApi } from './api.ts';

/**
 * Cases written from billing-rules alone: a package, days on which something happens, and the documents that must be
 * there in the end, one a line: kind, issue date, period, lines less their discounts, net + tax, balance.
 */
interface Case {
  readonly title: string;
  readonly currency?: string;
  readonly plan?: object;
  readonly service?: object;
  readonly promotions?: readonly object[];
  /** Begins the service on the first day; `to` is the price of a package to change to. */
  readonly days: readonly (readonly [now: string, step: Step])[];
  readonly documents: readonly string[];
}

type Step = 'start' | 'run' | 'cancel' | 'fee' | { readonly to: number } | { readonly pay: number };

const OFF_10 = { type: 'percent', value: '10', duration: 'forever', stackable: true };
const OFF_500 = { type: 'fixed', value: 500, duration: 'forever', stackable: true };

const CASES: readonly Case[] = [
  {
    title: 'M3: 17 days of 31 at 999',
    plan: { price: 999 },
    service: { anchor_day: 1 },
    days: [['2025-01-15', 'start']],
    documents: ['cycle 2025-01-15 2025-01-15..2025-02-01 base 548 = 548+88, owes 636'],
  },
  {
    title: 'M1: a currency without minor units, half rounded away from zero',
    currency: 'JPY',
    plan: { price: 5001 },
    service: { anchor_day: 1 },
    days: [['2025-04-16', 'start']],
    documents: ['cycle 2025-04-16 2025-04-16..2025-05-01 base 2501 = 2501+400, owes 2901'],
  },
  {
    title: 'C4, R3: the anchor 31 after a long downtime',
    days: [
      ['2025-01-31', 'start'],
      ['2025-04-02', 'run'],
    ],
    documents: [
      'cycle 2025-01-31 2025-01-31..2025-02-28 base 3000 = 3000+480, owes 3480',
      'cycle 2025-04-02 2025-02-28..2025-03-31 base 3000 = 3000+480, owes 3480',
      'cycle 2025-04-02 2025-03-31..2025-04-30 base 3000 = 3000+480, owes 3480',
    ],
  },
  {
    title: 'C6: the stub of three months ends at the anchor day',
    plan: { price: 9000, cycle_count: 3 },
    service: { anchor_day: 1 },
    days: [
      ['2025-01-15', 'start'],
      ['2025-02-01', 'run'],
    ],
    documents: [
      'cycle 2025-01-15 2025-01-15..2025-02-01 base 1663 = 1663+266, owes 1929',
      'cycle 2025-02-01 2025-02-01..2025-05-01 base 9000 = 9000+1440, owes 10440',
    ],
  },
  {
    title: 'P3, P6: two upgrades on one day',
    days: [
      ['2025-04-01', 'start'],
      ['2025-04-16', { to: 6000 }],
      ['2025-04-16', { to: 9000 }],
    ],
    documents: [
      'cycle 2025-04-01 2025-04-01..2025-05-01 base 3000 = 3000+480, owes 3480',
      'adjustment 2025-04-16 2025-04-16..2025-05-01 proration_credit -1500, proration_charge 3000 = 1500+240, owes 1740',
      'adjustment 2025-04-16 2025-04-16..2025-05-01 proration_credit -3000, proration_charge 4500 = 1500+240, owes 1740',
    ],
  },
  {
    title: 'P4: a downgrade lowers what is owed',
    plan: { price: 6000 },
    days: [
      ['2025-04-01', 'start'],
      ['2025-04-16', { to: 3000 }],
    ],
    documents: [
      'cycle 2025-04-01 2025-04-01..2025-05-01 base 6000 = 6000+960, owes 5220',
      'credit note 1500+240, 1740 off the invoice, 0 to the wallet',
    ],
  },
  {
    title: 'P7: a change at the first instant of an unbilled period bills the new package only',
    days: [
      ['2025-04-01', 'start'],
      ['2025-05-01', { to: 6000 }],
    ],
    documents: [
      'cycle 2025-04-01 2025-04-01..2025-05-01 base 3000 = 3000+480, owes 3480',
      'cycle 2025-05-01 2025-05-01..2025-06-01 base 6000 = 6000+960, owes 6960',
    ],
  },
  {
    title: 'P8: in arrears each package pays its days',
    plan: { base_timing: 'arrears' },
    days: [
      ['2025-04-01', 'start'],
      ['2025-04-11', { to: 6000 }],
      ['2025-05-01', 'run'],
    ],
    documents: ['cycle 2025-05-01 2025-04-01..2025-05-01 base 1000, base 4000 = 5000+800, owes 5800'],
  },
  {
    title: 'D6: percents before fixed amounts',
    promotions: [OFF_500, OFF_10],
    days: [['2025-04-01', 'start']],
    documents: ['cycle 2025-04-01 2025-04-01..2025-05-01 base 3000-800 = 2200+352, owes 2552'],
  },
  {
    title: 'P11: the discount of the period applies to the change',
    promotions: [OFF_10],
    days: [
      ['2025-04-01', 'start'],
      ['2025-04-16', { to: 6000 }],
    ],
    documents: [
      'cycle 2025-04-01 2025-04-01..2025-05-01 base 3000-300 = 2700+432, owes 3132',
      'adjustment 2025-04-16 2025-04-16..2025-05-01 proration_credit -1350, proration_charge 3000-300 = 1350+216, owes 1566',
    ],
  },
  {
    title: 'L2: a late fee is at most the balance',
    plan: { price: 10_000, cycle_count: 12 },
    days: [
      ['2025-04-01', 'start'],
      ['2025-04-01', { pay: 11_500 }],
      ['2025-05-01', 'fee'],
      ['2025-06-01', 'fee'],
    ],
    documents: [
      'cycle 2025-04-01 2025-04-01..2026-04-01 base 10000 = 10000+1600, owes 100',
      'late_fee 2025-05-01 null..null late_fee 100 = 100+0, owes 100',
    ],
  },
  {
    title: 'T1, T2: a trial, then the setup fee with the first base',
    plan: { trial_days: 14, setup_fee: 100 },
    days: [
      ['2025-04-01', 'start'],
      ['2025-04-14', 'run'],
      ['2025-04-15', 'run'],
    ],
    documents: ['cycle 2025-04-15 2025-04-15..2025-05-15 base 3000, setup 100 = 3100+496, owes 3596'],
  },
  {
    title: 'X2: what was paid for the days after a cancellation goes to the wallet',
    days: [
      ['2025-04-01', 'start'],
      ['2025-04-01', { pay: 3480 }],
      ['2025-04-10', 'cancel'],
    ],
    documents: [
      'cycle 2025-04-01 2025-04-01..2025-05-01 base 3000 = 3000+480, owes 0',
      'credit note 2000+320, 0 off the invoice, 2320 to the wallet',
    ],
  },
  {
    title: 'X3: in arrears the used days go on a final invoice',
    plan: { base_timing: 'arrears' },
    days: [
      ['2025-04-01', 'start'],
      ['2025-04-10', 'cancel'],
    ],
    documents: ['final 2025-04-10 2025-04-01..2025-04-11 base 1000 = 1000+160, owes 1160'],
  },
];

let api: TestApi;
let made = 0;

beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

async function call(method: string, path: string, body?: object) {
  const answer = await api.call(method, `/api/isp${path}`, body === undefined ? {} : { body });
  expect([path, answer.status < 300, answer.body]).toEqual([path, true, answer.body]);
  return answer.body;
}

it.each(CASES)(
  '$title',
  async ({ currency = 'KES', plan = {}, service = {}, promotions = [], days, documents }) => {
    const unique = ++made;
    const pack = async (price: number) => {
      const code = `pack-${++made}`;
      const { id } = await call('POST', '/packages', { code, name: code, currency, ...plan, price });
      return id;
    };
    const customer = (await call('POST', '/customers', { name: `Customer ${unique}`, currency })).id;
    const codes = [];
    for (const promotion of promotions) {
      const code = `CODE-${++made}`;
      await call('POST', '/promotions', { code, currency, ...promotion });
      codes.push(code);
    }
    const firstPrice = 'price' in plan ? Number(plan.price) : 3000;
    let id = 0;
    for (const [now, step] of days) {
      api.clock.set(`${now}T00:00:00Z`);
      if (step === 'start') {
        const order = {
          customer_id: customer,
          package_id: await pack(firstPrice),
          promotion_codes: codes,
          ...service,
        };
        id = (await call('POST', '/services', order)).id;
      } else if (step === 'run') await call('POST', '/billing/run/generate-invoices');
      else if (step === 'fee') await call('POST', '/billing/run/apply-late-fees');
      else if (step === 'cancel') await call('POST', `/services/${id}/cancel`, { when: 'now' });
      else if ('pay' in step)
        await call('POST', '/billing/payments', { customer_id: customer, amount: step.pay, method: 'cash' });
      else
        await call('POST', `/services/${id}/change-package`, {
          package_id: await pack(step.to),
          effective: 'immediate',
        });
    }
    expect(await documentsOf(customer)).toEqual(documents);
    expect(await findDiscrepancies(api.db)).toEqual([]);
  },
);

async function documentsOf(customer: number): Promise<string[]> {
  const invoices = (await call('GET', `/billing/invoices?customer_id=${customer}`)).items;
  const notes = (await call('GET', `/billing/credit-notes?customer_id=${customer}`)).items;
  const byId = (a: { id: number }, b: { id: number }) => a.id - b.id;
  const documents = [];
  for (const { id } of invoices.sort(byId)) {
    const i = await call('GET', `/billing/invoices/${id}`);
    const lines = i.lines.map(
      (line: { kind: string; amount: number; discount: number }) =>
        `${line.kind} ${line.amount}${line.discount === 0 ? '' : `-${line.discount}`}`,
    );
    const head = `${i.kind} ${i.issue_date} ${i.period_start}..${i.period_end}`;
    documents.push(`${head} ${lines.join(', ')} = ${i.subtotal}+${i.tax_total}, owes ${i.balance}`);
  }
  for (const n of notes.sort(byId)) {
    const where = `${n.applied_to_invoice} off the invoice, ${n.to_credit_balance} to the wallet`;
    documents.push(`credit note ${n.subtotal}+${n.tax_total}, ${where}`);
  }
  return documents;
}
