import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ANOMALY } from '../../src/usage/counter-delta.ts';
import { Books } from '../support/accounting-books.ts';
import { type Report, TestRouter } from '../support/radius-router.ts';
import { openRadiusSite, type RadiusSite, type RunningRadius } from '../support/radius-server.ts';

const GIB = 2 ** 30;

let site: RadiusSite;
let server: RunningRadius;
let router: TestRouter;
let other: TestRouter;
let username = '';
let books: Books;
let count = 0;

beforeAll(async () => {
  site = await openRadiusSite();
  await site.plan();
  await site.nas('edge-1', '127.0.0.1');
  await site.nas('edge-2', '127.0.0.2', { swapOctets: true });
  await site.nas('block', '127.0.1.0/24');
  server = await site.start();
  router = await TestRouter.open();
  other = await TestRouter.open('127.0.0.2');
});

afterAll(async () => {
  router.close();
  other.close();
  await site.close();
});

/** Each test has a subscriber of its own, known to the server, whose sessions no other test touches. */
beforeEach(async () => {
  count += 1;
  username = `user-${count}`;
  books = new Books(site.db, username);
  await site.service(username, { sessionLimit: 0 });
  await vi.waitFor(async () => {
    expect((await router.login(server, { username })).name).toBe('Access-Accept');
  });
});

async function tell(...reports: readonly Omit<Report, 'username'>[]): Promise<void> {
  for (const report of reports) await router.account(server, { username, ...report });
}

