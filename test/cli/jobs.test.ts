import { afterAll, beforeAll, expect, test } from 'vitest';
import { day, openTestBooks, type TestBooks } from '../support/billing.ts';
import { commandLine, type Ran } from './run-command.ts';

let books: TestBooks;
let run: (line: readonly string[]) => Promise<Ran>;

beforeAll(async () => {
  books = await openTestBooks();
  // The invoices lie far in the past of the machine's clock, which the command line follows.
  run = commandLine({ DATABASE_URL: books.databaseUrl, APP_KEY: Buffer.alloc(32, 7).toString('hex') });
});

afterAll(() => books.close());

test('job list names the tasks and their schedules (L1, N1, S1, S3)', async () => {
  const { status, stdout } = await run(['job', 'list', '--json']);
  expect(status).toBe(0);
  expect(JSON.parse(stdout).items).toEqual(
    expect.arrayContaining([
      { name: 'apply-late-fees', schedule: '0 1 1 * *' },
      { name: 'suspend-unpaid', schedule: '0 2 * * 1' },
      { name: 'reactivate-paid', schedule: '0 3 * * *' },
      { name: 'send-reminders', schedule: '0 9 * * *' },
      { name: 'reconcile-network', schedule: '*/5 * * * *' },
      { name: 'end-temporary-speeds', schedule: '* * * * *' },
      { name: 'check-ledger', schedule: '30 4 * * *' },
    ]),
  );
});

test('job run says what a task would do, then does it and records it', async () => {
  const customer = await books.customer();
  const { number } = await books.invoice(customer, 10_000n, { dueOn: day('2025-04-15') });
  const dry = await run(['job', 'run', 'apply-late-fees', '--dry-run']);
  expect(dry).toEqual({
    status: 0,
    stdout: `charged: ${number}, 5.80 KES\nWould be: charged 1, failed 0.\n`,
    stderr: '',
  });
  const real = await run(['job', 'run', 'apply-late-fees', '--json']);
  expect(JSON.parse(real.stdout)).toMatchObject({
    task: 'apply-late-fees',
    dry_run: false,
    counts: { charged: 1, failed: 0 },
    items: [{ outcome: 'charged', label: number, amount: 580, currency: 'KES' }],
  });
  expect(await books.db.query('select job, state, counts from job_runs')).toEqual([
    { job: 'apply-late-fees', state: 'done', counts: { charged: 1, failed: 0 } },
  ]);
  expect(await books.discrepancies()).toEqual([]);
});

test('a task nobody knows is exit status 3', async () => {
  const { status, stderr } = await run(['job', 'run', 'make-coffee']);
  expect([status, stderr]).toEqual([3, "There is no task 'make-coffee'.\n"]);
});

test('job run compares the network with the data at once and records it; it has no dry run', async () => {
  const ran = await run(['job', 'run', 'reconcile-network']);
  expect(ran).toEqual({ status: 0, stdout: 'sessions 0, orders 0, rechecked 0.\n', stderr: '' });
  const rows = await books.db.query(`select state, counts from job_runs where job = 'reconcile-network'`);
  expect(rows).toEqual([{ state: 'done', counts: { sessions: 0, orders: 0, rechecked: 0 } }]);
  const dry = await run(['job', 'run', 'reconcile-network', '--dry-run']);
  expect([dry.status, dry.stderr]).toEqual([
    2,
    expect.stringContaining('--dry-run is for tasks of billing, and reconcile-network is none.'),
  ]);
});

test('a task that runs elsewhere already is exit status 4', async () => {
  await books.db.query(
    `insert into job_runs (job, scheduled_for, state, runner, lease_until)
     values ('check-ledger', now(), 'running', 'elsewhere', now() + interval '1 minute')`,
  );
  const { status, stderr } = await run(['job', 'run', 'check-ledger']);
  expect([status, stderr]).toEqual([4, 'check-ledger is under way elsewhere: wait until it has ended.\n']);
});
