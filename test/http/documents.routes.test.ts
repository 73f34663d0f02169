import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { day, line } from '../support/billing.ts';
import { pagesOf } from '../support/pdf-text.ts';
import type { Answer, Caller } from './api.ts';
import { type BillingSite, openBillingSite } from './billing.fixture.ts';

const billing = '/api/isp/billing';
let site: BillingSite;

beforeAll(async () => {
  site = await openBillingSite();
  const settings = {
    company_name: 'Savanna Net',
    company_tax_number: 'P051234567X',
    payment_instructions: 'Pay bill 123456, account {number}',
    payment_link: 'https://pay.example/{number}?amount={amount}',
  };
  expect((await site.api.call('PATCH', '/api/isp/settings', { body: settings })).status).toBe(200);
});
afterEach(async () => {
  site.api.clock.set('2025-04-01T12:00:00Z');
  expect(await site.discrepancies()).toEqual([]);
});
afterAll(() => site.api.close());

const call = (method: string, path: string, body?: unknown, as: Caller = 'admin') =>
  site.api.call(method, path, body === undefined ? { as } : { body, as });

/** The words of a document that was answered. */
async function words(path: string, as: Caller = 'admin'): Promise<string> {
  const answer = await call('GET', path, undefined, as);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/pdf');
  return (await pagesOf(answer.octets)).join('\n').replace(/\u00a0/g, ' ');
}

async function numberOf(id: number): Promise<string> {
  return (await call('GET', `${billing}/invoices/${id}`)).body.number;
}

describe('an invoice as PDF', () => {
  it('says who owes what to whom, with its lines, tax, payments and how to pay', async () => {
    const id = await site.invoice('2025-04-15', [
      line(300_000n, {
        description: 'Home 20M',
        discountMinor: 30_000n,
        period: { startOn: day('2025-04-01'), endOn: day('2025-05-01') },
      }),
    ]);
    const pay = { customer_id: site.amina, amount: 100_000, method: 'mobile_money', provider: 'mpesa' };
    await call('POST', `${billing}/payments`, { ...pay, external_ref: 'SBX71K2JQ9', invoice_id: id });
    const text = await words(`${billing}/invoices/${id}/pdf`);
    const number = await numberOf(id);
    for (const said of [
      number,
      'Savanna Net',
      'Tax number P051234567X',
      'Amina Odhiambo',
      'Home 20M',
      '1 Apr 2025 – 30 Apr 2025',
      '3,000.00 −300.00 2,700.00',
      'VAT 16 % 432.00',
      'Total 3,132.00',
      'Paid −1,000.00',
      'Balance KES 2,132.00',
      'PART PAID',
      'Please pay by 15 Apr 2025',
      'Payment, mobile money SBX71K2JQ9 1,000.00',
      `Pay bill 123456, account ${number}`,
      `https://pay.example/${number}?amount=2132.00`,
    ])
      expect(text).toContain(said);
  });

  it.each<[status: string, said: string, make: (id: number) => Promise<unknown>]>([
    ['open', 'Please pay by 15 Apr 2025', async () => undefined],
    [
      'paid',
      'PAID',
      (id) =>
        call('POST', `${billing}/payments`, {
          customer_id: site.amina,
          amount: 11_600,
          method: 'cash',
          provider: 'till',
          external_ref: `paid-${id}`,
          invoice_id: id,
        }),
    ],
    ['overdue', 'Was due on 15 Apr 2025, 5 days ago', async () => site.api.clock.set('2025-04-20T12:00:00Z')],
    [
      'void',
      'Nothing is to be paid: void since 1 Apr 2025',
      (id) => call('POST', `${billing}/invoices/${id}/void`, {}),
    ],
    ['written_off', 'WRITTEN OFF', (id) => call('POST', `${billing}/invoices/${id}/write-off`, {})],
  ])('that is %s says so', async (status, said, make) => {
    const id = await site.invoice('2025-04-15');
    await make(id);
    expect((await call('GET', `${billing}/invoices/${id}`)).body.status).toBe(status);
    const text = await words(`${billing}/invoices/${id}/pdf`);
    expect(text).toContain(said);
    const isOwed = status === 'open' || status === 'overdue';
    expect(text.includes('How to pay')).toBe(isOwed);
  });

  it('is the same octets while nothing changes, under the name of its number', async () => {
    const id = await site.invoice('2025-04-15');
    const once = await call('GET', `${billing}/invoices/${id}/pdf`);
    const again = await call('GET', `${billing}/invoices/${id}/pdf`);
    expect(again.octets.equals(once.octets)).toBe(true);
    const disposition = once.headers.get('content-disposition');
    expect(disposition).toBe(`inline; filename="${await numberOf(id)}.pdf"`);
  });

  it('is written in the language of the customer as far as figures go', async () => {
    const id = await site.invoice('2025-04-15');
    await call('PATCH', `/api/isp/customers/${site.amina}`, { locale: 'de-KE', company: 'Ольга & Łódź Ltd' });
    const text = await words(`${billing}/invoices/${id}/pdf`);
    expect(text).toContain('116,00');
    expect(text).toContain('Ольга & Łódź Ltd');
    await call('PATCH', `/api/isp/customers/${site.amina}`, { locale: null, company: null });
  });
});

