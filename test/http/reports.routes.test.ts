import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DENIED } from './hostile.ts';
import { openServiceSite, type ServiceSite } from './services.fixture.ts';

const reports = '/api/isp/reports';
const PATHS = ['mrr', 'revenue', 'overdue', 'arpu', 'churn', 'dunning', 'peak-hours'];
let site: ServiceSite;

beforeAll(async () => {
  site = await openServiceSite();
});
afterAll(() => site.api.close());

const at = (instant: string) => site.api.clock.set(instant.length > 10 ? instant : `${instant}T06:00:00Z`);
const made = async (path: string, body: object): Promise<{ id: number } & Record<string, unknown>> => {
  const answer = await site.api.call('POST', path, { body });
  expect([path, answer.status < 300, answer.body]).toEqual([path, true, answer.body]);
  return answer.body;
};
const get = async (path: string) => {
  const answer = await site.api.call('GET', `${reports}/${path}`);
  expect([path, answer.status, answer.body]).toEqual([path, 200, answer.body]);
  return answer.body;
};
let serial = 0;
const customer = async (currency: string) => {
  serial += 1;
  return (await made('/api/isp/customers', { name: `Customer ${serial}`, currency })).id;
};
const plan = async (price: number, currency: string, more: object = {}) => {
  serial += 1;
  const body = { code: `P${serial}`, name: `P${serial}`, price, currency, rate_limit: '5M/20M', ...more };
  return (await made('/api/isp/packages', body)).id;
};
const service = async (customerId: number, packageId: number, more: object = {}) =>
  (await made('/api/isp/services', { customer_id: customerId, package_id: packageId, ...more })).id;
const pay = (customerId: number, amount: number, more: object = {}) =>
  made('/api/isp/billing/payments', { customer_id: customerId, amount, method: 'cash', ...more });
const run = (task: string) => made(`/api/isp/billing/run/${task}`, {});

describe('Z1 monthly recurring revenue', () => {
  it('is the example of the rule, without what does not count', async () => {
    at('2025-04-01');
    const currency = 'EUR';
    const who = await customer(currency);
    const promotion = { type: 'percent', duration: 'forever' };
    await made('/api/isp/promotions', { ...promotion, code: 'P10', value: '10' });
    await made('/api/isp/promotions', { ...promotion, code: 'ONCE', value: '50', duration: 'once' });
    const home = await plan(3_000, currency, { setup_fee: 900 });
    await service(who, home, { promotion_codes: ['P10'] });
    await service(who, await plan(700, currency, { cycle: 'weekly' }));
    await service(who, await plan(100, currency, { cycle: 'daily' }));
    await service(who, await plan(9_000, currency, { cycle_count: 3 }));
    const last = await service(who, home, { promotion_codes: ['ONCE'] });
    const whole = { currency, mrr: 14_775, services: 5 };
    expect(await get(`mrr?currency=${currency}`)).toMatchObject(whole);
    // Trials, pending and suspended services and prepaid ones that do not renew themselves do not count.
    const trial = await service(who, await plan(8_000, currency, { trial_days: 14 }));
    await service(who, home, { activate: false });
    await pay(who, 50_000);
    const prepaid = await plan(1_200, currency, { model: 'prepaid', validity: { unit: 'days', count: 10 } });
    await service(who, prepaid);
    expect(await get(`mrr?currency=${currency}`)).toMatchObject(whole);
    await site.api.call('POST', `/api/isp/mikrotik/services/${last}/suspend`);
    expect(await get(`mrr?currency=${currency}`)).toMatchObject({ mrr: 11_775, services: 4 });
    // 1200 for 10 days are 3650 a month.
    await service(who, prepaid, { auto_renew: true });
    expect(await get(`mrr?currency=${currency}`)).toMatchObject({ mrr: 15_425, services: 5 });
    at('2025-04-15');
    await run('generate-invoices');
    expect((await site.api.call('GET', `/api/isp/services/${trial}`)).body.status).toBe('active');
    expect(await get(`mrr?currency=${currency}`)).toMatchObject({ mrr: 23_425 });
  });
});

