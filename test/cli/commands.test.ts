import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/database.ts';
import { commandLine, type Ran } from './run-command.ts';

const key = 'ab'.repeat(32);
const folder = mkdtempSync(join(tmpdir(), 'netflow-cli-'));
let own: TestDatabase;
let db: Database;
let run: (line: readonly string[], signal?: AbortSignal) => Promise<Ran>;

beforeAll(async () => {
  own = await createTestDatabase();
  db = openLanePool({ url: own.url, lanes: 2, name: 'test' });
  run = commandLine({ DATABASE_URL: own.url, APP_KEY: key });
  await run('package add --code home-20 --name Home --rate 5M/20M --price 3000 --currency KES'.split(' '));
});

afterAll(async () => {
  await db.close();
  await own.drop();
  rmSync(folder, { recursive: true, force: true });
});

async function json(line: string): Promise<Record<string, unknown>> {
  const { status, stdout, stderr } = await run([...line.split(' '), '--json']);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return JSON.parse(stdout);
}

test('an empty database is migrated by the first command', async () => {
  const empty = await createEmptyDatabase();
  try {
    const first = await commandLine({ DATABASE_URL: empty.url, APP_KEY: key })(['nas', 'list']);
    expect(first).toMatchObject({ status: 0, stdout: 'There is no NAS yet: add one with nas add.\n' });
    const again = await commandLine({ DATABASE_URL: empty.url, APP_KEY: key })(['migrate']);
    expect(again.stdout).toBe('The database is up to date.\n');
  } finally {
    await empty.drop();
  }
});

test('another APP_KEY than the one of the database stops with a sentence', async () => {
  const other = commandLine({ DATABASE_URL: own.url, APP_KEY: 'cd'.repeat(32) });
  const { status, stderr } = await other(['nas', 'list']);
  expect(status).toBe(5);
  expect(stderr).toMatch(/^APP_KEY is not the key this database was sealed with/);
});

test('a NAS is added, listed without its secret, rotated, finished and removed', async () => {
  const added = await run('nas add --name edge-1 --address 10.7.0.0/24 --secret short'.split(' '));
  expect(added).toEqual({
    status: 0,
    stdout: 'Added the NAS edge-1 at 10.7.0.0/24.\n',
    stderr: 'Warning: The secret has 5 characters: fewer than 16 can be guessed from captured packets.\n',
  });
  expect((await run(['nas', 'list'])).stdout).toContain('edge-1  10.7.0.0/24');
  const listed = await run(['nas', 'list', '--json']);
  expect(listed.stdout).not.toContain('short');
  expect(JSON.parse(listed.stdout).items[0]).toMatchObject({
    name: 'edge-1',
    coa_port: 3799,
    limit_proxy_state: 'yes',
  });
  expect((await run('nas add --name edge-1 --address 10.8.0.1 --secret short'.split(' '))).status).toBe(4);
  const rotated = await json('nas rotate-secret edge-1');
  expect(rotated).toMatchObject({
    name: 'edge-1',
    is_rotating: true,
    secret: expect.stringMatching(/^\w{24}$/),
  });
  expect((await run('nas rotate-secret edge-1'.split(' '))).status).toBe(4);
  expect((await run('nas rotate-secret edge-1 --finish'.split(' '))).status).toBe(0);
  expect((await run('nas remove edge-1'.split(' '))).stdout).toBe('Removed the NAS edge-1.\n');
  expect((await run('nas remove edge-1'.split(' '))).status).toBe(3);
});

test('prices are typed in whole units and kept in minor ones', async () => {
  expect((await run(['package', 'list'])).stdout).toMatch(/home-20\s+Home\s+5M\/20M\s+3,000\.00 KES/);
  const { items } = await json('package list');
  expect(items).toMatchObject([{ code: 'home-20', price: 300_000, currency: 'KES', rate_limit: '5M/20M' }]);
});

test('a custom attribute must be in the dictionary and fit its type', async () => {
  const add = (attribute: string) =>
    run(['package', 'add', '--code', 'attr', '--name', 'A', '--price', '1', '--attribute', attribute]);
  expect(await add('Moon-Phase=1')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('Moon-Phase'),
  });
  expect(await add('Idle-Timeout=soon')).toMatchObject({ status: 2 });
  expect(await add('Filter-Id')).toMatchObject({ status: 2, stderr: expect.stringContaining('NAME=VALUE') });
  expect(await add('Filter-Id=gold')).toMatchObject({ status: 0 });
});

