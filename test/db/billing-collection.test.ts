import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  holdReminders,
  reminderFailed,
  sendReminders,
} from '../../src/billing/collection/dunning.service.ts';
import { applyLateFees } from '../../src/billing/collection/late-fee.service.ts';
import { reactivatePaidServices, suspendUnpaid } from '../../src/billing/collection/suspension.service.ts';
import { issueCreditNote } from '../../src/billing/invoices/credit-note.service.ts';
import { voidInvoice } from '../../src/billing/invoices/void.service.ts';
import { writeOffInvoice } from '../../src/billing/invoices/write-off.service.ts';
import type { TaskReport } from '../../src/billing/task.ts';
import type { InvoiceId } from '../../src/kernel/ids.ts';
import { changeSettings } from '../../src/platform/settings/setting.service.ts';
import { resumeService, suspendService } from '../../src/subscribers/services/lifecycle.service.ts';
import { testActor } from '../support/actor.ts';
import { day, openTestBooks, type TestBooks, type TestCustomer } from '../support/billing.ts';
import { silentLogger } from '../support/silent-logger.ts';

let books: TestBooks;

beforeEach(async () => {
  books = await openTestBooks();
});
afterEach(async () => {
  expect(await books.discrepancies()).toEqual([]);
  await books.close();
});

type Task = typeof suspendUnpaid;
const run = (task: Task, isDryRun = false): Promise<TaskReport> =>
  task({ ...books.deps, logger: silentLogger }, { actor: testActor, isDryRun });
const counts = async (task: Task) => (await run(task)).counts;
const at = (date: string) => books.clock.set(`${date}T12:00:00Z`);
const choose = (values: Record<string, unknown>) =>
  books.run((tx) => changeSettings(tx, { values, actor: testActor }));

/** An invoice of 11600 issued on 1 April, due on the 15th. */
async function overdueInvoice(): Promise<{ customer: TestCustomer; id: InvoiceId }> {
  const customer = await books.customer();
  at('2025-04-01');
  const { id } = await books.invoice(customer, 10_000n, { dueOn: day('2025-04-15') });
  return { customer, id };
}

const feesOf = (id: InvoiceId) =>
  books.db.query(
    `select total, tax_total, due_date, service_id is not null as has_service from invoices
     where source_invoice_id = $1::bigint order by id`,
    [id],
  );
const logs = (id: InvoiceId) =>
  books.db.query('select level, status from isp_dunning_logs where invoice_id = $1::bigint order by level', [
    id,
  ]);