describe('a credit note as PDF', () => {
  it('says what it is for and where the money went', async () => {
    const id = await site.invoice('2025-04-15');
    const note = await call('POST', `${billing}/invoices/${id}/credit-notes`, {
      amount: 1_160,
      reason: 'Line down',
    });
    const path = `${billing}/credit-notes/${note.body.id}/pdf`;
    const text = await words(path);
    for (const said of [
      note.body.number,
      `Credit on invoice ${await numberOf(id)}`,
      'Line down',
      'VAT 16 % 1.60',
    ])
      expect(text).toContain(said);
    expect(text).toContain(`KES 11.60 taken off invoice ${await numberOf(id)}`);
    const name = (await call('GET', path)).headers.get('content-disposition');
    expect(name).toBe(`inline; filename="${note.body.number}.pdf"`);
  });
});

describe('a statement as PDF', () => {
  it('G4: closes with what is owed less the credit', async () => {
    const path = `${billing}/customers/${site.amina}/statement`;
    const { body } = await call('GET', path);
    const text = await words(`${path}/pdf`);
    expect(text).toContain('Statement of account');
    expect(text).toContain(
      `Closing balance KES ${(body.closing_balance / 100).toLocaleString('en-GB', { minimumFractionDigits: 2 })}`,
    );
    for (const entry of body.entries) expect(text).toContain(entry.document);
  });

  it.each([
    ['no such customer', '999999/statement/pdf', 404, 'not_found'],
    ['a range without a day', '1/statement/pdf?from=2025-04-01&to=2025-04-01', 422, 'validation_failed'],
    ['a date that is none', '1/statement/pdf?from=yesterday', 422, 'validation_failed'],
  ])('refuses %s', async (_, path, status, code) => {
    const answer = await call('GET', `${billing}/customers/${path}`);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });
});