describe('a session over the wire', () => {
  it('is counted to the octet in session, raw rows, day, hours and segment', async () => {
    await tell(
      { status: 'Start' },
      { status: 'Interim-Update', timeS: 300, up: 1_001, down: 50_003 },
      { status: 'Interim-Update', timeS: 600, up: 2_002, down: 90_007 },
      {
        status: 'Stop',
        timeS: 610,
        up: 2_003,
        down: 90_009,
        attributes: [{ name: 'Acct-Terminate-Cause', value: 1 }],
      },
    );
    expect(await books.sessions()).toMatchObject([
      { generation: 1, up: 2_003, down: 90_009, cause: 'user_request', anomalies: 0 },
    ]);
    await books.expectTotals(2_003, 90_009);
  });

  it('is counted right past 4 GiB, with Gigawords and without', async () => {
    await tell(
      { status: 'Interim-Update', timeS: 300, up: 5 * GIB, down: 4 * GIB - 1 },
      { status: 'Interim-Update', timeS: 600, up: 9 * GIB + 1, down: 4 * GIB + 1 },
    );
    await tell(
      { status: 'Start', session: 'short' },
      {
        status: 'Interim-Update',
        session: 'short',
        timeS: 300,
        up: 0,
        down: 4_294_967_000,
        gigawords: false,
      },
      { status: 'Stop', session: 'short', timeS: 600, up: 0, down: 704, gigawords: false },
    );
    await books.expectTotals(9 * GIB + 1, 4 * GIB + 1 + 4_294_968_000);
  });

  it('whose Start was lost is opened by what comes', async () => {
    await tell({ status: 'Stop', timeS: 100, up: 5, down: 6 });
    expect(await books.sessions()).toMatchObject([
      { up: 5, down: 6, cause: 'stopped', anomalies: ANOMALY.startLost },
    ]);
    await books.expectTotals(5, 6);
  });

  it('keeps its usage when the Stop comes without octets', async () => {
    await tell(
      { status: 'Start' },
      { status: 'Interim-Update', timeS: 60, up: 7, down: 8 },
      { status: 'Stop', timeS: 61 },
    );
    expect(await books.sessions()).toMatchObject([
      { up: 7, down: 8, cause: 'stopped', anomalies: ANOMALY.noCounters },
    ]);
    await books.expectTotals(7, 8);
  });

  it('begins anew when a Start comes under an id whose session ended', async () => {
    await tell(
      { status: 'Start' },
      { status: 'Stop', timeS: 900, up: 1_000, down: 2_000 },
      { status: 'Start' },
      { status: 'Stop', timeS: 30, up: 10, down: 20 },
    );
    expect(await books.sessions()).toMatchObject([
      { generation: 1, up: 1_000 },
      { generation: 2, up: 10 },
    ]);
    await books.expectTotals(1_010, 2_020);
  });

  it('is one and the same whatever is sent again, under the same id or a new one', async () => {
    const packet = router.accounting({ username, status: 'Interim-Update', timeS: 60, up: 10, down: 20 });
    const first = await router.send(packet, server.acctPort);
    const second = await router.send(packet, server.acctPort);
    expect(second).toEqual(first);
    await tell(
      { status: 'Interim-Update', timeS: 60, up: 10, down: 20, delayS: 1 },
      { status: 'Interim-Update', timeS: 60, up: 10, down: 20, delayS: 2 },
      { status: 'Stop', timeS: 70, up: 11, down: 22 },
      { status: 'Stop', timeS: 70, up: 11, down: 22, delayS: 3 },
    );
    await books.expectTotals(11, 22);
    expect(
      await site.db.query(
        `select 1 from accounting where session_id in (select id from sessions where username = $1)`,
        [username],
      ),
    ).toHaveLength(2);
  });

  it('counts reports that arrive in any order, all at once', async () => {
    await books.backdate();
    const reports = [5, 1, 4, 2, 3, 6].map((n) =>
      router.account(server, {
        username,
        status: n === 6 ? 'Stop' : 'Interim-Update',
        timeS: n * 60,
        up: n * 100,
        down: n * 1_000,
        delayS: 400 - n * 60,
      }),
    );
    await Promise.all(reports);
    await books.expectTotals(600, 6_000);
  });

  it('of a router that counts the wrong way round is turned the right way', async () => {
    await other.account(server, { username, status: 'Stop', timeS: 60, up: 900, down: 11 });
    await books.expectTotals(11, 900);
  });

  it('of a user nobody knows is kept, counted for no service', async () => {
    const stranger = `stranger-${count}`;
    await router.account(server, { username: stranger, status: 'Stop', timeS: 60, up: 1, down: 2 });
    expect(
      await site.db.query(`select service_id, upload_octets::int as up from sessions where username = $1`, [
        stranger,
      ]),
    ).toEqual([{ service_id: null, up: 1 }]);
  });

  it.each([
    ['the user name is not known', 'roaming\\nobody'],
    ['it names nobody', ''],
  ])('counts for the service of its Class when %s', async (_, name) => {
    const reply = await router.login(server, { username });
    const attributes = [
      { name: 'Class', value: Buffer.from('of a proxy') },
      { name: 'Class', value: reply.octets('Class') },
    ];
    await router.account(server, {
      username: name,
      session: username,
      status: 'Stop',
      timeS: 60,
      up: 3,
      down: 4,
      attributes,
    });
    const { raw, segments } = await books.totals();
    expect([raw, segments]).toEqual([
      [3, 4],
      [3, 4],
    ]);
  });

  it('is reached where its router speaks from now', async () => {
    const [before, after] = [await TestRouter.open('127.0.1.5'), await TestRouter.open('127.0.1.6')];
    const told = { username, session: 'moved' };
    await before.account(server, { ...told, status: 'Start' });
    await after.account(server, { ...told, status: 'Interim-Update', timeS: 60, up: 1, down: 1 });
    const where = `select host(nas_address) as address from sessions where username = $1`;
    expect(await site.db.query(where, [username])).toEqual([{ address: '127.0.1.6' }]);
    before.close();
    after.close();
  });

  it('may have names no database likes', async () => {
    const session = 'a"b\\c{d},\t\n\0e';
    const hostile = { username: `x\0"'${username}`, session };
    await router.account(server, { ...hostile, status: 'Start' });
    await router.account(server, { ...hostile, status: 'Stop', timeS: 5, up: 1, down: 1 });
    expect(
      await site.db.query(`select acct_session_id as id from sessions where username = $1`, [
        `x\ufffd"'${username}`,
      ]),
    ).toEqual([{ id: session.replace('\0', '\ufffd') }]);
  });

  it('books a delayed report to the hour it happened in', async () => {
    const twoHoursMs = 7_200_000;
    const hour = new Date(Date.now() - twoHoursMs);
    await books.backdate();
    await tell({ status: 'Stop', timeS: 60, up: 100, down: 0, delayS: twoHoursMs / 1000 });
    const [row] = await site.db.query<{ octets: number }>(
      `select hours[$2::int]::int as octets from isp_usage_logs where service_id = (select id from isp_services where username = $1) and usage_date = $3::date`,
      [username, hour.getUTCHours() + 1, hour.toISOString().slice(0, 10)],
    );
    expect(row?.octets).toBe(100);
    await books.expectTotals(100, 0);
  });

  it('tunnel reports (RFC 2867) are acknowledged and count nothing', async () => {
    const reply = await router.ask(
      router.build({
        code: 4,
        attributes: [{ name: 'Acct-Status-Type', value: 9 }],
        messageAuthenticator: false,
      }),
      server.acctPort,
    );
    expect(reply.name).toBe('Accounting-Response');
  });

  it('echoes Proxy-State in the answer', async () => {
    const reply = await router.account(server, {
      username,
      status: 'Start',
      attributes: [{ name: 'Proxy-State', value: '0x0102' }],
    });
    expect(reply.values['Proxy-State']).toBe('0x0102');
  });
});
