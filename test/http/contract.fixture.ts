import { expect } from 'vitest';
import { findDiscrepancies } from '../../src/billing/ledger/ledger-check.store.ts';
import { openTestApi, type TestApi } from './api.ts';

/** The API as who replays cases of the billing contract uses it; everything has a name of its own. */
export interface ContractSite {
  readonly api: TestApi;
  /** The body of an answer that is no refusal. */
  ok(method: string, path: string, body?: object): ReturnType<typeof answered>;
  /** Status and code of an answer: `409 already_cancelled`. */
  refusal(method: string, path: string, body?: object): Promise<string>;
  /** Sets the clock: a date is its midnight, UTC. */
  at(when: string): void;
  /** A package of 3000 KES, and what is said of it. */
  pack(more?: object): Promise<number>;
  customer(more?: object): Promise<number>;
  service(customerId: number, packageId: number, more?: object): Promise<number>;
  pay(customerId: number, amount: number, more?: object): Promise<number>;
  run(task: string): Promise<Readonly<Record<string, number>>>;
  change(service: number, packageId: number, effective?: 'immediate' | 'next_cycle'): Promise<void>;
  use(service: number, bytes: number, at?: string): Promise<void>;
  /** Invoices and credit notes in the order of their issue, one a line; the books are checked on the way. */
  documents(customerId: number): Promise<string[]>;
  wallet(customerId: number): Promise<number>;
  /** Status with its reason, and the end of the period or the validity: `active until 2025-05-01`. */
  state(service: number): Promise<string>;
  close(): Promise<void>;
}

/** Opens it for one test file. */
export async function openContractSite(): Promise<ContractSite> {
  const api = await openTestApi();
  let made = 0;
  const ok: ContractSite['ok'] = (method, path, body) => answered(api, method, path, body);
  const idOf = async (path: string, body: object): Promise<number> => (await ok('POST', path, body)).id;
  return {
    api,
    ok,
    refusal: async (method, path, body) => {
      const { status, body: answer } = await api.call(method, `/api/isp${path}`, body ? { body } : {});
      return `${status} ${answer.error?.code ?? 'done'}`;
    },
    at: (when) => api.clock.set(when.length === 10 ? `${when}T00:00:00Z` : when),
    pack: (more = {}) => {
      const code = `pack-${++made}`;
      return idOf('/packages', { code, name: code, currency: 'KES', price: 3_000, ...more });
    },
    customer: (more = {}) => idOf('/customers', { name: `Customer ${++made}`, currency: 'KES', ...more }),
    service: (customer_id, package_id, more = {}) => idOf('/services', { customer_id, package_id, ...more }),
    pay: (customer_id, amount, more = {}) =>
      idOf('/billing/payments', { customer_id, amount, method: 'cash', ...more }),
    run: async (task) => (await ok('POST', `/billing/run/${task}`)).counts,
    change: async (service, package_id, effective = 'immediate') => {
      await ok('POST', `/services/${service}/change-package`, { package_id, effective });
    },
    use: async (service_id, download_bytes, at) => {
      await ok('POST', '/monitoring/usage', { service_id, download_bytes, ...(at ? { at } : {}) });
    },
    documents: async (customerId) => {
      expect(await findDiscrepancies(api.db)).toEqual([]);
      const invoices = await ok('GET', `/billing/invoices?customer_id=${customerId}&limit=100`);
      const notes = await ok('GET', `/billing/credit-notes?customer_id=${customerId}&limit=100`);
      return [...invoices.items.toReversed().map(invoiceText), ...notes.items.toReversed().map(noteText)];
    },
    wallet: async (customerId) => (await ok('GET', `/customers/${customerId}`)).credit_balance,
    state: async (id) => {
      const { status, reason, period_end, expires_at } = await ok('GET', `/services/${id}`);
      return `${status}${reason ? ` (${reason})` : ''} until ${expires_at ?? period_end}`;
    },
    close: () => api.close(),
  };
}

async function answered(api: TestApi, method: string, path: string, body?: object) {
  const answer = await api.call(method, `/api/isp${path}`, body ? { body } : {});
  expect([path, answer.status < 300, answer.body]).toEqual([path, true, answer.body]);
  return answer.body;
}

interface Line {
  readonly kind: string;
  readonly amount: number;
  readonly discount: number;
}

const lineText = ({ kind, amount, discount }: Line): string =>
  `${kind} ${amount}${discount === 0 ? '' : ` less ${discount}`}`;

// biome-ignore lint/suspicious/noExplicitAny: an answer of the API
function invoiceText(invoice: any): string {
  const { kind, issue_date, period_start, period_end, lines, subtotal, tax_total, balance } = invoice;
  const period = period_start === null ? '' : ` ${period_start}..${period_end}`;
  return `${kind} ${issue_date}${period}: ${lines.map(lineText).join(', ')} = ${subtotal}+${tax_total}, owes ${balance}`;
}

// biome-ignore lint/suspicious/noExplicitAny: an answer of the API
function noteText(note: any): string {
  const { issue_date, lines, subtotal, tax_total, applied_to_invoice, to_credit_balance } = note;
  const use = `${applied_to_invoice} off the invoice, ${to_credit_balance} to the wallet`;
  return `credit ${issue_date}: ${lines.map(lineText).join(', ')} = ${subtotal}+${tax_total}, ${use}`;
}
