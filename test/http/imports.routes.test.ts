import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './api.ts';
import { DENIED } from './hostile.ts';

let api: TestApi;

beforeAll(async () => {
  api = await openTestApi();
});

afterAll(() => api.close());

const octets = { 'Content-Type': 'application/octet-stream' };

function send(file: string, query = '', as: Parameters<TestApi['call']>[2] = {}) {
  return api.call('POST', `/api/isp/imports${query}`, { body: file, headers: octets, ...as });
}

const really = (file: string, query = '') => send(file, `?dry_run=false${query}`);

const count = async (table: string): Promise<number> => {
  const [row] = await api.db.query<{ n: string }>(`select count(*) as n from ${table}`);
  return Number(row?.n);
};

const serviceId = async (username: string): Promise<string | undefined> => {
  const rows = await api.db.query<{ id: string }>('select id from isp_services where username = $1::text', [
    username,
  ]);
  return rows[0]?.id;
};

const CSV =
  'username,password,package,rate,ip\nann,pw-a,p1,5M/20M,10.1.0.1\nben,***,p1,,\n=cmd,,p1,,\ncat,pw-c,p1,9M/9M,\n';

describe('an import of a file', () => {
  it('is a dry run at first: it says everything and makes nothing', async () => {
    const dry = await send(CSV);
    expect(dry.status).toBe(200);
    expect(dry.body).toMatchObject({
      is_dry_run: true,
      state: 'done',
      counts: { created: 2, skipped: 0, failed: 2, packages: 1 },
      packages_created: ['p1'],
    });
    expect(await count('isp_services')).toBe(0);
    expect(await count('isp_packages')).toBe(0);
    expect(await count('customers')).toBe(0);
    expect(
      JSON.stringify((await api.call('GET', `/api/isp/imports/${dry.body.id}/rows`)).body),
    ).not.toContain('pw-a');
  });

  it('makes what it said, and says of a second run how what is there differs', async () => {
    const first = await really(CSV);
    expect(first.body.counts).toMatchObject({ created: 2, failed: 2, packages: 1 });
    const changed = 'username,password,package,rate,ip\nann,other,p2,8M,10.1.0.2\ncat,pw-c,p1,9M,\n';
    const second = await send(changed);
    expect(second.body.counts).toMatchObject({ created: 0, skipped: 2 });
    const { body } = await api.call('GET', `/api/isp/imports/${second.body.id}/rows`);
    const ofServices = body.items.filter((row: { kind: string }) => row.kind === 'service');
    expect(ofServices).toMatchObject([
      {
        name: 'ann',
        action: 'differs',
        detail:
          'package p1 here, p2 in the source; rate 5M/20M here, 8M/8M in the source; address 10.1.0.1 here, 10.1.0.2 in the source',
      },
      { name: 'cat', action: 'exists', detail: null },
    ]);
  });

  it('gives its row errors as a file a spreadsheet can open, without a password', async () => {
    const { body } = await send(CSV);
    const file = await api.call('GET', `/api/isp/imports/${body.id}/rows?action=left`, {
      headers: { accept: 'text/csv' },
    });
    expect(file.headers.get('content-type')).toContain('text/csv');
    const lines = String(file.body).trim().split('\n');
    expect(lines[0]).toBe('line,kind,name,action,detail');
    expect(lines[1]).toMatch(/^3,service,ben,left,The password is not visible/);
    expect(lines[2]).toMatch(/^4,service,'=cmd,left,/);
  });

  it('takes what a spreadsheet saves: UTF-16, semicolons, other headings', async () => {
    const text = '\ufeffLogin;Kennwort;Tarif;Wer\r\nдима;пароль;p1;"Иванов; Дмитрий"\r\n';
    const query = '?dry_run=false&columns=username%3DLogin,password%3DKennwort,plan%3DTarif,customer%3DWer';
    const response = await api.app.request(`/api/isp/imports${query}`, {
      method: 'POST',
      headers: { Authorization: 'Bearer admin', ...octets },
      body: Buffer.from(text, 'utf16le'),
    });
    expect(response.status).toBe(200);
    const [row] = await api.db.query<{ password_enc: Buffer; name: string }>(
      `select s.password_enc, c.name from isp_services s join customers c on c.id = s.customer_id where username = 'дима'`,
    );
    expect(row?.name).toBe('Иванов; Дмитрий');
    expect(row && api.deps.box.open(row.password_enc).toString()).toBe('пароль');
  });

  it('of 10,000 rows makes 10,000 services, and takes them away again', async () => {
    const rows = Array.from({ length: 10_000 }, (_, n) => `bulk${n},pw${n},p1,Estate ${n % 100}`);
    const { body } = await really(`username,password,package,customer\n${rows.join('\n')}\n`);
    expect(body.counts).toMatchObject({ created: 10_000, failed: 0 });
    const undone = await api.call('POST', `/api/isp/imports/${body.id}/undo`, { body: { dry_run: false } });
    expect(undone.body).toMatchObject({ removed: { service: 10_000, customer: 100 }, kept_count: 0 });
    expect(await serviceId('bulk77')).toBeUndefined();
  });

  it.each([
    ['an unknown format', '?format=dbase', 'x', 422, /format 'dbase' is unknown/],
    ['a mapping of no column', '?columns=name%3DLogin', 'Login\nx\n', 422, /maps no column/],
    ['an unknown column', '', 'username,password,shoe\nx,y,z\n', 422, /'shoe' is unknown/],
    ['an empty body', '', '', 422, /empty/],
    ['nothing the format knows', '?format=freeradius', '-- MySQL dump\nSELECT 1;\n', 422, /nothing in it/],
  ])('refuses %s and changes nothing', async (_, query, file, status, sentence) => {
    const before = await count('isp_services');
    const answer = await send(file, query === '' ? '?dry_run=false' : `${query}&dry_run=false`);
    expect(answer.status).toBe(status);
    expect(answer.body.error.message).toMatch(sentence);
    expect(await count('isp_services')).toBe(before);
  });

  it.each(DENIED)('is not for %s', async (_, as, status, code) => {
    const answer = await send(CSV, '', { as });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  it('daily staff may look and not import', async () => {
    expect((await send(CSV, '', { as: 'user' })).status).toBe(403);
    expect((await api.call('GET', '/api/isp/imports', { as: 'user' })).status).toBe(200);
    expect((await api.call('POST', '/api/isp/imports/1/undo', { as: 'user', body: {} })).status).toBe(403);
  });
});

describe('the undoing of an import', () => {
  const undo = (id: number, dryRun: boolean) =>
    api.call('POST', `/api/isp/imports/${id}/undo`, { body: { dry_run: dryRun } });
  const bill = async (username: string) =>
    api.db.query(
      `insert into isp_billing_items (service_id, amount, description, actor) values ($1::bigint, 5, 'a cable', 'test')`,
      [await serviceId(username)],
    );
  const file = (names: readonly string[], plan: string) =>
    `username,password,package,rate\n${names.map((name) => `${name},pw,${plan},5M/5M\n`).join('')}`;

  it('keeps what was used or changed, with the reason, and takes the rest with customers and packages', async () => {
    const { body } = await really(file(['u1', 'u2', 'u3', 'u4'], 'undo-1'));
    const online = await serviceId('u2');
    await api.db.query(
      `insert into sessions (id, nas_id, acct_session_id, username, service_id, started_at, last_report_at, last_event_at, nas_address)
       values (1, 999, 'a', 'u2', $1::bigint, now(), now(), now(), '10.0.0.1')`,
      [online],
    );
    const patched = await api.call('PATCH', `/api/isp/services/${await serviceId('u3')}`, {
      body: { description: 'x' },
    });
    expect(patched.status).toBe(200);
    const dry = await undo(body.id, true);
    expect(dry.body).toMatchObject({
      dry_run: true,
      removed: { service: 2, customer: 2, package: 0 },
      kept_count: 5,
    });
    expect(await serviceId('u1')).toBeDefined();
    const done = await undo(body.id, false);
    expect({ ...done.body, dry_run: true }).toEqual(dry.body);
    expect(done.body.kept.filter((one: { kind: string }) => one.kind !== 'customer')).toEqual([
      expect.objectContaining({ name: 'u2', reason: 'It has sessions.' }),
      expect.objectContaining({ name: 'u3', reason: 'It was changed after the import.' }),
      expect.objectContaining({ name: 'undo-1', kind: 'package' }),
    ]);
    expect([await serviceId('u1'), await serviceId('u2')]).toEqual([undefined, online]);
    expect((await api.call('GET', `/api/isp/imports/${body.id}`)).body.state).toBe('undone');
    const audit = await api.db.query(`select actor_name from audit_log where action = 'import.undone'`);
    expect(audit.length).toBeGreaterThan(0);
  });

  it('done again takes what has become free meanwhile, and nothing else', async () => {
    const { body } = await really(file(['v1'], 'undo-2'));
    await bill('v1');
    expect((await undo(body.id, false)).body.removed.service).toBe(0);
    await api.db.query('delete from isp_billing_items where service_id = $1::bigint', [
      await serviceId('v1'),
    ]);
    expect((await undo(body.id, false)).body.removed).toMatchObject({ service: 1, customer: 1, package: 1 });
    expect((await undo(body.id, false)).body.removed).toMatchObject({ service: 0, customer: 0, package: 0 });
  });

  it('never touches what was there before, though the source named it', async () => {
    await really(file(['w1'], 'undo-3'));
    const { body } = await really(file(['w1', 'w2'], 'undo-3'));
    expect((await undo(body.id, false)).body.removed).toMatchObject({ service: 1, customer: 1, package: 0 });
    expect(await serviceId('w1')).toBeDefined();
  });

  it('keeps a service that was billed', async () => {
    const { body } = await really(file(['x1'], 'undo-4'));
    await bill('x1');
    const { kept } = (await undo(body.id, false)).body;
    expect(kept[0]).toMatchObject({ name: 'x1', reason: 'It has items to be billed.' });
  });

  it.each([
    ['a dry run', async () => (await send(file(['y1'], 'undo-5'))).body.id, 409, 'import_was_dry_run'],
    ['one that is not there', async () => 999_999, 404, 'not_found'],
  ])('is refused for %s', async (_, idOf, status, code) => {
    const answer = await undo(await idOf(), false);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });
});

describe('an import of FreeRADIUS', () => {
  const dump = `-- MySQL dump
INSERT INTO \`radacct\` (acctsessionid, username, nasipaddress, acctstarttime, acctstoptime, acctsessiontime, acctinputoctets, acctoutputoctets, framedipaddress, callingstationid, acctterminatecause) VALUES
 ('81000001','r1','10.66.0.1','2026-01-01 10:00:00','2026-01-01 11:00:00',3600,5000000000,7,'10.9.0.1','AA:BB:CC:00:00:01','User-Request'),
 ('81000002','r1','10.66.0.9','2026-01-01 10:00:00','2026-01-01 11:00:00',3600,5,7,NULL,NULL,NULL),
 ('81000003','r1','10.66.0.1','2026-01-01 12:00:00',NULL,60,5,7,NULL,NULL,NULL);
INSERT INTO \`radcheck\` VALUES (1,'r1','Cleartext-Password',':=','pw'),(2,'r2','Crypt-Password',':=','x'),(3,'r3','Cleartext-Password',':=','pw'),(4,'r3','Expiration',':=','01 Jan 2020');
INSERT INTO \`radusergroup\` VALUES ('r1','rad-home',1),('r2','rad-home',1),('r3','rad-cards',1);
INSERT INTO \`radgroupreply\` VALUES (1,'rad-home','Mikrotik-Rate-Limit',':=','5M/20M');
INSERT INTO \`nas\` VALUES (1,'10.66.0.1','old tower','cisco',NULL,'a-shared-secret-of-24-ch',NULL,NULL,NULL),(2,'nas.example.net','dns','other',NULL,'a-shared-secret-of-24-ch',NULL,NULL,NULL);
`;
  const query = '&format=freeradius';

  it('makes packages, routers, services and past sessions, which are no usage, and is undone as one', async () => {
    const dry = await send(dump, `?dry_run=true${query}`);
    expect(dry.body.counts).toMatchObject({ created: 2, failed: 1, packages: 2, nas: 1, sessions: 1 });
    expect(await count(`nas where name = 'old tower'`)).toBe(0);
    const { body } = await really(dump, query);
    expect(body.counts).toEqual(dry.body.counts);
    expect(body.errors).toEqual([
      expect.objectContaining({ reason: expect.stringContaining('Crypt-Password') }),
    ]);
    expect(body.warnings).toEqual([
      expect.stringContaining('There is no router with the address 10.66.0.9'),
      expect.stringContaining('only sessions that are over'),
    ]);
    const { body: seen } = await api.call('GET', `/api/isp/imports/${body.id}/rows`);
    const nas = seen.items.filter((row: { kind: string }) => row.kind === 'nas');
    expect(nas).toMatchObject([
      { name: 'old tower', action: 'create', detail: expect.stringContaining("'cisco'") },
      { name: 'dns', action: 'left' },
    ]);
    const [session] = await api.db.query(
      `select upload_octets, close_cause, closed_at, service_id from sessions where acct_session_id = '81000001'`,
    );
    expect(session).toMatchObject({
      upload_octets: '5000000000',
      close_cause: 'user_request',
      closed_at: new Date('2026-01-01T11:00:00Z'),
      service_id: await serviceId('r1'),
    });
    expect(await count('isp_usage_logs')).toBe(0);
    const states = await api.db.query(
      `select username, status, expires_at from isp_services where username in ('r1', 'r3') order by 1`,
    );
    expect(states).toMatchObject([
      { username: 'r1', status: 'active', expires_at: null },
      { username: 'r3', status: 'expired' },
    ]);
    const undone = await api.call('POST', `/api/isp/imports/${body.id}/undo`, { body: { dry_run: false } });
    expect(undone.body).toMatchObject({
      removed: { service: 2, customer: 2, package: 2, nas: 1, session: 1 },
      kept_count: 0,
    });
  });
});
