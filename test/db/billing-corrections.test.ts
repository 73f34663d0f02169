import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { issueCreditNote } from '../../src/billing/invoices/credit-note.service.ts';
import { voidInvoice } from '../../src/billing/invoices/void.service.ts';
import { reverseWriteOff, writeOffInvoice } from '../../src/billing/invoices/write-off.service.ts';
import { ledgerBalances } from '../../src/billing/ledger/balance.service.ts';
import type { InvoiceId } from '../../src/kernel/ids.ts';
import { day, line, openTestBooks, type TestBooks } from '../support/billing.ts';

let books: TestBooks;

beforeAll(async () => {
  books = await openTestBooks();
});
afterEach(async () => {
  expect(await books.discrepancies()).toEqual([]);
});
afterAll(() => books.close());

const creditGross = (invoiceId: InvoiceId, grossMinor: bigint) =>
  books.run((tx, ctx) => issueCreditNote(tx, ctx, { invoiceId, grossMinor }, { isAutomatic: false }));
const makeVoid = (invoiceId: InvoiceId) => books.run((tx, ctx) => voidInvoice(tx, ctx, { invoiceId }));
const writeOff = (invoiceId: InvoiceId) => books.run((tx, ctx) => writeOffInvoice(tx, ctx, { invoiceId }));
const takeBack = (invoiceId: InvoiceId) => books.run((tx, ctx) => reverseWriteOff(tx, ctx, { invoiceId }));

