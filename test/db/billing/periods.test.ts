import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resumeBillingOf } from '../../../src/billing/cycles/resume-billing.handler.ts';
import { SYSTEM_ACTOR } from '../../../src/platform/identity/actor.ts';
import { SecretBox } from '../../../src/platform/secrets/secret-box.ts';
import { resumeService } from '../../../src/subscribers/services/lifecycle.service.ts';
import { type BillingSite, openBillingSite, type SignUp, userNames } from '../../support/billing-site.ts';

let site: BillingSite;
const name = userNames();
const GB = 1_000_000_000n;
const box = new SecretBox(Buffer.alloc(32, 7));

beforeAll(async () => {
  site = await openBillingSite('2025-01-31T10:00:00Z');
  await site.plan('m2800', 2_800);
  await site.plan('d100', 100, { cycle: 'daily' });
  await site.plan('free', 0);
  await site.plan('o3000', 3_000, { dataLimitGb: '100', overage: { price: 50 } });
  await site.plan('r3000', 3_000, { dataLimitGb: '100', overage: { price: 50 }, baseTiming: 'arrears' });
  await site.plan('setup', 1_000, { setupFee: 500n, trialDays: 14 });
});
afterAll(() => site.close());

async function signAt(at: string, plan: string, more: SignUp = {}) {
  site.clock.set(at);
  return (await site.sign(name(), plan, more)).id;
}
type Id = Parameters<BillingSite['documents']>[0];
const periodsOf = async (id: Id) =>
  (await site.documents(id)).map(({ period, lines }) => `${period} ${lines.join(', ')}`);

test.each([
  ['2025-01-31T10:00:00Z', ['2025-01-31..2025-02-28', '2025-02-28..2025-03-31', '2025-03-31..2025-04-30']],
  ['2024-01-31T10:00:00Z', ['2024-01-31..2024-02-29', '2024-02-29..2024-03-31', '2024-03-31..2024-04-30']],
])('C4: activated %s, periods keep to the 31st', async (at, expected) => {
  const id = await signAt(at, 'm2800');
  await site.run(`${at.slice(0, 4)}-04-29T00:00:00Z`);
  expect((await site.documents(id)).map(({ period }) => period)).toEqual(expected);
});

test('C6: activated 10 February with anchor 31 at 2800: a stub of 1800, then the whole', async () => {
  const id = await signAt('2025-02-10T10:00:00Z', 'm2800', { anchorDay: 31 });
  await site.run('2025-02-28T00:00:00Z');
  expect(await periodsOf(id)).toEqual([
    '2025-02-10..2025-02-28 base 1800',
    '2025-02-28..2025-03-31 base 2800',
  ]);
});

test('C7: the next billing date is the end of the period', async () => {
  const id = await signAt('2025-02-10T10:00:00Z', 'm2800', { anchorDay: 31 });
  const [row] = await site.db.query('select next_billing_date from isp_services where id = $1::bigint', [id]);
  expect(row).toEqual({ next_billing_date: '2025-02-28' });
});

test('I5: a free package has periods and no invoices', async () => {
  const id = await signAt('2025-03-01T10:00:00Z', 'free');
  await site.run('2025-05-01T00:00:00Z');
  expect(await site.documents(id)).toEqual([]);
  const cycles = await site.db.query('select seq from isp_billing_cycles where service_id = $1::bigint', [
    id,
  ]);
  expect(cycles).toHaveLength(3);
});

test('B5: before the first billed day nothing is charged', async () => {
  const id = await signAt('2025-03-05T10:00:00Z', 'm2800', { billingStartsOn: '2025-03-20', anchorDay: 1 });
  await site.run('2025-03-19T23:59:59Z');
  expect(await site.documents(id)).toEqual([]);
  await site.run('2025-03-20T00:00:00Z');
  expect(await periodsOf(id)).toEqual(['2025-03-20..2025-04-01 base 1084']);
});