describe('late fees', () => {
  test('L1, L2: an overdue invoice brings a fee of 580, a new invoice due at once, without tax (V5)', async () => {
    const { id } = await overdueInvoice();
    at('2025-04-15');
    expect(await counts(applyLateFees)).toEqual({ charged: 0, failed: 0 });
    at('2025-05-01');
    expect(await counts(applyLateFees)).toEqual({ charged: 1, failed: 0 });
    expect(await feesOf(id)).toEqual([
      { total: '580', tax_total: '0', due_date: '2025-05-01', has_service: true },
    ]);
  });

  test('L2: the fee is at most what is still owed', async () => {
    const { customer, id } = await overdueInvoice();
    await books.pay(customer, 11_500n);
    at('2025-05-01');
    await run(applyLateFees);
    expect(await feesOf(id)).toMatchObject([{ total: '100' }]);
  });

  test('L3: once ever, and never on a late fee, whoever runs at once', async () => {
    const { id } = await overdueInvoice();
    at('2025-05-01');
    await Promise.all([run(applyLateFees), run(applyLateFees), run(applyLateFees)]);
    at('2025-06-01');
    expect(await counts(applyLateFees)).toEqual({ charged: 0, failed: 0 });
    expect(await feesOf(id)).toHaveLength(1);
  });

  test('L4: recurring ones once a calendar month, missed months are not made up', async () => {
    const { id } = await overdueInvoice();
    await choose({ late_fee_mode: 'recurring' });
    for (const date of ['2025-05-01', '2025-05-20', '2025-08-01']) {
      at(date);
      await run(applyLateFees);
    }
    expect(await feesOf(id)).toMatchObject([{ due_date: '2025-05-01' }, { due_date: '2025-08-01' }]);
  });

  test('L5: the grace must be over', async () => {
    const { id } = await overdueInvoice();
    await choose({ late_fee_grace_days: 5 });
    at('2025-04-20');
    expect(await counts(applyLateFees)).toMatchObject({ charged: 0 });
    at('2025-04-21');
    expect(await counts(applyLateFees)).toMatchObject({ charged: 1 });
    expect(await feesOf(id)).toHaveLength(1);
  });

  test('V5: with late_fee_taxable the fee carries tax', async () => {
    const { id } = await overdueInvoice();
    await choose({ late_fee_taxable: true });
    at('2025-05-01');
    await run(applyLateFees);
    expect(await feesOf(id)).toMatchObject([{ total: '673', tax_total: '93' }]);
  });

  test('W1: nothing on what is paid, void or written off', async () => {
    const paid = await overdueInvoice();
    await books.pay(paid.customer, 11_600n);
    const gone = await overdueInvoice();
    await books.run((tx, ctx) => voidInvoice(tx, ctx, { invoiceId: gone.id }));
    const lost = await overdueInvoice();
    await books.run((tx, ctx) => writeOffInvoice(tx, ctx, { invoiceId: lost.id }));
    at('2025-05-01');
    expect(await counts(applyLateFees)).toEqual({ charged: 0, failed: 0 });
  });

  test('a dry run says what would happen, with amounts, and does nothing', async () => {
    const { id } = await overdueInvoice();
    at('2025-05-01');
    const report = await run(applyLateFees, true);
    expect(report.counts).toEqual({ charged: 1, failed: 0 });
    expect(report.effects).toMatchObject([
      { outcome: 'charged', subject: { kind: 'invoice', id }, amountMinor: 580n, currency: 'KES' },
    ]);
    expect(await feesOf(id)).toEqual([]);
    expect(await books.db.query(`select next_value from number_series where series = 'INV'`)).toEqual([
      { next_value: '2' },
    ]);
  });
});

