import { beforeEach, describe, expect, test } from 'vitest';
import { billDueBoundaries } from '../../../src/billing/cycles/invoice-run.service.ts';
import { generateInvoice } from '../../../src/billing/cycles/reissue.service.ts';
import { voidInvoice } from '../../../src/billing/invoices/void.service.ts';
import type { InvoiceId, ServiceId } from '../../../src/kernel/ids.ts';
import { type BillingSite, openBillingSite } from '../../support/billing-site.ts';

let site: BillingSite;
beforeEach(async () => {
  site = await openBillingSite('2025-01-10T09:30:00Z');
  await site.plan('m2000', 2_000);
  return () => site.close();
});

const ids = async (count: number): Promise<ServiceId[]> => {
  const made: ServiceId[] = [];
  for (let index = 0; index < count; index += 1) made.push((await site.sign(`user-${index}`, 'm2000')).id);
  return made;
};
const numbers = async () =>
  (
    await site.db.query<{ number: string; service_id: string; period_start: string }>(
      'select number, service_id, period_start from invoices order by number',
    )
  ).map((row) => `${row.number} ${row.service_id} ${row.period_start}`);

test('R1, R3: a server that was down bills each missed period, once, dated the day of the run', async () => {
  const { id } = await site.sign('amina', 'm2000');
  expect(await site.documents(id)).toEqual([
    {
      number: 'INV-1',
      kind: 'cycle',
      issued: '2025-01-10',
      period: '2025-01-10..2025-02-10',
      lines: ['base 2000'],
      total: 2_320,
    },
  ]);
  const run = await site.run('2025-04-12T08:00:00Z');
  expect(run).toMatchObject({ counts: { invoiced: 3, nothing_owed: 0, failed: 0 } });
  expect(
    (await site.documents(id)).slice(1).map(({ issued, period, total }) => [issued, period, total]),
  ).toEqual([
    ['2025-04-12', '2025-02-10..2025-03-10', 2_320],
    ['2025-04-12', '2025-03-10..2025-04-10', 2_320],
    ['2025-04-12', '2025-04-10..2025-05-10', 2_320],
  ]);
  const [row] = await site.db.query(`select due_date from invoices where number = 4`);
  expect(row).toEqual({ due_date: '2025-04-26' });
  expect((await site.run()).counts).toEqual({ invoiced: 0, nothing_owed: 0, failed: 0 });
});

test('R1: services are billed by id, each with all its boundaries in order', async () => {
  const [first, second] = await ids(2);
  await site.run('2025-03-12T00:00:00Z');
  expect((await numbers()).slice(2)).toEqual([
    `3 ${first} 2025-02-10`,
    `4 ${first} 2025-03-10`,
    `5 ${second} 2025-02-10`,
    `6 ${second} 2025-03-10`,
  ]);
});

test('R2: several runs at once bill each boundary once, with numbers that have no gap', async () => {
  const services = await ids(12);
  site.clock.set('2025-04-12T00:00:00Z');
  const runs = await Promise.all([1, 2, 3].map(() => site.run()));
  expect(runs.reduce((sum, run) => sum + (run.counts.invoiced ?? 0), 0)).toBe(36);
  expect(runs.flatMap((run) => run.failures)).toEqual([]);
  const [row] = await site.db.query(
    'select count(*)::int as count, max(number)::int as last, count(distinct (service_id, period_start))::int as periods from invoices',
  );
  expect(row).toEqual({ count: 48, last: 48, periods: 48 });
  expect(services).toHaveLength(12);
});

