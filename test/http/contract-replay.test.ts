import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ContractSite, openContractSite } from './contract.fixture.ts';

/**
 * Cases written from billing-rules alone: a package, days on which something happens, and the documents that must be
 * there in the end, as the fixture writes them.
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
    documents: ['cycle 2025-01-15 2025-01-15..2025-02-01: base 548 = 548+88, owes 636'],
  },
  {
    title: 'M1: a currency without minor units, half rounded away from zero',
    currency: 'JPY',
    plan: { price: 5001 },
    service: { anchor_day: 1 },
    days: [['2025-04-16', 'start']],
    documents: ['cycle 2025-04-16 2025-04-16..2025-05-01: base 2501 = 2501+400, owes 2901'],
  },
  {
    title: 'C4, R3: the anchor 31 after a long downtime',
    days: [
      ['2025-01-31', 'start'],
      ['2025-04-02', 'run'],
    ],
    documents: [
      'cycle 2025-01-31 2025-01-31..2025-02-28: base 3000 = 3000+480, owes 3480',
      'cycle 2025-04-02 2025-02-28..2025-03-31: base 3000 = 3000+480, owes 3480',
      'cycle 2025-04-02 2025-03-31..2025-04-30: base 3000 = 3000+480, owes 3480',
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
      'cycle 2025-01-15 2025-01-15..2025-02-01: base 1663 = 1663+266, owes 1929',
      'cycle 2025-02-01 2025-02-01..2025-05-01: base 9000 = 9000+1440, owes 10440',
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
      'cycle 2025-04-01 2025-04-01..2025-05-01: base 3000 = 3000+480, owes 3480',
      'adjustment 2025-04-16 2025-04-16..2025-05-01: proration_credit -1500, proration_charge 3000 = 1500+240, owes 1740',
      'adjustment 2025-04-16 2025-04-16..2025-05-01: proration_credit -3000, proration_charge 4500 = 1500+240, owes 1740',
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
      'cycle 2025-04-01 2025-04-01..2025-05-01: base 6000 = 6000+960, owes 5220',
      'credit 2025-04-16: proration_credit 3000, proration_charge -1500 = 1500+240, 1740 off the invoice, 0 to the wallet',
    ],
  },
  {
    title: 'P7: a change at the first instant of an unbilled period bills the new package only',
    days: [
      ['2025-04-01', 'start'],
      ['2025-05-01', { to: 6000 }],
    ],
    documents: [
      'cycle 2025-04-01 2025-04-01..2025-05-01: base 3000 = 3000+480, owes 3480',
      'cycle 2025-05-01 2025-05-01..2025-06-01: base 6000 = 6000+960, owes 6960',
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
    documents: ['cycle 2025-05-01 2025-04-01..2025-05-01: base 1000, base 4000 = 5000+800, owes 5800'],
  },
  {
    title: 'D6: percents before fixed amounts',
    promotions: [OFF_500, OFF_10],
    days: [['2025-04-01', 'start']],
    documents: ['cycle 2025-04-01 2025-04-01..2025-05-01: base 3000 less 800 = 2200+352, owes 2552'],
  },
  {
    title: 'P11: the discount of the period applies to the change',
    promotions: [OFF_10],
    days: [
      ['2025-04-01', 'start'],
      ['2025-04-16', { to: 6000 }],
    ],
    documents: [
      'cycle 2025-04-01 2025-04-01..2025-05-01: base 3000 less 300 = 2700+432, owes 3132',
      'adjustment 2025-04-16 2025-04-16..2025-05-01: proration_credit -1350, proration_charge 3000 less 300 = 1350+216, owes 1566',
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
      'cycle 2025-04-01 2025-04-01..2026-04-01: base 10000 = 10000+1600, owes 100',
      'late_fee 2025-05-01: late_fee 100 = 100+0, owes 100',
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
    documents: ['cycle 2025-04-15 2025-04-15..2025-05-15: base 3000, setup 100 = 3100+496, owes 3596'],
  },
  {
    title: 'X2: what was paid for the days after a cancellation goes to the wallet',
    days: [
      ['2025-04-01', 'start'],
      ['2025-04-01', { pay: 3480 }],
      ['2025-04-10', 'cancel'],
    ],
    documents: [
      'cycle 2025-04-01 2025-04-01..2025-05-01: base 3000 = 3000+480, owes 0',
      'credit 2025-04-10: proration_credit 2000 = 2000+320, 0 off the invoice, 2320 to the wallet',
    ],
  },
  {
    title: 'X3: in arrears the used days go on a final invoice',
    plan: { base_timing: 'arrears' },
    days: [
      ['2025-04-01', 'start'],
      ['2025-04-10', 'cancel'],
    ],
    documents: ['final 2025-04-10 2025-04-01..2025-04-11: base 1000 = 1000+160, owes 1160'],
  },
];

let site: ContractSite;
let made = 0;

beforeAll(async () => {
  site = await openContractSite();
});
afterAll(() => site.close());

it.each(CASES)(
  '$title',
  async ({ currency = 'KES', plan = {}, service = {}, promotions = [], days, documents }) => {
    const pack = (price: number) => site.pack({ currency, ...plan, price });
    const customer = await site.customer({ currency });
    const codes: string[] = [];
    for (const promotion of promotions) {
      const code = `CODE-${++made}`;
      await site.ok('POST', '/promotions', { code, currency, ...promotion });
      codes.push(code);
    }
    const firstPrice = 'price' in plan ? Number(plan.price) : 3000;
    let id = 0;
    for (const [now, step] of days) {
      site.at(now);
      if (step === 'start') {
        id = await site.service(customer, await pack(firstPrice), { promotion_codes: codes, ...service });
      } else if (step === 'run') await site.run('generate-invoices');
      else if (step === 'fee') await site.run('apply-late-fees');
      else if (step === 'cancel') await site.ok('POST', `/services/${id}/cancel`, { when: 'now' });
      else if ('pay' in step) await site.pay(customer, step.pay);
      else await site.change(id, await pack(step.to));
    }
    expect(await site.documents(customer)).toEqual(documents);
  },
);