describe('what was invoiced and what came in', () => {
  it('Z2, Z4, Z7: revenue, overdue rate and ARPU of a month', async () => {
    at('2025-06-01');
    const currency = 'GBP';
    const home = await plan(3_000, currency);
    const [anne, ben] = [await customer(currency), await customer(currency)];
    await service(anne, home);
    await service(ben, home);
    await service(ben, home);
    at('2025-06-10');
    await pay(anne, 3_480, { method: 'mpesa', provider: 'mpesa', external_ref: 'X1' });
    const june = `currency=${currency}&from=2025-06-01&to=2025-07-01`;
    expect(await get(`revenue?${june}`)).toMatchObject({
      currency,
      invoiced_net: 9_000,
      tax: 1_440,
      collected: 3_480,
      refunded: 0,
      recognised: 9_000,
      monthly_revenue: 3_480,
      methods: [{ method: 'mpesa', collected: 3_480 }],
    });
    expect(await get(`revenue?currency=${currency}&from=2025-06-01&to=2025-06-11`)).toMatchObject({
      recognised: 3_000,
    });
    const issued = { issued: 3, issued_amount: 10_440 };
    at('2025-06-15');
    expect(await get(`overdue?${june}`)).toMatchObject({
      ...issued,
      overdue: 0,
      overdue_amount: 0,
      overdue_rate_bp: 0,
    });
    at('2025-06-16');
    await pay(ben, 480);
    expect(await get(`overdue?${june}`)).toMatchObject({
      ...issued,
      overdue: 2,
      overdue_amount: 6_480,
      overdue_rate_bp: 6_667,
      overdue_amount_rate_bp: 6_207,
    });
    expect(await get(`arpu?${june}`)).toMatchObject({
      currency,
      customers: 2,
      invoiced_net: 9_000,
      arpu: 4_500,
    });
    expect(await get(`arpu?currency=${currency}&from=2025-05-01&to=2025-06-01`)).toMatchObject({
      customers: 0,
      arpu: 0,
    });
    await pay(ben, 6_480);
  });

  it('Z5: a reminder works when its invoice is paid within 14 days and before the next one', async () => {
    at('2026-01-01');
    const currency = 'KES';
    const home = await plan(1_000, currency, { cycle: 'monthly', cycle_count: 12 });
    const people = [];
    for (let index = 0; index < 4; index++) people.push(await customer(currency));
    for (const who of people) await service(who, home);
    const [early, second, late] = people as [number, number, number];
    // Due on the 15th: levels on the 18th, the 25th and the 4th of February.
    at('2026-01-18');
    await run('send-reminders');
    at('2026-01-20');
    await pay(early, 1_160);
    at('2026-01-25');
    await run('send-reminders');
    at('2026-01-26');
    await pay(second, 1_160);
    at('2026-02-04');
    await run('send-reminders');
    at('2026-02-18T23:00:00Z');
    await pay(late, 1_160);
    at('2026-02-20');
    await pay(people[3] ?? 0, 1_160);
    expect(await get('dunning?from=2026-01-01&to=2026-03-01')).toEqual({
      sent: 9,
      successful: 3,
      success_rate_bp: 3_333,
      levels: [
        { level: 1, sent: 4, successful: 1, success_rate_bp: 2_500 },
        { level: 2, sent: 3, successful: 1, success_rate_bp: 3_333 },
        { level: 3, sent: 2, successful: 1, success_rate_bp: 5_000 },
      ],
    });
    expect(await get('dunning?from=2026-01-18&to=2026-01-19')).toMatchObject({ sent: 4, successful: 1 });
    expect(await get('dunning?from=2030-01-01')).toMatchObject({ sent: 0, success_rate_bp: 0, levels: [] });
  });
});

describe('Z3 churn', () => {
  it('counts customers without a live service at the end, and the revenue that went with them', async () => {
    at('2027-01-01');
    const currency = 'CHF';
    const home = await plan(3_000, currency);
    const people = [];
    for (let index = 0; index < 4; index++) people.push(await customer(currency));
    const [goes, keepsOne, suspended, comesBack] = people as [number, number, number, number];
    const leaving = [
      await service(goes, home),
      await service(keepsOne, home),
      await service(comesBack, home),
    ];
    await service(keepsOne, home);
    const line = await service(suspended, home);
    at('2027-02-10');
    for (const id of leaving) await made(`/api/isp/services/${id}/cancel`, { when: 'now' });
    await site.api.call('POST', `/api/isp/mikrotik/services/${line}/suspend`);
    at('2027-02-20');
    await service(comesBack, home);
    await service(await customer(currency), home);
    at('2027-03-05');
    const february = await get(`churn?currency=${currency}&from=2027-02-01&to=2027-03-01`);
    expect(february).toMatchObject({
      customers_at_start: 4,
      customers_lost: 1,
      churn_rate_bp: 2_500,
      mrr_at_start: 15_000,
      mrr_lost: 3_000,
      mrr_churn_rate_bp: 2_000,
    });
    expect(await get(`churn?currency=${currency}&from=2027-01-01&to=2027-02-01`)).toMatchObject({
      customers_at_start: 0,
      churn_rate_bp: 0,
    });
  });

  it('loses a prepaid customer 30 days after the validity, and only then', async () => {
    at('2028-01-01');
    const currency = 'SEK';
    const week = await plan(700, currency, { model: 'prepaid', validity: { unit: 'weeks', count: 1 } });
    const [stays, leaves] = [await customer(currency), await customer(currency)];
    for (const who of [stays, leaves]) {
      await pay(who, 812);
      await service(who, week);
    }
    at('2028-01-08');
    await run('expire-prepaid');
    at('2028-02-06');
    const lost = async (from: string, to: string) => {
      const report = await get(`churn?currency=${currency}&from=${from}&to=${to}`);
      return [report.customers_at_start, report.customers_lost];
    };
    expect(await lost('2028-01-02', '2028-02-06')).toEqual([2, 0]);
    const [mine] = (await site.api.call('GET', `/api/isp/services?customer_id=${stays}`)).body.items;
    await pay(stays, 812);
    await made(`/api/isp/services/${mine.id}/renew`, {});
    at('2028-02-10');
    expect(await lost('2028-01-02', '2028-02-08')).toEqual([2, 1]);
    // Who is lost is lost once.
    at('2028-04-01');
    expect(await lost('2028-02-08', '2028-03-01')).toEqual([1, 0]);
    expect(await lost('2028-03-01', '2028-04-01')).toEqual([1, 1]);
  });
});