test('a service is added once and listed', async () => {
  const line =
    'service add --username amina --password s3cret --package home-20 --mac aabbccddeeff --ip 10.9.0.1';
  expect(await json(line)).toMatchObject({ username: 'amina', package: 'home-20', framed_ip: '10.9.0.1' });
  expect(await run(line.split(' '))).toMatchObject({
    status: 4,
    stderr: expect.stringContaining("'amina' is taken"),
  });
  expect(await run('service add --username x --password y --package gold'.split(' '))).toMatchObject({
    status: 3,
  });
  expect((await run(['service', 'list'])).stdout).toMatch(
    /amina\s+active\s+home-20\s+5M\/20M\s+10\.9\.0\.1\s+AA:BB/,
  );
  const { items, next_cursor } = await json('service list --limit 1');
  expect(items).toMatchObject([{ username: 'amina', package_id: '1', customer_name: 'amina' }]);
  expect(next_cursor).toBeNull();
  expect((await run(['service', 'list', '--json'])).stdout).not.toContain('s3cret');
});

test('a password is changed, a speed set for a time and taken back', async () => {
  await run('service add --username brian --password s3cret --package home-20'.split(' '));
  expect((await run('service set-password brian n3w'.split(' '))).stdout).toContain(
    'brian has a new password',
  );
  const timed = await run('service set-speed brian 10m/50m --until 2099-01-01T00:00:00Z'.split(' '));
  expect(timed.stdout).toBe('brian has 10M/50M until 2099-01-01 00:00:00 UTC.\nThere is no live session.\n');
  const cleared = await run('service set-speed brian --clear'.split(' '));
  expect(cleared.stdout).toContain('has the speed of its package again (5M/20M)');
  expect((await run('service set-speed brian'.split(' '))).status).toBe(2);
  expect((await run('service set-speed brian fast'.split(' '))).status).toBe(2);
  expect((await run('service set-speed ghost 1M'.split(' '))).status).toBe(3);
});

test('explain shows the trail and the exact reply, and why a password fails', async () => {
  const right = await json('explain brian --password n3w');
  expect(right).toMatchObject({ username: 'brian', outcome: 'accept' });
  expect(right.reply).toContainEqual({ name: 'Mikrotik-Rate-Limit', value: '5M/20M' });
  const wrong = await run('explain brian --password wrong'.split(' '));
  expect(wrong.status).toBe(0);
  expect(wrong.stdout).toMatch(/brian: Access-Reject \(wrong_password\)/);
  expect(wrong.stdout).toMatch(/password\s+FAILED\s+The password is wrong/);
});

test('a file is imported with its errors on stderr and the status of a failure', async () => {
  const file = join(folder, 'subscribers.csv');
  writeFileSync(
    file,
    '\uFEFFusername,password,plan,rate_limit,pool\r\nf1,p,fresh,1M/2M,pool-f\r\nf2,,fresh,,\r\n',
  );
  const first = await run(['import', 'subscribers', file]);
  expect(first.status).toBe(1);
  expect(first.stdout).toMatch(
    /^1 created, 0 existed already, 1 left out, in \d+\.\d s\.\nNew packages: fresh\. Look at their prices\.\nWhat became of each row: import rows 1\. To take it back: import undo 1\.\n$/,
  );
  expect(first.stderr).toMatch(/^line 3: The password is missing/);
  writeFileSync(file, Buffer.from([0x75, 0xff, 0xfe]));
  expect(await run(['import', 'subscribers', file])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('is neither UTF-8 nor UTF-16'),
  });
  expect((await run(['import', 'subscribers', join(folder, 'none.csv')])).status).toBe(3);
});

test('settings are listed and set', async () => {
  expect((await run('settings set radius_on_suspended walled'.split(' '))).stdout).toBe(
    'radius_on_suspended is walled.\n',
  );
  expect((await run('settings set radius_interim_interval_s 120'.split(' '))).status).toBe(0);
  expect((await run('settings set radius_on_suspended maybe'.split(' '))).status).toBe(2);
  expect((await run('settings set moon 1'.split(' '))).status).toBe(2);
  expect((await run(['settings', 'list'])).stdout).toMatch(/radius_interim_interval_s\s+120\s+300/);
});

test('an administrator is added once, with a hashed password', async () => {
  const line = ['user', 'create-admin', '--email', 'Ops@isp.example', '--password', 'correct horse'];
  expect((await run(line)).stdout).toBe('Added the administrator Ops@isp.example.\n');
  expect((await run(line.with(3, 'ops@ISP.example'))).status).toBe(4);
  expect((await run(line.with(5, 'short'))).status).toBe(2);
  expect((await run(line.with(3, 'nobody'))).status).toBe(2);
  const [row] = await db.query<{ role: string; password_hash: string }>(
    'select role, password_hash from users',
  );
  expect(row).toMatchObject({ role: 'admin', password_hash: expect.stringMatching(/^\$2[aby]\$12\$/) });
  const audit = await db.query(`select actor_kind, action from audit_log where entity = 'user'`);
  expect(audit).toEqual([{ actor_kind: 'cli', action: 'user.created' }]);
});