describe('who may have a document', () => {
  let invoice: number;
  let note: number;
  beforeAll(async () => {
    invoice = await site.invoice('2025-04-15');
    note = (await call('POST', `${billing}/invoices/${invoice}/credit-notes`, { amount: 580 })).body.id;
  });
  const outcome = ({ status, body }: Answer): string => (status === 200 ? 'document' : body.error.code);

  it.each<[who: string, as: () => Caller, staff: string[], own: string[]]>([
    [
      'an administrator',
      () => 'admin',
      ['document', 'document', 'document'],
      ['forbidden', 'forbidden', 'forbidden'],
    ],
    ['a user', () => 'user', ['document', 'document', 'document'], ['forbidden', 'forbidden', 'forbidden']],
    [
      'the customer',
      () => ({ customerId: String(site.amina) }),
      ['forbidden', 'forbidden', 'forbidden'],
      ['document', 'document', 'document'],
    ],
    [
      'another customer',
      () => ({ customerId: String(site.brian) }),
      ['forbidden', 'forbidden', 'forbidden'],
      ['not_found', 'not_found', 'document'],
    ],
    [
      'nobody',
      () => 'nobody',
      ['not_signed_in', 'not_signed_in', 'not_signed_in'],
      ['not_signed_in', 'not_signed_in', 'not_signed_in'],
    ],
  ])('%s', async (_, as, staff, own) => {
    const asked = async (paths: string[]) =>
      Promise.all(paths.map(async (path) => outcome(await call('GET', path, undefined, as()))));
    expect(
      await asked([
        `${billing}/invoices/${invoice}/pdf`,
        `${billing}/credit-notes/${note}/pdf`,
        `${billing}/customers/${site.amina}/statement/pdf`,
      ]),
    ).toEqual(staff);
    expect(
      await asked([
        `/api/customer/invoices/${invoice}/pdf`,
        `/api/customer/credit-notes/${note}/pdf`,
        '/api/customer/statement/pdf',
      ]),
    ).toEqual(own);
  });

  it('a customer lists and reads their own, and of others not even the existence', async () => {
    const amina = { customerId: String(site.amina) };
    const brian = { customerId: String(site.brian) };
    const ids = async (path: string, as: Caller) =>
      (await call('GET', path, undefined, as)).body.items.map((one: { id: number }) => one.id);
    expect(await ids('/api/customer/invoices', amina)).toContain(invoice);
    expect(await ids('/api/customer/credit-notes', amina)).toContain(note);
    expect(await ids('/api/customer/invoices', brian)).toEqual([]);
    expect(await ids('/api/customer/credit-notes', brian)).toEqual([]);
    expect((await call('GET', `/api/customer/invoices/${invoice}`, undefined, amina)).body.id).toBe(invoice);
    expect((await call('GET', `/api/customer/invoices/${invoice}`, undefined, brian)).status).toBe(404);
    expect((await call('GET', `/api/customer/credit-notes/${note}`, undefined, brian)).status).toBe(404);
    expect((await call('GET', '/api/customer/statement', undefined, amina)).body.customer_id).toBe(
      site.amina,
    );
    expect((await call('GET', '/api/customer/statement', undefined, brian)).body.entries).toEqual([]);
    expect(await words('/api/customer/statement/pdf', brian)).not.toContain('Amina');
  });
});

describe('vouchers to be cut', () => {
  const make = async (more: object = {}) => {
    const order = {
      name: 'April',
      count: 3,
      type: 'credit',
      value: 50_000,
      expires_at: '2025-12-31T21:00:00Z',
    };
    return (await call('POST', '/api/isp/vouchers/batches', { ...order, ...more })).body;
  };

  it('have the codes that were not used yet, their worth and their end', async () => {
    const batch = await make();
    const [used, ...left]: string[] = batch.items.map((one: { code: string }) => one.code);
    await call('POST', '/api/isp/vouchers/redeem', { code: used, customer_id: site.brian });
    const text = await words(`/api/isp/vouchers/batches/${batch.id}/pdf`);
    expect(text).not.toContain(used);
    for (const code of left) expect(text).toContain(code);
    for (const said of ['Savanna Net', 'KES 500.00', 'Use once, before 31 Dec 2025'])
      expect(text).toContain(said);
  });

  it('name the package they are for', async () => {
    const batch = await make({ type: 'package', value: undefined, package_id: site.prepaid });
    expect(await words(`/api/isp/vouchers/batches/${batch.id}/pdf`)).toContain('prepaid');
  });

  it('are for administrators, and only of a batch there is', async () => {
    const batch = await make();
    const path = `/api/isp/vouchers/batches/${batch.id}/pdf`;
    expect((await call('GET', path, undefined, 'user')).status).toBe(403);
    const missing = await call('GET', '/api/isp/vouchers/batches/999999/pdf');
    expect([missing.status, missing.body.error.code]).toEqual([404, 'not_found']);
  });
});
