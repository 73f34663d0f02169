import { Temporal } from 'temporal-polyfill';
import { type BillingContext, billingContext } from '../../src/billing/billing-context.ts';
import type { InvoiceDraft, LineDraft } from '../../src/billing/invoices/invoice-draft.ts';
import { type IssuedInvoice, issueInvoice } from '../../src/billing/invoices/issue.service.ts';
import { findDiscrepancies } from '../../src/billing/ledger/ledger-check.store.ts';
import { receivePayment } from '../../src/billing/payments/payment.service.ts';
import type { Payment, PaymentOrder } from '../../src/billing/payments/payment.ts';
import type { Database, Transaction } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import type { CustomerId, InvoiceId, ServiceId } from '../../src/kernel/ids.ts';
import { SecretBox } from '../../src/platform/secrets/secret-box.ts';
import { defaultSettings, type Settings } from '../../src/platform/settings/setting.ts';
import { addPlan } from '../../src/subscribers/catalog/catalog.service.ts';
import { createService, type ServiceDeps } from '../../src/subscribers/services/provisioning.service.ts';
import { testActor } from './actor.ts';
import { createTestDatabase } from './database.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';

/** A customer of a test, with one active service. */
export interface TestCustomer {
  readonly id: CustomerId;
  readonly serviceId: ServiceId;
  readonly username: string;
}

/** The books of a test file, on a database and a clock of its own. Times are local to UTC unless settings say else. */
export interface TestBooks {
  readonly db: Database;
  readonly databaseUrl: string;
  readonly clock: ManualClock;
  readonly deps: ServiceDeps;
  /** The context of the clock's moment. */
  ctx(settings?: Partial<Settings>): BillingContext;
  /** Runs a use case in a transaction of its own. */
  run<T>(
    work: (tx: Transaction, ctx: BillingContext) => Promise<T>,
    settings?: Partial<Settings>,
  ): Promise<T>;
  customer(more?: { currency?: string; isTaxExempt?: boolean }): Promise<TestCustomer>;
  /** An invoice of one base line, due 14 days after today; fails when nothing was issued. */
  invoice(
    customer: TestCustomer,
    amountMinor: bigint,
    more?: Partial<InvoiceDraft> & { settings?: Partial<Settings> },
  ): Promise<IssuedInvoice>;
  pay(customer: TestCustomer, amountMinor: bigint, more?: Partial<PaymentOrder>): Promise<Payment>;
  /** The columns of an invoice that money moves. */
  look(id: InvoiceId): Promise<Record<string, unknown>>;
  credit(customer: TestCustomer): Promise<bigint>;
  statusOf(customer: TestCustomer): Promise<string>;
  topics(): Promise<string[]>;
  /** What breaks an invariant of the books (billing-rules G2). */
  discrepancies(): ReturnType<typeof findDiscrepancies>;
  close(): Promise<void>;
}

/** A line with a charge key of its own. */
export function line(amountMinor: bigint, more: Partial<LineDraft> = {}): LineDraft {
  serial += 1;
  return {
    kind: 'base',
    description: 'Internet',
    amountMinor,
    discountMinor: 0n,
    chargeKey: `test:${serial}`,
    ...more,
  };
}

let serial = 0;

/** Opens the books; the clock stands at noon of the first of April 2025. */
export async function openTestBooks(): Promise<TestBooks> {
  const own = await createTestDatabase();
  const db = openLanePool({ url: own.url, lanes: 8, name: 'netflow-test-books' });
  const clock = manualClock('2025-04-01T12:00:00Z');
  const deps: ServiceDeps = { db, box: new SecretBox(Buffer.alloc(32, 7)), clock };
  for (const currency of ['KES', 'USD'])
    await addPlan(
      { db, checkAttribute: () => undefined },
      { code: `HOME-${currency}`, name: 'Home', price: 3_000n, currency, rateLimit: '5M/20M' },
    );
  const ctx = (settings: Partial<Settings> = {}): BillingContext =>
    billingContext({ settings: { ...defaultSettings(), ...settings }, now: clock.now(), actor: testActor });
  const run: TestBooks['run'] = (work, settings) => db.transaction((tx) => work(tx, ctx(settings)));
  return {
    db,
    databaseUrl: own.url,
    clock,
    deps,
    ctx,
    run,
    customer: (more = {}) => newCustomer(deps, more),
    invoice: async (customer, amountMinor, { settings, ...more } = {}) => {
      const issued = await run(
        (tx, at) => issueInvoice(tx, at, draftOf(at, customer, amountMinor, more)),
        settings,
      );
      if (issued === undefined) throw new Error('No invoice was issued.');
      return issued;
    },
    pay: async (customer, amountMinor, more = {}) => {
      const order = { customerId: customer.id, amountMinor, method: 'cash', provider: 'manual', ...more };
      return (await run((tx, at) => receivePayment(tx, at, order))).payment;
    },
    look: async (id) => {
      const [row] = await db.query(
        `select number, total, balance, amount_paid, amount_credited, amount_written_off,
           paid_at is not null as is_paid, voided_at is not null as is_void from invoices where id = $1::bigint`,
        [id],
      );
      return row ?? {};
    },
    credit: async (customer) => {
      const [row] = await db.query('select credit_balance from customers where id = $1::bigint', [
        customer.id,
      ]);
      return BigInt(String(row?.credit_balance));
    },
    statusOf: async (customer) => {
      const [row] = await db.query('select status, reason from isp_services where id = $1::bigint', [
        customer.serviceId,
      ]);
      return row?.reason === null ? String(row?.status) : `${row?.status}: ${row?.reason}`;
    },
    topics: async () =>
      (await db.query('select topic from outbox order by id')).map((row) => String(row.topic)),
    discrepancies: () => findDiscrepancies(db),
    close: async () => {
      await db.close();
      await own.drop();
    },
  };
}

function draftOf(
  ctx: BillingContext,
  customer: TestCustomer,
  amountMinor: bigint,
  more: Partial<InvoiceDraft>,
): InvoiceDraft {
  return {
    kind: 'cycle',
    customerId: customer.id,
    serviceId: customer.serviceId,
    currency: 'KES',
    issueOn: ctx.today,
    dueOn: ctx.today.add({ days: 14 }),
    lines: [line(amountMinor)],
    ...more,
  };
}

async function newCustomer(
  deps: ServiceDeps,
  { currency = 'KES', isTaxExempt = false }: { currency?: string; isTaxExempt?: boolean },
): Promise<TestCustomer> {
  serial += 1;
  const username = `user${serial}`;
  const { id, customerId } = await createService(deps, {
    username,
    password: 'pw',
    planCode: `HOME-${currency}`,
    actor: testActor,
  });
  if (isTaxExempt)
    await deps.db.query('update customers set tax_exempt = true where id = $1::bigint', [customerId]);
  return { id: customerId, serviceId: id, username };
}

/** A local date. */
export function day(text: string): Temporal.PlainDate {
  return Temporal.PlainDate.from(text);
}