describe('usage', () => {
  test('B3: in arrears base and overage come together: 102 GB and a byte in April are 3654, dated 1 May', async () => {
    const id = await signAt('2025-04-01T00:00:00Z', 'r3000');
    await site.use(id, '2025-04-20T10:00:00Z', 102n * GB + 1n);
    await site.run('2025-05-01T00:00:00Z');
    expect(await site.documents(id)).toMatchObject([
      {
        issued: '2025-05-01',
        period: '2025-04-01..2025-05-01',
        lines: ['base 3000', 'overage 150'],
        total: 3_654,
      },
    ]);
  });

  test.each([
    [100n * GB, ['base 3000']],
    [100n * GB + 1n, ['base 3000', 'overage 50']],
  ])('B1, O2: %d octets of a 100 GB allowance are billed with the next base as %j', async (octets, lines) => {
    const id = await signAt('2025-04-01T00:00:00Z', 'o3000');
    await site.use(id, '2025-04-20T10:00:00Z', octets);
    await site.run('2025-05-01T00:00:00Z');
    expect((await site.documents(id)).at(-1)).toMatchObject({ period: '2025-05-01..2025-06-01', lines });
  });

  test('O6: at the boundary usage belongs to the new period, though the boundary is billed days late', async () => {
    const id = await signAt('2025-04-01T00:00:00Z', 'o3000');
    await site.use(id, '2025-04-30T23:59:59.999Z', 100n * GB);
    await site.use(id, '2025-05-01T00:00:00Z', 7n * GB);
    await site.run('2025-05-20T00:00:00Z');
    expect((await site.documents(id)).at(-1)).toMatchObject({ lines: ['base 3000'] });
  });

  test('R3, O6: two boundaries late, each period has its own octets', async () => {
    const id = await signAt('2025-04-01T00:00:00Z', 'o3000');
    await site.use(id, '2025-04-10T00:00:00Z', 101n * GB);
    await site.use(id, '2025-05-10T00:00:00Z', 103n * GB);
    await site.use(id, '2025-06-01T00:00:00Z', 99n * GB);
    await site.run('2025-06-20T00:00:00Z');
    expect((await site.documents(id)).map(({ lines }) => lines)).toEqual([
      ['base 3000'],
      ['base 3000', 'overage 50'],
      ['base 3000', 'overage 150'],
    ]);
    await site.run('2025-07-01T00:00:00Z');
    expect((await site.documents(id)).at(-1)).toMatchObject({ lines: ['base 3000'] });
  });

  test('O8: late usage is charged once, on the next invoice, and only what it adds', async () => {
    const id = await signAt('2025-04-01T00:00:00Z', 'o3000');
    await site.use(id, '2025-04-10T00:00:00Z', 100n * GB + 1n);
    await site.run('2025-05-01T00:00:00Z');
    await site.use(id, '2025-04-30T00:00:00Z', 500n);
    await site.use(id, '2025-04-30T00:00:00Z', 2n * GB);
    await site.run('2025-06-01T00:00:00Z');
    expect((await site.documents(id)).at(-1)).toMatchObject({
      lines: ['base 3000', 'overage_adjustment 100'],
    });
    await site.use(id, '2025-04-30T00:00:00Z', 50n * GB);
    await site.run('2025-07-01T00:00:00Z');
    expect((await site.documents(id)).at(-1)).toMatchObject({ lines: ['base 3000'] });
  });

  test('O8: 500 bytes more in a started block are no adjustment', async () => {
    const id = await signAt('2025-04-01T00:00:00Z', 'o3000');
    await site.use(id, '2025-04-10T00:00:00Z', 100n * GB + 1n);
    await site.run('2025-05-01T00:00:00Z');
    await site.use(id, '2025-04-30T00:00:00Z', 500n);
    await site.run('2025-06-01T00:00:00Z');
    expect((await site.documents(id)).at(-1)).toMatchObject({ lines: ['base 3000'] });
  });

  test('O7, P9: upgraded on the 16th from 100 to 200 GB the allowance is 150 GB', async () => {
    const id = await signAt('2025-04-01T00:00:00Z', 'o3000');
    const o200 = await site.plan('o200', 3_000, { dataLimitGb: '200', overage: { price: 40 } });
    await site.use(id, '2025-04-10T00:00:00Z', 90n * GB);
    site.clock.set('2025-04-16T12:00:00Z');
    await site.change(id, o200, 'immediate');
    const [cycle] = await site.db.query(
      'select allowance_bytes from isp_billing_cycles where service_id = $1::bigint',
      [id],
    );
    expect(cycle).toEqual({ allowance_bytes: String(150n * GB) });
    await site.use(id, '2025-04-16T11:59:59Z', 10n * GB);
    await site.use(id, '2025-04-20T00:00:00Z', 52n * GB);
    await site.run('2025-05-01T00:00:00Z');
    expect((await site.documents(id)).at(-1)).toMatchObject({ lines: ['base 3000', 'overage 80'] });
  });
});