test('R2: a run whose connection dies in the middle leaves whole invoices, and the next goes on', async () => {
  await ids(20);
  site.clock.set('2025-03-12T00:00:00Z');
  let kills = 0;
  for (;;) {
    const run = site.run().then(
      () => true,
      () => false,
    );
    const killed = (async () => {
      await new Promise((resolve) => setTimeout(resolve, 15 + 10 * kills));
      if (kills >= 6) return;
      kills += 1;
      await site.db.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null`,
      );
    })();
    const [isDone] = await Promise.all([run, killed]);
    if (isDone) break;
  }
  await site.run();
  expect(kills).toBeGreaterThan(0);
  const [row] = await site.db.query(
    `select count(*)::int as invoices, max(number)::int as last,
       (select count(*)::int from isp_billing_cycles) as cycles,
       (select count(*)::int from invoice_lines) as lines,
       (select count(*)::int from isp_service_segments) as segments from invoices`,
  );
  expect(row).toEqual({ invoices: 60, last: 60, cycles: 60, lines: 60, segments: 80 });
});

test('R2: a transaction that is abandoned keeps nothing, not even a number', async () => {
  const [id] = await ids(1);
  site.clock.set('2025-02-10T00:00:00Z');
  const ctx = await site.context();
  const abandoned = site.db.transaction(async (tx) => {
    await billDueBoundaries(tx, ctx, id ?? ('0' as ServiceId));
    throw new Error('abandoned');
  });
  await expect(abandoned).rejects.toThrow('abandoned');
  await site.run();
  expect(await numbers()).toEqual([`1 ${id} 2025-01-10`, `2 ${id} 2025-02-10`]);
});

test('R6: one service that fails is reported and does not stop the others', async () => {
  const [bad, good] = await ids(2);
  await site.db.query(
    `insert into invoice_lines (invoice_id, kind, description, amount, discount, net, charge_key)
     select id, 'base', 'x', 0, 0, 0, 'base:' || $1::text || ':2025-02-10:2.0' from invoices where number = 1`,
    [bad],
  );
  const run = await site.run('2025-02-10T00:00:00Z');
  expect(run.counts).toMatchObject({ invoiced: 1, failed: 1 });
  expect(run.failures).toMatchObject([{ subject: { id: bad }, code: 'already_charged' }]);
  expect((await numbers()).at(-1)).toBe(`3 ${good} 2025-02-10`);
});

test('a dry run says what would be billed, with amounts, and keeps nothing', async () => {
  await ids(2);
  site.clock.set('2025-03-12T00:00:00Z');
  const before = await numbers();
  const dry = await site.run(undefined, { isDryRun: true });
  expect(dry.counts).toMatchObject({ invoiced: 4 });
  expect(dry.effects.map(({ amountMinor, currency }) => [amountMinor, currency])).toEqual(
    Array.from({ length: 4 }, () => [2_320n, 'KES']),
  );
  expect(await numbers()).toEqual(before);
  expect((await site.run()).counts).toEqual(dry.counts);
});

test('a run that is told to stop ends between two services', async () => {
  await ids(2);
  site.clock.set('2025-03-12T00:00:00Z');
  await expect(site.run(undefined, { signal: AbortSignal.abort() })).rejects.toThrow();
  expect(await numbers()).toHaveLength(2);
});

describe('one service by hand', () => {
  let id: ServiceId;
  beforeEach(async () => {
    id = (await site.sign('amina', 'm2000')).id;
  });
  const generate = async () => generateInvoice(site.db, await site.context(), id);
  const voidNumber = async (number: number) => {
    const [row] = await site.db.query<{ id: InvoiceId }>('select id from invoices where number = $1', [
      number,
    ]);
    const ctx = await site.context();
    await site.db.transaction((tx) => voidInvoice(tx, ctx, { invoiceId: row?.id ?? ('0' as InvoiceId) }));
  };

  test('R4: the due boundaries are billed, and when none is, the order is refused', async () => {
    site.clock.set('2025-03-12T00:00:00Z');
    expect(await generate()).toHaveLength(2);
    await expect(generate()).rejects.toMatchObject({ kind: 'conflict', code: 'period_already_invoiced' });
  });

  test('R5: a voided invoice is not made again by the run; by hand it is, once, with the next number', async () => {
    await voidNumber(1);
    expect((await site.run()).counts).toMatchObject({ invoiced: 0 });
    expect(await generate()).toMatchObject([{ number: 'INV-000002', totalMinor: 2_320n }]);
    expect((await site.documents(id)).map(({ number, period, lines }) => [number, period, lines])).toEqual([
      ['INV-1', '2025-01-10..2025-02-10', ['base 2000']],
      ['INV-2', '2025-01-10..2025-02-10', ['base 2000']],
    ]);
    await expect(generate()).rejects.toMatchObject({ code: 'period_already_invoiced' });
  });

  test('R5, P4: after a void nothing is given back for what is not owed', async () => {
    await voidNumber(1);
    site.clock.set('2025-01-20T00:00:00Z');
    await site.cancel(id, 'now');
    expect((await site.documents(id)).map(({ kind }) => kind)).toEqual(['cycle']);
  });

  test('R4: a service that is cancelled, or that there is not, has nothing to bill', async () => {
    await site.cancel(id, 'now');
    await expect(generate()).rejects.toMatchObject({ code: 'service_cancelled' });
    const none = generateInvoice(site.db, await site.context(), '999' as ServiceId);
    await expect(none).rejects.toMatchObject({ kind: 'not_found', code: 'service_not_found' });
  });
});