describe('reminders', () => {
  test('N1, N2: due 15 April, levels on 18 April, 25 April and 5 May, each once', async () => {
    const { id } = await overdueInvoice();
    for (const [date, sent] of [
      ['2025-04-17', 0],
      ['2025-04-18', 1],
      ['2025-04-18', 0],
      ['2025-04-25', 1],
      ['2025-05-05', 1],
      ['2025-06-05', 0],
    ] as const) {
      at(date);
      expect([date, await counts(sendReminders)]).toEqual([date, { sent, skipped: 0, failed: 0 }]);
    }
    expect(await logs(id)).toEqual([1, 2, 3].map((level) => ({ level, status: 'sent' })));
    expect((await books.topics()).filter((topic) => topic === 'reminder.sent')).toHaveLength(3);
  });

  test('N3: back on 6 May: 1 and 2 are skipped, 3 is sent, whoever runs at once', async () => {
    const { id } = await overdueInvoice();
    at('2025-05-06');
    await Promise.all([run(sendReminders), run(sendReminders)]);
    expect(await logs(id)).toEqual([
      { level: 1, status: 'skipped' },
      { level: 2, status: 'skipped' },
      { level: 3, status: 'sent' },
    ]);
    expect((await books.topics()).filter((topic) => topic === 'reminder.sent')).toHaveLength(1);
  });

  test('N4: settlement stops them, a partial payment does not', async () => {
    const { customer, id } = await overdueInvoice();
    at('2025-04-18');
    await run(sendReminders);
    await books.pay(customer, 1n);
    at('2025-04-25');
    expect(await counts(sendReminders)).toMatchObject({ sent: 1 });
    await books.pay(customer, 11_599n);
    at('2025-05-05');
    expect(await counts(sendReminders)).toMatchObject({ sent: 0 });
    expect(await logs(id)).toHaveLength(2);
  });

  test('N4: void and write-off stop them', async () => {
    const gone = await overdueInvoice();
    await books.run((tx, ctx) => voidInvoice(tx, ctx, { invoiceId: gone.id }));
    const lost = await overdueInvoice();
    await books.run((tx, ctx) => writeOffInvoice(tx, ctx, { invoiceId: lost.id }));
    at('2025-05-05');
    expect(await counts(sendReminders)).toEqual({ sent: 0, skipped: 0, failed: 0 });
  });

  test('N4: on hold they wait and go on when the hold ends', async () => {
    const { id } = await overdueInvoice();
    at('2025-04-16');
    await books.run((tx, ctx) => holdReminders(tx, ctx, { invoiceId: id, until: day('2025-04-30') }));
    at('2025-04-29');
    expect(await counts(sendReminders)).toMatchObject({ sent: 0 });
    at('2025-04-30');
    expect(await counts(sendReminders)).toMatchObject({ sent: 1, skipped: 1 });
    const past = books.run((tx, ctx) => holdReminders(tx, ctx, { invoiceId: id, until: day('2025-04-30') }));
    await expect(past).rejects.toMatchObject({ code: 'validation_failed' });
  });

  test('N5: a failed one is tried again in its row', async () => {
    const { id } = await overdueInvoice();
    at('2025-04-18');
    await run(sendReminders);
    const failure = { invoiceId: id, level: 1, error: 'The mailbox is full.' };
    expect(await reminderFailed(books.db, failure)).toBe(true);
    expect(await reminderFailed(books.db, failure)).toBe(false);
    expect(await counts(sendReminders)).toMatchObject({ sent: 1 });
    expect(await logs(id)).toEqual([{ level: 1, status: 'sent' }]);
  });

  test('N1: a courtesy notice before the due date is level 0; late fees are not reminded of', async () => {
    const { id } = await overdueInvoice();
    await choose({ dunning_courtesy_days: 2 });
    at('2025-04-12');
    expect(await counts(sendReminders)).toMatchObject({ sent: 0 });
    at('2025-04-13');
    expect(await counts(sendReminders)).toMatchObject({ sent: 1 });
    expect(await logs(id)).toEqual([{ level: 0, status: 'sent' }]);
    at('2025-05-01');
    await run(applyLateFees);
    at('2025-05-06');
    expect(await counts(sendReminders)).toEqual({ sent: 1, skipped: 2, failed: 0 });
  });
});

