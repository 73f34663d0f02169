import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { setConnection } from '../../src/network/connection/mikrotik-connection.service.ts';
import { NetworkFixture } from '../db/network-fixture.ts';
import { testActor } from '../support/actor.ts';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/database.ts';
import { API_USER, openTestRouterOs, type TestRouterOs } from '../support/routeros-router.ts';
import { commandLine, type Ran } from './run-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'netflow-cli-'));
let own: TestDatabase;
let db: Database;
let net: NetworkFixture;
let run: (line: readonly string[]) => Promise<Ran>;

beforeAll(async () => {
  own = await createTestDatabase();
  db = openLanePool({ url: own.url, lanes: 2, name: 'test' });
  net = new NetworkFixture(db);
  run = commandLine({ DATABASE_URL: own.url, APP_KEY: Buffer.alloc(32, 7).toString('hex') });
});

afterAll(async () => {
  await db.close();
  await own.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** Parsed JSON, compared by the tests as it is. */
type Parsed = ReturnType<typeof JSON.parse>;

async function json(...line: string[]): Promise<Parsed> {
  const { status, stdout, stderr } = await run([...line, '--json']);
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

const usernames = async (): Promise<string[]> => {
  const rows = await db.query<{ username: string }>('select username from isp_services order by username');
  return rows.map(({ username }) => username);
};

describe('an import of a file', () => {
  test('is listed, read row by row, and taken back but for what was changed since', async () => {
    expect((await run(['import', 'list'])).stdout).toBe('Nothing was imported yet.\n');
    const file = join(folder, 'lines.csv');
    writeFileSync(
      file,
      'username,password,package,rate\nann,pw-ann,p1,5M/20M\nben,pw-ben,p1,\ncat,****,p1,\n',
    );
    const ran = await run(['import', 'subscribers', file]);
    expect(ran.status).toBe(1);

    const { items } = await json('import', 'list');
    expect(items).toMatchObject([
      { id: '1', format: 'csv', state: 'done', is_dry_run: false, counts: { created: 2, failed: 1 } },
    ]);
    const list = await run(['import', 'list']);
    expect(list.stdout).toMatch(/^ID .*\n *1 .* csv .*lines\.csv .* done /);

    const rows = await run(['import', 'rows', '1']);
    expect(rows.status).toBe(0);
    expect(rows.stdout).toContain('2  create  service ann\n');
    expect(rows.stdout).not.toContain('pw-ann');
    const left = await run(['import', 'rows', '1', '--action', 'left', '--json']);
    expect(JSON.parse(left.stdout)).toMatchObject({ line: 4, name: 'cat', action: 'left' });

    const { id } = (await db.query<{ id: string }>(`select id from isp_services where username = 'ben'`))[0];
    await net.session({
      nasId: await net.router('t', '127.0.0.88', 3799, 'a-secret-of-24-letters-'),
      serviceId: id,
    });
    const dry = await json('import', 'undo', '1', '--dry-run');
    expect(dry).toMatchObject({ is_dry_run: true, removed: { service: 1 }, kept_count: expect.any(Number) });
    expect(await usernames()).toEqual(['ann', 'ben']);
    const undone = await run(['import', 'undo', '1']);
    expect(undone.stdout).toMatch(
      /^Removed: 1 services, 1 customers, 0 packages, 0 routers, 0 past sessions\. Kept: \d\.\n$/,
    );
    expect(undone.stderr).toContain('kept: service ben.');
    expect(await usernames()).toEqual(['ben']);
  });

  test.each([
    ['rows of an import nobody made', ['import', 'rows', '99'], 3],
    ['the undoing of one', ['import', 'undo', '99'], 3],
    ['a word that is no id', ['import', 'undo', 'seven'], 2],
    ['an action there is not', ['import', 'rows', '1', '--action', 'gone'], 2],
  ])('%s ends with a sentence and its status', async (_, line, status) => {
    const ran = await run(line);
    expect([ran.status, ran.stdout]).toEqual([status, '']);
    expect(ran.stderr).toMatch(/\.\n/);
  });
});

describe('an import of a router', () => {
  let target: TestRouterOs;

  beforeAll(async () => {
    target = await openTestRouterOs({ address: '127.0.0.44', isTls: true });
    const nasId = await net.router('tower-1', '127.0.0.44', 3799, 'a-shared-secret-of-24-ch');
    const input = { port: target.api.port, tls: true, ...API_USER };
    await setConnection({ db, box: net.box }, { nasId, input, actor: testActor });
    await net.router('plain', '127.0.0.45', 3799, 'a-shared-secret-of-24-ch');
    const { config } = target.router;
    const profile = { name: 'home-20', 'rate-limit': '5M/20M', 'remote-address': 'pool-a' };
    config.menu('/ip/pool').add({ name: 'pool-a', ranges: '10.9.0.2-10.9.0.254' });
    config.menu('/ppp/profile').add(profile);
    config.menu('/ppp/secret').add({ name: 'dora', password: 'pw-dora', profile: 'home-20' });
    config.menu('/queue/simple').add({ name: 'office', target: '10.9.1.2/32', 'max-limit': '10M/10M' });
  });

  afterAll(() => target.close());

  const showPasswords = (isShown: boolean): void => {
    const groups = target.router.config.menu('/user/group');
    const policy = `api,read,write,test${isShown ? ',sensitive' : ''}`;
    groups.set(groups.find({ name: 'isp-billing' })?.['.id'], { policy });
  };

  test('is a dry run until it is told to be done, and only reads the router', async () => {
    showPasswords(true);
    const dry = await run(['import', 'router', 'tower-1']);
    expect([dry.status, dry.stderr]).toEqual([0, expect.stringContaining('add --apply')]);
    expect(dry.stdout).toContain('2 would be created, 0 existed already, 0 left out');
    expect(await usernames()).not.toContain('dora');
    const done = await json('import', 'router', 'tower-1', '--apply', '--parts', 'secrets');
    expect(done).toMatchObject({ file: 'tower-1', is_dry_run: false, created: 1, failed: 0 });
    expect(await usernames()).toContain('dora');
    const [plan] = await db.query(`select rate_limit, pool from isp_packages where code = 'home-20'`);
    expect(plan).toEqual({ rate_limit: '5M/20M', pool: 'pool-a' });
    expect(target.api.commands.filter((path) => /\/(add|set|remove)$/.test(path))).toEqual([]);
    const [pinned] = await db.query<{ fingerprint: string }>('select fingerprint from mikrotik_connections');
    expect(pinned.fingerprint).toBe(target.api.certificate?.fingerprint);
  });

  test('leaves a secret whose password is hidden, and says why', async () => {
    showPasswords(false);
    target.router.config.menu('/ppp/secret').add({ name: 'eve', password: 'pw-eve' });
    const errors = join(folder, 'left.csv');
    const ran = await run([
      'import',
      'router',
      'tower-1',
      '--parts',
      'secrets',
      '--apply',
      '--errors',
      errors,
    ]);
    expect(ran.status).toBe(1);
    expect(readFileSync(errors, 'utf8')).toMatch(/eve,.*sensitive/);
    expect(await usernames()).not.toContain('eve');
  });

  test.each([
    ['an unknown router', ['nobody'], 3, 'There is no NAS named'],
    ['a router without credentials', ['plain'], 4, 'RouterOS driver not configured'],
    ['a part there is not', ['tower-1', '--parts', 'firewall'], 2, '--parts cannot be'],
  ])('%s ends with a sentence', async (_, rest, status, words) => {
    const ran = await run(['import', 'router', ...rest]);
    expect([ran.status, ran.stdout]).toEqual([status, '']);
    expect(ran.stderr).toContain(words);
  });

  test('a router that refuses the login is named with what mends it', async () => {
    target.router.config.menu('/user').add({ name: 'other', password: 'x', group: 'full' });
    const users = target.router.config.menu('/user');
    users.set(users.find({ name: API_USER.username })?.['.id'], { disabled: 'yes' });
    const ran = await run(['import', 'router', 'tower-1']);
    users.set(users.find({ name: API_USER.username })?.['.id'], { disabled: 'no' });
    expect(ran.status).toBe(5);
    expect(ran.stderr).toContain("does not let 'isp-billing' in");
  });
});

describe('nas shadow', () => {
  test('puts a router beside its old server, shows how logins compare, and makes it live again', async () => {
    const id = await net.router('shy', '127.0.0.46', 3799, 'a-shared-secret-of-24-ch');
    expect((await run(['nas', 'shadow', 'shy'])).stdout).toBe('It is live: logins are answered from here.\n');
    const set = [
      'nas',
      'shadow',
      'shy',
      '--mode',
      'shadow',
      '--server',
      '127.0.0.1',
      '--secret',
      'old-secret-of-24-letters',
    ];
    expect((await run(set)).stdout).toBe(
      'shadow: 0 names alike, 0 different, 0 without an answer of the old server.\n',
    );
    await db.query(
      `insert into shadow_comparisons (nas_id, username, outcome, differences, ours, theirs, count, last_at)
       values ($1::bigint, 'ann', 'different', '{rate}', '{"rate":"5M/20M"}', '{"rate":"4M/16M"}', 2, now()),
         ($1::bigint, 'ben', 'same', '{}', '{}', '{}', 1, now())`,
      [id],
    );
    const shown = await run(['nas', 'shadow', 'shy']);
    expect(shown.stdout).toMatch(
      /^shadow: 1 names alike, 1 different, .*\n.*\n *ann +rate +5M\/20M +4M\/16M /,
    );
    expect(shown.stdout).not.toContain('ben');
    expect((await json('nas', 'shadow', 'shy', '--all')).logins).toHaveLength(2);
    expect(JSON.stringify(await json('nas', 'shadow', 'shy'))).not.toContain('old-secret');
    expect((await json('nas', 'shadow', 'shy', '--mode', 'live')).mode).toBe('live');
  });

  test.each([
    ['an unknown router', ['nobody'], 3],
    ['a shadow without its server', ['shy', '--mode', 'shadow'], 2],
    ['a server without the mode', ['shy', '--server', '127.0.0.1'], 2],
    ['an unknown mode', ['shy', '--mode', 'dark'], 2],
  ])('%s is refused', async (_, rest, status) => {
    const ran = await run(['nas', 'shadow', ...rest]);
    expect(ran.status).toBe(status);
    expect((await json('nas', 'shadow', 'shy')).mode).toBe('live');
  });
});

describe('the tables of FreeRADIUS in a running PostgreSQL', () => {
  let radius: TestDatabase;

  beforeAll(async () => {
    radius = await createEmptyDatabase();
    const there = openLanePool({ url: radius.url, lanes: 1, name: 'test' });
    for (const statement of FREERADIUS) await there.query(statement, [], { prepare: false });
    await there.close();
  });

  afterAll(() => radius.drop());

  test('are read by their URL, which is never shown with its password', async () => {
    const dry = await run(['import', 'subscribers', radius.url, '--dry-run', '--json']);
    expect([dry.status, JSON.parse(dry.stdout)]).toMatchObject([
      1,
      { created: 2, failed: 1, nas: 1, sessions: 1, packages_created: ['gold'] },
    ]);
    expect(await usernames()).not.toContain('fr-ann');
    const done = await run(['import', 'subscribers', radius.url]);
    expect(done.status).toBe(1);
    expect(done.stdout).toContain('2 created, 0 existed already, 1 left out');
    expect(done.stdout).toContain('New packages: gold.');
    const rows = await db.query(
      `select s.username, p.code, p.rate_limit, host(s.framed_ip) as ip from isp_services s join isp_packages p on p.id = s.package_id
       where s.username like 'fr-%' order by s.username`,
    );
    expect(rows).toEqual([
      { username: 'fr-ann', code: 'gold', rate_limit: '5M/20M', ip: '10.3.0.9' },
      { username: 'fr-ben', code: 'gold', rate_limit: '5M/20M', ip: null },
    ]);
    const [past] = await db.query(
      `select username, upload_octets, download_octets, closed_at is not null as is_closed from sessions where username = 'fr-ann'`,
    );
    expect(past).toEqual({
      username: 'fr-ann',
      upload_octets: '1000',
      download_octets: '5000000000',
      is_closed: true,
    });
    const { items } = await json('import', 'list');
    expect(items[0].format).toBe('freeradius');
    const { password } = new URL(radius.url);
    if (password !== '') expect(JSON.stringify(items)).not.toContain(password);
    const again = await run(['import', 'subscribers', radius.url, '--dry-run', '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ created: 0, skipped: 2 });
  });

  test.each([
    [
      'a database without its tables',
      () => own.url.replace(/\/[^/]*$/, '/postgres'),
      2,
      'none of the tables',
    ],
    ['a server that does not answer', () => 'postgres://a:sec-ret@127.0.0.1:1/radius', 5, 'does not answer'],
  ])('%s ends with a sentence', async (_, url, status, words) => {
    const ran = await run(['import', 'subscribers', url()]);
    expect([ran.status, ran.stdout]).toEqual([status, '']);
    expect(ran.stderr).toContain(words);
    expect(ran.stderr).not.toContain('sec-ret');
  });
});

/** As FreeRADIUS 3 makes them, with two that can be taken over and one that cannot. */
const FREERADIUS = [
  `create table radcheck (id serial primary key, username text, attribute text, op varchar(2), value text)`,
  `create table radreply (id serial primary key, username text, attribute text, op varchar(2), value text)`,
  `create table radgroupreply (id serial primary key, groupname text, attribute text, op varchar(2), value text)`,
  `create table radusergroup (username text, groupname text, priority integer)`,
  `create table nas (id serial primary key, nasname text, shortname text, type text, ports integer, secret text,
     server text, community text, description text)`,
  `create table radacct (radacctid bigserial primary key, acctsessionid text, acctuniqueid text, username text,
     nasipaddress inet, acctstarttime timestamptz, acctupdatetime timestamptz, acctstoptime timestamptz,
     acctsessiontime bigint, acctinputoctets bigint, acctoutputoctets bigint, callingstationid text,
     acctterminatecause text, framedipaddress inet)`,
  `insert into radcheck (username, attribute, op, value) values ('fr-ann', 'Cleartext-Password', ':=', 'pw-ann'),
     ('fr-ben', 'Cleartext-Password', ':=', 'pw-ben'), ('fr-cat', 'MD5-Password', ':=', '0123456789abcdef0123456789abcdef')`,
  `insert into radreply (username, attribute, op, value) values ('fr-ann', 'Framed-IP-Address', '=', '10.3.0.9')`,
  `insert into radgroupreply (groupname, attribute, op, value) values ('gold', 'Mikrotik-Rate-Limit', '=', '5M/20M')`,
  `insert into radusergroup values ('fr-ann', 'gold', 1), ('fr-ben', 'gold', 1), ('fr-cat', 'gold', 1)`,
  `insert into nas (nasname, shortname, type, secret) values ('127.0.0.77', 'old-tower', 'other', 'the-secret-of-24-letters')`,
  `insert into radacct (acctsessionid, acctuniqueid, username, nasipaddress, acctstarttime, acctupdatetime, acctstoptime,
     acctsessiontime, acctinputoctets, acctoutputoctets, callingstationid, acctterminatecause, framedipaddress)
   values ('81000001', 'u1', 'fr-ann', '127.0.0.77', now() - interval '2 days', now() - interval '1 day', now() - interval '1 day',
     86400, 1000, 5000000000, '02:00:00:00:00:01', 'User-Request', '10.3.0.9')`,
];