describe('Z6 peak hours', () => {
  it('are local hours; a tie goes to the earlier one', async () => {
    at('2029-05-01T00:00:00Z');
    const id = await service(await customer('KES'), await plan(0, 'KES'));
    const tell = (instant: string, bytes: number) => {
      at(instant);
      return made('/api/isp/monitoring/usage', { service_id: id, download_bytes: bytes, at: instant });
    };
    await tell('2029-05-02T20:30:00Z', 600);
    await tell('2029-05-03T08:10:00Z', 1_000);
    await tell('2029-05-03T20:10:00Z', 400);
    const report = await get('peak-hours?from=2029-05-01&to=2029-06-01');
    expect(report).toMatchObject({ peak_hour: 8, peak_bytes: 1_000, total_bytes: 2_000 });
    expect(report.hours).toHaveLength(24);
    expect(report.hours[20]).toEqual({ hour: 20, bytes: 1_000 });
    expect(await get(`peak-hours?from=2029-05-02&to=2029-05-03&service_id=${id}`)).toMatchObject({
      peak_hour: 20,
      peak_bytes: 600,
    });
    expect(await get('peak-hours?from=2040-01-01')).toMatchObject({
      peak_hour: null,
      peak_bytes: 0,
      peak_bps: 0,
    });
  });
});

describe('who and what', () => {
  it.each(PATHS)('%s is read by operators, and by nobody else', async (path) => {
    expect((await site.api.call('GET', `${reports}/${path}`, { as: 'user' })).status).toBe(200);
    const token = await site.api.call('GET', `${reports}/${path}`, { as: { scopes: ['reports.read'] } });
    expect(token.status).toBe(200);
    for (const [, as, status, code] of DENIED) {
      const answer = await site.api.call('GET', `${reports}/${path}`, { as });
      expect(answer).toMatchObject({ status, body: { error: { code } } });
    }
  });

  it.each(PATHS)('%s refuses what is no range', async (path) => {
    for (const query of ['from=yesterday', 'to=2025-02-30', 'from=2025-04-02&to=2025-04-01', 'colour=red']) {
      const answer = await site.api.call('GET', `${reports}/${path}?${query}`);
      expect([query, answer.status, answer.body.error?.code]).toEqual([query, 422, 'validation_failed']);
    }
  });

  it('a currency is three letters, and one without figures has zeros', async () => {
    const answer = await site.api.call('GET', `${reports}/revenue?currency=shilling`);
    expect(answer).toMatchObject({
      status: 422,
      body: { error: { fields: { currency: expect.any(String) } } },
    });
    expect(await get('mrr?currency=TND')).toMatchObject({ currency: 'TND', mrr: 0, services: 0 });
    const all = (await get('mrr')).currencies.map((one: { currency: string }) => one.currency);
    expect(all).toEqual([...all].sort());
    expect(all).toContain('EUR');
  });

  it('CSV has one row for each currency, level or hour', async () => {
    const csv = async (path: string) => {
      const headers = { accept: 'text/csv' };
      const answer = await site.api.call('GET', `${reports}/${path}`, { headers });
      expect(answer.headers.get('content-type')).toContain('text/csv');
      return answer.body.split('\n');
    };
    const [header, ...rows] = await csv('mrr');
    expect(header).toBe('currency,mrr,services');
    expect(rows.some((row: string) => row.startsWith('EUR,'))).toBe(true);
    expect((await csv('peak-hours'))[0]).toBe('hour,bytes');
    expect((await csv('peak-hours')).filter(Boolean)).toHaveLength(25);
    expect((await csv('dunning'))[0]).toBe('level,sent,successful,success_rate_bp');
  });
});
