import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ANOMALY } from '../../src/usage/counter-delta.ts';
import { type Report, TestRouter } from '../support/radius-router.ts';
import { openRadiusSite, type RadiusSite, type RunningRadius } from '../support/radius-server.ts';

const GIB = 2 ** 30;

let site: RadiusSite;
let server: RunningRadius;
let router: TestRouter;
let other: TestRouter;
let username = '';
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
  await site.service(username, { sessionLimit: 0 });
  await vi.waitFor(async () => {
    expect((await router.login(server, { username })).name).toBe('Access-Accept');
  });
});

async function tell(...reports: readonly Omit<Report, 'username'>[]): Promise<void> {
  for (const report of reports) await router.account(server, { username, ...report });
}

/** Lets the service have begun a day ago, for reports of earlier. */
async function backdate(): Promise<void> {
  await site.db.query(
    `update isp_service_segments set from_at = from_at - interval '1 day'
     where service_id = (select id from isp_services where username = $1)`,
    [username],
  );
}

interface SessionRow {
  generation: number;
  up: number;
  down: number;
  cause: string | null;
  anomalies: number;
  version: number;
}

function sessions(): Promise<SessionRow[]> {
  return site.db.query(
    `select generation, upload_octets::float8 as up, download_octets::float8 as down, close_cause as cause, anomalies,
       version from sessions where username = $1 order by started_at, id`,
    [username],
  );
}

/** What each book shows of the subscriber: they must all say the same. */
async function books(): Promise<
  Record<'sessions' | 'raw' | 'days' | 'hours' | 'segments', [number, number]>
> {
  const sum = async (text: string): Promise<[number, number]> => {
    const [row] = await site.db.query<{ up: number; down: number }>(text, [username]);
    return [row?.up ?? 0, row?.down ?? 0];
  };
  const mine = `(select id from isp_services where username = $1)`;
  const both = (up: string, down: string) =>
    `coalesce(sum(${up}), 0)::float8 as up, coalesce(sum(${down}), 0)::float8 as down`;
  return {
    sessions: await sum(
      `select ${both('upload_octets', 'download_octets')} from sessions where username = $1`,
    ),
    raw: await sum(
      `select ${both('upload_delta', 'download_delta')} from accounting where service_id = ${mine}`,
    ),
    days: await sum(`select ${both('upload', 'download')} from isp_usage_logs where service_id = ${mine}`),
    hours: await sum(
      `select ${both('(select sum(h) from unnest(hours) h)', '0')} from isp_usage_logs where service_id = ${mine}`,
    ),
    segments: await sum(
      `select ${both('upload_octets', 'download_octets')} from isp_service_segments where service_id = ${mine}`,
    ),
  };
}

