import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { commandLine, type Ran } from './run-command.ts';

let own: TestDatabase;
let db: Database;
let run: (line: readonly string[], signal?: AbortSignal) => Promise<Ran>;

beforeAll(async () => {
  own = await createTestDatabase();
  db = openLanePool({ url: own.url, lanes: 2, name: 'test' });
  run = commandLine({ DATABASE_URL: own.url, APP_KEY: 'ab'.repeat(32) });
  await run(
    'package add --code cap --name C --rate 5M/20M --price 1 --data-limit-gb 10 --limit-action notify'.split(
      ' ',
    ),
  );
  await run('nas add --name edge-1 --address 10.0.0.1 --secret a-secret-that-is-long'.split(' '));
  await run('service add --username amina --password p --package cap'.split(' '));
  await run('service add --username brian --password p --package cap'.split(' '));
  await db.query(
    `insert into sessions (id, nas_id, acct_session_id, username, service_id, started_at, last_report_at, last_event_at,
       nas_address, upload_octets, download_octets, session_time_s, framed_ip, calling_station, closed_at, close_cause)
     values (1, 1, 's-1', 'amina', 1, now() - interval '1 hour', now(), now(), '10.0.0.1', 5000000000, 61000000000,
         3600, '10.9.0.7', 'AA:BB:CC:00:11:22', null, null),
       (2, 1, 's-0', 'amina', 1, now() - interval '1 day', now(), now(), '10.0.0.1', 1, 2, 60, null, null, now(),
         'user_request'),
       (3, 1, 's-9', 'guest', null, now(), now(), now(), '10.0.0.1', 0, 0, 0, null, null, null, null)`,
  );
  await db.query(
    `update isp_service_segments set upload_octets = 1000000000, download_octets = 4000000000 where service_id = 1`,
  );
  await db.query(
    `insert into isp_usage_logs (service_id, usage_date, upload, download, peak_bps, hours) values
       (1, (now() at time zone 'UTC')::date, 1000000000, 4000000000, 20000000, array_fill(0::bigint, array[24])),
       (1, (now() at time zone 'UTC')::date - 1, 10, 20, 100,
         array_fill(1::bigint, array[20]) || array[7::bigint, 9, 9, 2])`,
  );
  await db.query(
    `insert into auth_log (at, outcome, reason, trail, method, nas_id, service_id, username, calling_station, source, count)
     values (now() - interval '2 days', 1, null, 1023, 1, 1, 1, 'amina', 'AA:BB:CC:00:11:22', '10.0.0.1', 1),
       (now() - interval '1 minute', 3, 'wrong_password', 4194311, 2, 1, 1, 'amina', null, '10.0.0.1', 1),
       (now() - interval '30 seconds', 4, 'unknown_nas', 0, 0, null, null, '', null, '10.66.0.1', 12)`,
  );
});

afterAll(async () => {
  await db.close();
  await own.drop();
});

test('live sessions are shown with upload and download apart, closed ones when asked for', async () => {
  const live = await run(['session', 'list']);
  expect(live.stdout).toMatch(
    /amina\s+edge-1\s+10\.9\.0\.7\s+AA:BB:CC:00:11:22\s+live\s+\S+ \S+\s+1 h\s+5\.00 GB\s+61\.0 GB/,
  );
  expect(live.stdout).toContain('guest');
  expect(live.stdout).not.toContain('s-0');
  const all = JSON.parse((await run('session list --username amina --all --json'.split(' '))).stdout);
  expect(all.items.map((one: { acct_session_id: string }) => one.acct_session_id)).toEqual(['s-1', 's-0']);
  expect(all.items[0]).toMatchObject({
    state: 'live',
    upload_octets: 5_000_000_000,
    nas_name: 'edge-1',
    service_id: '1',
  });
  expect(all.items[1]).toMatchObject({ state: 'closed', close_cause: 'user_request' });
  expect((await run('session list --username guest'.split(' '))).stdout).toContain('s-9');
  expect((await run('session list --username nobody'.split(' '))).stdout).toBe('No session matches.\n');
});