describe('trial and setup', () => {
  test('T1, T2, T3: billing starts after the trial, which is the anchor, with the setup fee and no overage', async () => {
    const id = await signAt('2025-03-05T10:00:00Z', 'setup');
    expect(await site.documents(id)).toEqual([]);
    await site.use(id, '2025-03-10T10:00:00Z', 999n * GB);
    await site.run('2025-03-19T00:00:00Z');
    await site.run('2025-04-19T00:00:00Z');
    expect(await periodsOf(id)).toEqual([
      '2025-03-19..2025-04-19 base 1000, setup 500',
      '2025-04-19..2025-05-19 base 1000',
    ]);
  });

  test('T2: in arrears the setup fee comes with the first base, whole though that is a stub', async () => {
    await site.plan('rsetup', 3_000, { setupFee: 500n, baseTiming: 'arrears' });
    const id = await signAt('2025-04-16T10:00:00Z', 'rsetup', { anchorDay: 1 });
    await site.run('2025-06-01T00:00:00Z');
    expect(await periodsOf(id)).toEqual([
      '2025-04-16..2025-05-01 base 1500, setup 500',
      '2025-05-01..2025-06-01 base 3000',
    ]);
  });
});

describe('suspended', () => {
  const suspend = (id: Id) =>
    site.db.query(
      `with held as (insert into service_holds (service_id, cause, since_at) values ($1::bigint, 'admin', $2::timestamptz))
       update isp_services set status = 'suspended', reason = 'admin' where id = $1::bigint`,
      [id, site.clock.now().toString()],
    );

  test('S4: billing goes on while suspended', async () => {
    const id = await signAt('2025-04-01T10:00:00Z', 'm2800');
    await suspend(id);
    await site.run('2025-05-01T00:00:00Z');
    expect(await site.documents(id)).toHaveLength(2);
  });

  test('S4: with bill_while_suspended = false no period is opened, and coming back starts a stub', async () => {
    const id = await signAt('2025-04-01T10:00:00Z', 'm2800');
    await suspend(id);
    await site.set('bill_while_suspended', false);
    await site.run('2025-07-03T00:00:00Z');
    expect(await site.documents(id)).toHaveLength(1);
    site.clock.set('2025-07-12T15:00:00Z');
    await resumeService({ db: site.db, clock: site.clock, box }, { id, actor: SYSTEM_ACTOR });
    await resumeBillingOf({ db: site.db, clock: site.clock }, id);
    await resumeBillingOf({ db: site.db, clock: site.clock }, id);
    site.clock.set('2025-07-20T00:00:00Z');
    await site.run();
    expect((await periodsOf(id)).slice(1)).toEqual(['2025-07-12..2025-08-01 base 1806']);
    await site.run('2025-08-01T00:00:00Z');
    expect((await periodsOf(id)).at(-1)).toBe('2025-08-01..2025-09-01 base 2800');
    await site.set('bill_while_suspended', true);
  });

  test('S4: the run starts the stub of a service that came back unnoticed, on the day it did', async () => {
    const id = await signAt('2025-04-01T10:00:00Z', 'm2800');
    await suspend(id);
    await site.set('bill_while_suspended', false);
    await site.run('2025-07-03T00:00:00Z');
    site.clock.set('2025-07-12T15:00:00Z');
    await resumeService({ db: site.db, clock: site.clock, box }, { id, actor: SYSTEM_ACTOR });
    await site.run('2025-07-20T00:00:00Z');
    expect((await periodsOf(id)).slice(1)).toEqual(['2025-07-12..2025-08-01 base 1806']);
    await site.set('bill_while_suspended', true);
  });

  test('S4: a boundary missed while suspended opens no period, however late the run is', async () => {
    const id = await signAt('2025-04-01T10:00:00Z', 'm2800');
    await site.run('2025-05-01T00:00:00Z');
    site.clock.set('2025-05-15T02:00:00Z');
    await suspend(id);
    await site.set('bill_while_suspended', false);
    site.clock.set('2025-06-16T10:00:00Z');
    await resumeService({ db: site.db, clock: site.clock, box }, { id, actor: SYSTEM_ACTOR });
    await site.run('2025-07-01T00:00:00Z');
    expect((await periodsOf(id)).slice(2)).toEqual([
      '2025-06-16..2025-07-01 base 1400',
      '2025-07-01..2025-08-01 base 2800',
    ]);
    await site.set('bill_while_suspended', true);
  });
});