async function expectBooks(up: number, down: number): Promise<void> {
  const both = [up, down];
  expect(await books()).toEqual({
    sessions: both,
    raw: both,
    days: both,
    segments: both,
    hours: [up + down, 0],
  });
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
    expect(await sessions()).toMatchObject([
      { generation: 1, up: 2_003, down: 90_009, cause: 'user_request', anomalies: 0 },
    ]);
    await expectBooks(2_003, 90_009);
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
    await expectBooks(9 * GIB + 1, 4 * GIB + 1 + 4_294_968_000);
  });

  it('whose Start was lost is opened by what comes', async () => {
    await tell({ status: 'Stop', timeS: 100, up: 5, down: 6 });
    expect(await sessions()).toMatchObject([
      { up: 5, down: 6, cause: 'stopped', anomalies: ANOMALY.startLost },
    ]);
    await expectBooks(5, 6);
  });

  it('keeps its usage when the Stop comes without octets', async () => {
    await tell(
      { status: 'Start' },
      { status: 'Interim-Update', timeS: 60, up: 7, down: 8 },
      { status: 'Stop', timeS: 61 },
    );
    expect(await sessions()).toMatchObject([
      { up: 7, down: 8, cause: 'stopped', anomalies: ANOMALY.noCounters },
    ]);
    await expectBooks(7, 8);
  });

  it('begins anew when a Start comes under an id whose session ended', async () => {
    await tell(
      { status: 'Start' },
      { status: 'Stop', timeS: 900, up: 1_000, down: 2_000 },
      { status: 'Start' },
      { status: 'Stop', timeS: 30, up: 10, down: 20 },
    );
    expect(await sessions()).toMatchObject([
      { generation: 1, up: 1_000 },
      { generation: 2, up: 10 },
    ]);
    await expectBooks(1_010, 2_020);
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
    await expectBooks(11, 22);
    expect(
      await site.db.query(
        `select 1 from accounting where session_id in (select id from sessions where username = $1)`,
        [username],
      ),
    ).toHaveLength(2);
  });

  it('counts reports that arrive in any order, all at once', async () => {
    await backdate();
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
    await expectBooks(600, 6_000);
  });

  it('of a router that counts the wrong way round is turned the right way', async () => {
    await other.account(server, { username, status: 'Stop', timeS: 60, up: 900, down: 11 });
    await expectBooks(11, 900);
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

  it('counts for the service of its Class when the user name is not known', async () => {
    const reply = await router.login(server, { username });
    const attributes = [{ name: 'Class', value: reply.octets('Class') }];
    await router.account(server, {
      username: `roaming\\${username}`,
      status: 'Stop',
      timeS: 60,
      up: 3,
      down: 4,
      attributes,
    });
    const { raw, segments } = await books();
    expect([raw, segments]).toEqual([
      [3, 4],
      [3, 4],
    ]);
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
    await backdate();
    await tell({ status: 'Stop', timeS: 60, up: 100, down: 0, delayS: twoHoursMs / 1000 });
    const [row] = await site.db.query<{ octets: number }>(
      `select hours[$2::int]::int as octets from isp_usage_logs where service_id = (select id from isp_services where username = $1) and usage_date = $3::date`,
      [username, hour.getUTCHours() + 1, hour.toISOString().slice(0, 10)],
    );
    expect(row?.octets).toBe(100);
    await expectBooks(100, 0);
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

describe('several sessions of one service', () => {
  it('are all counted, also when they report in the same instant', async () => {
    const ids = Array.from({ length: 30 }, (_, n) => `many-${n}`);
    const round = (status: Report['status'], timeS: number, octets: number) =>
      Promise.all(
        ids.map((session) =>
          router.account(server, { username, session, status, timeS, up: octets, down: octets }),
        ),
      );
    await round('Start', 0, 0);
    await round('Interim-Update', 60, 10);
    await round('Stop', 120, 25);
    await expectBooks(30 * 25, 30 * 25);
  });

  it('of one place: the old one is closed even when the last report of it comes together with the new Start', async () => {
    const mac = 'AA:BB:CC:00:00:09';
    await router.account(server, { username, mac, session: 'old', status: 'Start' });
    await Promise.all([
      router.account(server, {
        username,
        mac,
        session: 'old',
        status: 'Interim-Update',
        timeS: 60,
        up: 5,
        down: 5,
      }),
      router.account(server, { username, mac, session: 'new', status: 'Start' }),
      router.account(server, { username, mac, session: 'newer', status: 'Start' }),
    ]);
    expect((await sessions()).filter(({ cause }) => cause === null)).toHaveLength(1);
    await expectBooks(5, 5);
  });

  it('a session that a job closed in the database does not keep its subscriber from dialling again', async () => {
    const mac = 'AA:BB:CC:00:00:0A';
    await router.account(server, { username, mac, session: 'cut', status: 'Start' });
    await site.db.query(
      `update sessions set closed_at = now(), close_cause = 'stale', version = version + 1 where username = $1`,
      [username],
    );
    await router.account(server, { username, mac, session: 'again', status: 'Start' });
    await router.account(server, {
      username,
      mac,
      session: 'again',
      status: 'Interim-Update',
      timeS: 60,
      up: 1,
      down: 1,
    });
    expect((await sessions()).map(({ cause }) => cause)).toEqual(['stale', null]);
  });

  it('a session whose row is gone is opened again instead of being refused for ever', async () => {
    await tell({ status: 'Start' }, { status: 'Interim-Update', timeS: 60, up: 4, down: 4 });
    await site.db.query(`delete from sessions where username = $1`, [username]);
    await tell({ status: 'Stop', timeS: 120, up: 9, down: 9 });
    expect(await sessions()).toMatchObject([{ up: 9, cause: 'stopped' }]);
  });
});

describe('Accounting-On', () => {
  it('closes the open sessions of the router that spoke, and of no other in its block', async () => {
    const [rebooted, neighbour] = [await TestRouter.open('127.0.1.5'), await TestRouter.open('127.0.1.6')];
    await rebooted.account(server, { username, session: 'a', status: 'Start' });
    await rebooted.account(server, { username, session: 'b', status: 'Stop', timeS: 9 });
    await neighbour.account(server, { username, session: 'c', status: 'Start' });
    await router.account(server, { username, session: 'd', status: 'Start' });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await rebooted.account(server, { status: 'Accounting-On' });
    const rows = await site.db.query(
      `select acct_session_id as id, close_cause as cause from sessions where username = $1 order by 1`,
      [username],
    );
    expect(rows).toEqual([
      { id: 'a', cause: 'nas_reboot' },
      { id: 'b', cause: 'stopped' },
      { id: 'c', cause: null },
      { id: 'd', cause: null },
    ]);
    // It was a guess: a session that reports on was alive after all.
    await rebooted.account(server, {
      username,
      session: 'a',
      status: 'Interim-Update',
      timeS: 60,
      up: 5,
      down: 5,
    });
    expect((await sessions()).find(({ up }) => up === 5)).toMatchObject({
      cause: null,
      anomalies: ANOMALY.reopened,
    });
    rebooted.close();
    neighbour.close();
  });

  it('that comes late closes no session that began after it', async () => {
    await router.account(server, { username, session: 'after', status: 'Start' });
    await router.account(server, { status: 'Accounting-On', delayS: 30 });
    expect(await sessions()).toMatchObject([{ cause: null }]);
  });
});
