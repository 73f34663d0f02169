import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ANOMALY } from '../../src/usage/counter-delta.ts';
import { Books } from '../support/accounting-books.ts';
import { type Report, TestRouter } from '../support/radius-router.ts';
import { openRadiusSite, type RadiusSite, type RunningRadius } from '../support/radius-server.ts';

let site: RadiusSite;
let server: RunningRadius;
let router: TestRouter;
let username = '';
let books: Books;
let count = 0;

beforeAll(async () => {
  site = await openRadiusSite();
  await site.plan();
  await site.nas('edge-1', '127.0.0.1');
  await site.nas('block', '127.0.1.0/24');
  server = await site.start();
  router = await TestRouter.open();
});

afterAll(async () => {
  router.close();
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
    await books.expectTotals(30 * 25, 30 * 25);
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
    expect((await books.sessions()).filter(({ cause }) => cause === null)).toHaveLength(1);
    await books.expectTotals(5, 5);
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
    expect((await books.sessions()).map(({ cause }) => cause)).toEqual(['stale', null]);
  });

  it('a session whose row is gone is opened again instead of being refused for ever', async () => {
    await tell({ status: 'Start' }, { status: 'Interim-Update', timeS: 60, up: 4, down: 4 });
    await site.db.query(`delete from sessions where username = $1`, [username]);
    await tell({ status: 'Stop', timeS: 120, up: 9, down: 9 });
    expect(await books.sessions()).toMatchObject([{ up: 9, cause: 'stopped' }]);
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
    expect((await books.sessions()).find(({ up }) => up === 5)).toMatchObject({
      cause: null,
      anomalies: ANOMALY.reopened,
    });
    rebooted.close();
    neighbour.close();
  });

  it('that comes late closes no session that began after it', async () => {
    await router.account(server, { username, session: 'after', status: 'Start' });
    await router.account(server, { status: 'Accounting-On', delayS: 30 });
    expect(await books.sessions()).toMatchObject([{ cause: null }]);
  });
});
