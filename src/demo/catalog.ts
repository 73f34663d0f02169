import type { NewPromotion } from '../billing/promotions/promotion-terms.ts';
import type { Settings } from '../platform/settings/setting.ts';
import type { NewPlan } from '../subscribers/catalog/plan.ts';

/** Time zone and currency of the demo ISP. */
export const DEMO_TIME_ZONE = 'Africa/Nairobi';
export const DEMO_CURRENCY = 'KES';

/** What the documents of the demo ISP say of it; invented, with numbers and names nobody has. */
export const DEMO_COMPANY = {
  company_name: 'Savannah Fibre Ltd',
  company_address: 'Ngong Road 118\nPO Box 00000\n00100 Nairobi\nKenya',
  company_tax_number: 'P000000000X',
  company_email: 'accounts@savannah-fibre.example',
  company_phone: '+254 700 000 000',
  company_website: 'www.savannah-fibre.example',
  payment_instructions:
    'M-PESA paybill 000000, account {number}\nBank transfer: Example Bank, account 0000 0000 0000, reference {number}',
  payment_link: 'https://pay.savannah-fibre.example/{number}?amount={amount}&currency={currency}',
} as const satisfies Partial<Settings>;

/** A package with its share of the subscribers and how eagerly they use it. */
export interface DemoPlan {
  readonly plan: NewPlan;
  /** Of 300. */
  readonly subscribers: number;
  /** Share of the rate in use at the busiest hour, on average. */
  readonly eagerness: number;
}

/** What the demo ISP sells; prices in cents. */
export const DEMO_PLANS: readonly DemoPlan[] = [
  { plan: home('HOME10', 'Home 10M', 199_900n, '3M/10M'), subscribers: 84, eagerness: 0.1 },
  { plan: home('HOME20', 'Home 20M', 299_900n, '6M/20M'), subscribers: 96, eagerness: 0.08 },
  { plan: home('HOME50', 'Home 50M', 499_900n, '20M/50M'), subscribers: 42, eagerness: 0.05 },
  {
    plan: {
      ...home('LITE60', 'Lite 10M, 60 GB', 99_900n, '2M/10M'),
      dataLimitGb: '60',
      limitAction: 'block',
    },
    subscribers: 30,
    eagerness: 0.03,
  },
  {
    plan: {
      ...home('FAIR200', 'Fair 30M, slower past 200 GB', 349_900n, '10M/30M'),
      dataLimitGb: '200',
      limitAction: 'throttle',
      fup: [{ from_percent: 100, rate_limit: '1M/3M' }],
    },
    subscribers: 24,
    eagerness: 0.06,
  },
  {
    plan: {
      ...home('WEEK10', 'Prepaid 10M, a week', 59_900n, '3M/10M'),
      model: 'prepaid',
      validity: { unit: 'weeks', count: 1 },
    },
    subscribers: 12,
    eagerness: 0.08,
  },
  {
    plan: {
      code: 'BIZ100',
      name: 'Business 100M, 2 TB',
      price: 1_499_900n,
      currency: DEMO_CURRENCY,
      dataLimitGb: '2000',
      limitAction: 'overage',
      overage: { block_gb: '100', price: 50_000 },
      rateLimit: '50M/100M 80M/150M 40M/80M 16/16 5 10M/20M',
    },
    subscribers: 12,
    eagerness: 0.07,
  },
];

/** What the demo ISP gives to newcomers for three months, and to its own people for good. */
export const WELCOME_CODE = 'KARIBU20';
export const STAFF_CODE = 'STAFF10';
export const DEMO_PROMOTIONS: readonly NewPromotion[] = [
  { ...percent(WELCOME_CODE, '20'), duration: 'repeating', cycles: 3 },
  { ...percent(STAFF_CODE, '10'), duration: 'forever' },
];

/** A simulated router of the demo ISP. All addresses are of this machine. */
export interface DemoRouter {
  readonly name: string;
  readonly address: string;
  /** Known to everybody who reads this: it serves addresses that cannot be reached from outside. */
  readonly secret: string;
}

/** The routers subscribers are spread over, in turn. */
export const DEMO_ROUTERS: readonly DemoRouter[] = [
  { name: 'Kilimani-01', address: '127.0.0.2', secret: 'demo-kilimani-not-a-secret' },
  { name: 'Ngong-02', address: '127.0.0.3', secret: 'demo-ngong-not-a-secret' },
  { name: 'Rongai-01', address: '127.0.0.4', secret: 'demo-rongai-not-a-secret' },
];

function percent(code: string, value: string) {
  return { code, type: 'percent', value, currency: DEMO_CURRENCY } as const;
}

function home(code: string, name: string, price: bigint, rateLimit: string): NewPlan {
  return { code, name, price, currency: DEMO_CURRENCY, rateLimit, pool: 'home' };
}