test('usage shows today, the running segment with its allowance, and each day with its busiest hour', async () => {
  const { stdout } = await run(['usage', 'amina']);
  expect(stdout).toMatch(/today\s+1\.00 GB upload, 4\.00 GB download, 5\.00 GB in all/);
  expect(stdout).toMatch(/allowance\s+5\.00 GB of 10\.0 GB used \(50 %\), then notify/);
  expect(stdout).toMatch(/10 B\s+20 B\s+30 B\s+21:00-22:00\s+100 bit\/s/);
  const machine = JSON.parse((await run(['usage', 'amina', '--json'])).stdout);
  expect(machine).toMatchObject({
    service_id: '1',
    today: { upload_octets: 1_000_000_000, download_octets: 4_000_000_000 },
    segment: { allowance_octets: 10_000_000_000, upload_octets: 1_000_000_000 },
    days: [{ peak_bps: 20_000_000, peak_hour: null }, { peak_hour: 21 }],
  });
  expect((await run(['usage', 'brian'])).stdout).toContain('Nothing was used yet.');
  expect((await run(['usage', 'ghost'])).status).toBe(3);
});

test('the authentication log is shown oldest first, over several days, with reasons and drop counts', async () => {
  const lines = (await run(['auth-log'])).stdout.trim().split('\n');
  expect(lines).toEqual([
    expect.stringMatching(/accept\s+amina\s+pap\s+from AA:BB:CC:00:11:22\s+on edge-1$/),
    expect.stringMatching(/reject\s+amina\s+\(wrong_password\)\s+chap\s+on edge-1$/),
    expect.stringMatching(/drop\s+12 x unknown_nas\s+on 10\.66\.0\.1$/),
  ]);
  const newest = await run('auth-log --username amina --limit 1 --json'.split(' '));
  expect(JSON.parse(newest.stdout)).toMatchObject({
    outcome: 'reject',
    reason: 'wrong_password',
    method: 'chap',
    nas_name: 'edge-1',
    trail: expect.arrayContaining([{ check: 'password', result: 'failed' }]),
  });
  expect((await run('auth-log --username ghost'.split(' '))).stderr).toBe('No login in the last 7 days.\n');
});

test('--follow goes on with new logins, each shown once, until it is interrupted', async () => {
  const interrupt = new AbortController();
  const following = run(['auth-log', '--username', 'zoe', '--follow'], interrupt.signal);
  const login = (name: string) =>
    db.query(
      `insert into auth_log (at, outcome, trail, method, nas_id, username) values (now(), 1, 1023, 1, 1, $1::text)`,
      [name],
    );
  await sleep(300);
  await login('zoe');
  await login('other');
  await sleep(1_300);
  await login('zoe');
  await sleep(800);
  interrupt.abort();
  const { status, stdout } = await following;
  expect(status).toBe(0);
  expect(stdout.trim().split('\n')).toHaveLength(2);
  expect(stdout).not.toContain('other');
});

test('a change without a live session says so, and without a server what will happen', async () => {
  expect((await run(['service', 'suspend', 'brian'])).stdout).toBe(
    'brian is suspended.\nThere is no live session.\n',
  );
  expect((await run(['service', 'suspend', 'amina'])).stdout).toBe(
    'amina is suspended.\nThe server is not running: its live session will be dealt with when it is.\n',
  );
  expect(await run(['service', 'suspend', 'amina'])).toMatchObject({ status: 4 });
});

test('a change waits for the routers and tells what they answered', async () => {
  await db.query(
    `insert into role_health (instance, role, host, pid, started_at) values ('i', 'worker', 'h', 1, now())`,
  );
  const worker = async (state: string, outcome: string | null): Promise<void> => {
    for (let tries = 0; tries < 100; tries += 1) {
      await sleep(10);
      const done = await db.query(
        `with event as (update outbox set done_at = now() where done_at is null returning id)
         insert into enforcements (service_id, session_id, nas_id, kind, cause, state, outcome, round_trip_us, done_at)
         select 1, 1, 1, 'disconnect', 'disconnect_requested', $1::text, $2::text, 12345, now() from event
         returning id`,
        [state, outcome],
      );
      if (done.length > 0) return;
    }
  };
  await db.query('update outbox set done_at = now()');
  const [resumed] = await Promise.all([run(['service', 'resume', 'amina']), worker('acknowledged', null)]);
  expect(resumed).toEqual({
    status: 0,
    stdout: 'amina is active again.\nDisconnected 1 session on edge-1 in 12 ms.\n',
    stderr: '',
  });
  const [refused] = await Promise.all([
    run(['service', 'disconnect', 'amina', '--json']),
    worker('refused', 'Administratively prohibited'),
  ]);
  expect(refused.status).toBe(1);
  expect(JSON.parse(refused.stdout)).toMatchObject({
    username: 'amina',
    sessions: 1,
    is_server_running: true,
    enforcements: [{ state: 'refused', outcome: 'Administratively prohibited', nas_name: 'edge-1' }],
  });
});