describe('credit notes', () => {
  test('lower the balance first, the rest becomes credit (K1)', async () => {
    const customer = await books.customer();
    const { id } = await books.invoice(customer, 10_000n);
    await books.pay(customer, 11_000n);
    expect(await creditGross(id, 1_160n)).toMatchObject({
      subtotalMinor: 1_000n,
      taxMinor: 160n,
      appliedMinor: 600n,
      toCreditMinor: 560n,
    });
    expect(await books.look(id)).toMatchObject({ balance: '0', amount_credited: '600', is_paid: true });
    expect(await books.credit(customer)).toBe(560n);
  });

  test('the example of the ledger: 11600 invoiced, 12000 paid, credit note 1160 (G1)', async () => {
    const customer = await books.customer();
    const { id } = await books.invoice(customer, 10_000n);
    await books.pay(customer, 12_000n);
    await creditGross(id, 1_160n);
    const balances = await ledgerBalances(books.db, { customerId: customer.id });
    expect(Object.fromEntries(balances.map((one) => [one.account, one.balanceMinor]))).toEqual({
      ar: 0n,
      cash: 12_000n,
      wallet: -1_560n,
      revenue: -9_000n,
      tax_payable: -1_440n,
    });
  });

  test('of a change give lines back, and the rest pays the oldest open invoice (P4)', async () => {
    const customer = await books.customer();
    const { id } = await books.invoice(customer, 6_000n);
    await books.pay(customer, 6_960n);
    const open = await books.invoice(customer, 10_000n, { dueOn: day('2025-06-15') });
    const note = await books.run((tx, ctx) =>
      issueCreditNote(
        tx,
        ctx,
        {
          invoiceId: id,
          lines: [line(3_000n, { kind: 'proration_credit' }), line(-1_500n, { kind: 'proration_charge' })],
        },
        { isAutomatic: true },
      ),
    );
    expect(note).toMatchObject({ totalMinor: 1_740n, appliedMinor: 0n, toCreditMinor: 1_740n });
    expect(await books.look(open.id)).toMatchObject({ amount_paid: '1740', balance: '9860' });
    expect(await books.credit(customer)).toBe(0n);
  });

  test('by hand add up to the invoice at most (K2); automatic ones may exceed it (P4)', async () => {
    const customer = await books.customer();
    const { id } = await books.invoice(customer, 10_000n);
    await creditGross(id, 11_000n);
    await expect(creditGross(id, 601n)).rejects.toMatchObject({
      kind: 'invalid',
      code: 'credit_exceeds_invoice',
    });
    await creditGross(id, 600n);
    await expect(creditGross(id, 1n)).rejects.toMatchObject({ code: 'credit_exceeds_invoice' });
    const lines = [line(500n, { kind: 'proration_credit' })];
    const note = await books.run((tx, ctx) =>
      issueCreditNote(tx, ctx, { invoiceId: id, lines }, { isAutomatic: true }),
    );
    expect(note?.toCreditMinor).toBe(580n);
  });

  test.each([0n, -5n])('of %s are refused', async (amountMinor) => {
    const customer = await books.customer();
    const { id } = await books.invoice(customer, 10_000n);
    await expect(creditGross(id, amountMinor)).rejects.toMatchObject({ code: 'validation_failed' });
  });

  test('are not given on what is void or written off, nor on nothing (K2)', async () => {
    const customer = await books.customer();
    const gone = await books.invoice(customer, 10_000n);
    await makeVoid(gone.id);
    const lost = await books.invoice(customer, 10_000n);
    await writeOff(lost.id);
    for (const { id } of [gone, lost])
      await expect(creditGross(id, 1n)).rejects.toMatchObject({ code: 'invoice_not_creditable' });
    await expect(creditGross('999999' as InvoiceId, 1n)).rejects.toMatchObject({ code: 'invoice_not_found' });
  });

  test('of a change are not given where nothing is left to give back (K2, P4)', async () => {
    const { id } = await books.invoice(await books.customer(), 10_000n);
    await writeOff(id);
    const lines = [line(500n, { kind: 'proration_credit' })];
    const note = await books.run((tx, ctx) =>
      issueCreditNote(tx, ctx, { invoiceId: id, lines }, { isAutomatic: true }),
    );
    expect(note).toBeUndefined();
  });

  test('two at once never exceed the invoice (K2)', async () => {
    const customer = await books.customer();
    const { id } = await books.invoice(customer, 10_000n);
    const both = await Promise.allSettled([creditGross(id, 6_000n), creditGross(id, 6_000n)]);
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('voids (I8)', () => {
  test('reverse the ledger, keep the number and free the charge (R5, I3)', async () => {
    const customer = await books.customer();
    const charge = line(10_000n);
    const { id } = await books.invoice(customer, 0n, { lines: [charge] });
    await makeVoid(id);
    expect(await books.look(id)).toMatchObject({ balance: '0', is_void: true, is_paid: false });
    const balances = await ledgerBalances(books.db, { customerId: customer.id });
    expect(balances.every((one) => one.balanceMinor === 0n)).toBe(true);
    const again = await books.invoice(customer, 0n, { lines: [charge] });
    expect(again.totalMinor).toBe(11_600n);
    expect((await books.topics()).slice(-2)).toEqual(['invoice.voided', 'invoice.issued']);
  });

  test('are refused once something was paid, credited or written off, and a second time (I8)', async () => {
    const customer = await books.customer();
    const paid = await books.invoice(customer, 10_000n);
    await books.pay(customer, 1n);
    const credited = await books.invoice(customer, 10_000n, { dueOn: day('2025-06-15') });
    await creditGross(credited.id, 1n);
    const lost = await books.invoice(customer, 10_000n, { dueOn: day('2025-07-15') });
    await writeOff(lost.id);
    const gone = await books.invoice(await books.customer(), 10_000n);
    await makeVoid(gone.id);
    for (const { id } of [paid, credited, lost, gone])
      await expect(makeVoid(id)).rejects.toMatchObject({ kind: 'conflict', code: 'invoice_not_voidable' });
  });
});

describe('write-offs (W1)', () => {
  test('take the whole balance to bad debt, and a later payment does not touch it', async () => {
    const customer = await books.customer();
    const { id } = await books.invoice(customer, 10_000n);
    await books.pay(customer, 1_600n);
    expect(await writeOff(id)).toBe(10_000n);
    await books.pay(customer, 4_000n);
    expect(await books.look(id)).toMatchObject({
      balance: '0',
      amount_paid: '1600',
      amount_written_off: '10000',
      is_paid: false,
    });
    expect(await books.credit(customer)).toBe(4_000n);
    const balances = await ledgerBalances(books.db, { customerId: customer.id });
    expect(balances).toContainEqual({ account: 'bad_debt', currency: 'KES', balanceMinor: 10_000n });
  });

  test('taken back, the invoice is owed again and credit pays it (A5)', async () => {
    const customer = await books.customer();
    const { id } = await books.invoice(customer, 10_000n);
    await writeOff(id);
    await books.pay(customer, 4_000n);
    expect(await takeBack(id)).toBe(11_600n);
    expect(await books.look(id)).toMatchObject({
      balance: '7600',
      amount_paid: '4000',
      amount_written_off: '0',
    });
    await expect(takeBack(id)).rejects.toMatchObject({ kind: 'conflict', code: 'not_written_off' });
    expect(await writeOff(id)).toBe(7_600n);
  });

  test('of nothing owed are refused', async () => {
    const customer = await books.customer();
    const { id } = await books.invoice(customer, 10_000n);
    await writeOff(id);
    await expect(writeOff(id)).rejects.toMatchObject({ kind: 'conflict', code: 'nothing_to_write_off' });
    const gone = await books.invoice(await books.customer(), 10_000n);
    await makeVoid(gone.id);
    await expect(writeOff(gone.id)).rejects.toMatchObject({ code: 'nothing_to_write_off' });
  });
});