describe('suspension and reactivation', () => {
  test('S1: due 15 April: on 14 May nothing, on 15 May suspended; 11599 stays, 1 more is active at once (S3)', async () => {
    const { customer } = await overdueInvoice();
    at('2025-05-14');
    expect(await counts(suspendUnpaid)).toEqual({ suspended: 0, failed: 0 });
    at('2025-05-15');
    expect(await counts(suspendUnpaid)).toEqual({ suspended: 1, failed: 0 });
    expect(await books.statusOf(customer)).toBe('suspended: nonpayment');
    expect(await counts(suspendUnpaid)).toEqual({ suspended: 0, failed: 0 });
    await books.pay(customer, 11_599n);
    expect(await books.statusOf(customer)).toBe('suspended: nonpayment');
    await books.pay(customer, 1n);
    expect(await books.statusOf(customer)).toBe('active');
    expect((await books.topics()).filter((topic) => topic.startsWith('service.'))).toEqual([
      'service.created',
      'service.suspended',
      'service.resumed',
    ]);
  });

  test('S2: late fees, voids and write-offs never cause suspension, but a fee keeps one (S3)', async () => {
    const { customer, id } = await overdueInvoice();
    at('2025-05-01');
    await run(applyLateFees);
    at('2025-05-15');
    await run(suspendUnpaid);
    await books.pay(customer, 11_600n, { invoiceId: id });
    expect(await books.statusOf(customer)).toBe('suspended: nonpayment');
    await books.pay(customer, 580n);
    expect(await books.statusOf(customer)).toBe('active');
    at('2025-09-01');
    const fee = await overdueInvoice();
    at('2025-05-01');
    await run(applyLateFees);
    await books.run((tx, ctx) => writeOffInvoice(tx, ctx, { invoiceId: fee.id }));
    at('2025-09-01');
    expect(await counts(suspendUnpaid)).toEqual({ suspended: 0, failed: 0 });
  });

  test.each([
    ['a void', (id: InvoiceId) => books.run((tx, ctx) => voidInvoice(tx, ctx, { invoiceId: id }))],
    ['a write-off', (id: InvoiceId) => books.run((tx, ctx) => writeOffInvoice(tx, ctx, { invoiceId: id }))],
    [
      'a credit note',
      (id: InvoiceId) =>
        books.run((tx, ctx) =>
          issueCreditNote(tx, ctx, { invoiceId: id, grossMinor: 11_600n }, { isAutomatic: false }),
        ),
    ],
  ] as const)('S3: %s brings the service back at once', async (_, settle) => {
    const { customer, id } = await overdueInvoice();
    at('2025-05-15');
    await run(suspendUnpaid);
    await settle(id);
    expect(await books.statusOf(customer)).toBe('active');
  });

  test('S1, S3: only the service’s own invoices count', async () => {
    const { customer } = await overdueInvoice();
    const other = await books.customer();
    await books.db.query('update isp_services set customer_id = $1::bigint where id = $2::bigint', [
      customer.id,
      other.serviceId,
    ]);
    at('2025-05-15');
    expect(await counts(suspendUnpaid)).toMatchObject({ suspended: 1 });
    expect(await books.statusOf(other)).toBe('active');
  });

  test('S5: an administrator’s hold and nonpayment stand beside each other', async () => {
    const { customer } = await overdueInvoice();
    await suspendService(books.deps, { username: customer.username, actor: testActor });
    at('2025-05-15');
    expect(await counts(suspendUnpaid)).toMatchObject({ suspended: 1 });
    expect(await books.statusOf(customer)).toBe('suspended: admin');
    await resumeService(books.deps, { username: customer.username, actor: testActor });
    expect(await books.statusOf(customer)).toBe('suspended: nonpayment');
    await books.pay(customer, 11_600n);
    expect(await books.statusOf(customer)).toBe('active');
  });

  test('S3: reactivate-paid lifts what is left, and nothing else', async () => {
    const { customer } = await overdueInvoice();
    const { customer: owing } = await overdueInvoice();
    at('2025-05-15');
    await run(suspendUnpaid);
    // As if the payment had come while the check was broken.
    await books.pay(customer, 11_600n);
    await suspendService(books.deps, { username: customer.username, cause: 'nonpayment', actor: testActor });
    const dry = await run(reactivatePaidServices, true);
    expect(dry.effects).toMatchObject([{ outcome: 'reactivated', label: customer.username }]);
    expect(await books.statusOf(customer)).toBe('suspended: nonpayment');
    expect(await counts(reactivatePaidServices)).toEqual({ reactivated: 1, failed: 0 });
    expect(await books.statusOf(customer)).toBe('active');
    expect(await books.statusOf(owing)).toBe('suspended: nonpayment');
  });

  test('a dry run of suspend-unpaid names services and amounts and suspends nobody', async () => {
    const { customer } = await overdueInvoice();
    at('2025-05-15');
    const report = await run(suspendUnpaid, true);
    expect(report.effects).toMatchObject([
      { outcome: 'suspended', label: customer.username, amountMinor: 11_600n, currency: 'KES' },
    ]);
    expect(await books.statusOf(customer)).toBe('active');
  });
});

test('a failing item is reported and does not stop the others (R6)', async () => {
  const first = await overdueInvoice();
  const second = await overdueInvoice();
  at('2025-05-01');
  await books.db.query(
    `create function fail_one() returns trigger language plpgsql as $$ begin
       if new.source_invoice_id = ${first.id} then raise exception 'disk full'; end if; return new; end $$`,
  );
  await books.db.query(
    'create trigger fail_one before insert on invoices for each row execute function fail_one()',
  );
  const report = await run(applyLateFees);
  expect(report.counts).toEqual({ charged: 1, failed: 1 });
  expect(report.failures).toMatchObject([
    {
      subject: { kind: 'invoice', id: first.id },
      code: 'internal',
      message: expect.stringContaining('the log'),
    },
  ]);
  expect(await feesOf(second.id)).toHaveLength(1);
});
