import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { AccountingLoad, audit, NOTHING_WRONG } from '../support/accounting-load.ts';
import { TestRouter } from '../support/radius-router.ts';
import { openRadiusSite, type RadiusSite } from '../support/radius-server.ts';

const usernames = Array.from({ length: 24 }, (_, n) => `user-${n}`);

let site: RadiusSite;

beforeAll(async () => {
  site = await openRadiusSite();
  await site.plan();
  await site.nas('edge-1', '127.0.0.1');
  for (const username of usernames) await site.service(username, { sessionLimit: 0 });
});

beforeEach(async () => {
  await site.db.query(`truncate sessions, accounting, isp_usage_logs`);
  await site.db.query(`update isp_service_segments set upload_octets = 0, download_octets = 0`);
});

afterAll(() => site.close());

it('a RADIUS process killed under load loses no acknowledged report, and its successor answers and counts on', async () => {
  const first = await site.startProcess();
  const load = await AccountingLoad.start([first], usernames);
  await vi.waitFor(() => expect(load.acknowledged).toBeGreaterThan(400), { timeout: 15_000 });
  await first.kill();
  const killed = load.acknowledged;
  const second = await site.startProcess(first);
  await vi.waitFor(() => expect(load.acknowledged - killed).toBeGreaterThan(400), { timeout: 15_000 });
  await load.stop();
  await second.stop();
  expect(await audit(site.db, load)).toEqual(NOTHING_WRONG);
}, 60_000);

it('a RADIUS process told to stop finishes what it has taken, and answers it', async () => {
  const server = await site.startProcess();
  const router = await TestRouter.open();
  await router.account(server, { username: 'user-0', session: 'warm', status: 'Start' });
  const sent = Array.from({ length: 200 }, (_, n) =>
    router.send(
      router.accounting({ username: usernames[n % 24], session: `last-${n}`, status: 'Start' }),
      server.acctPort,
      3_000,
    ),
  );
  await sleep(5);
  const stopped = server.stop();
  const answered = (await Promise.all(sent)).filter((reply) => reply !== undefined).length;
  await stopped;
  const [row] = await site.db.query<{ count: number }>(
    `select count(*)::int as count from sessions where acct_session_id like 'last-%'`,
  );
  expect(row?.count).toBe(answered);
  router.close();
}, 30_000);

it('two RADIUS roles fed in turn with the same sessions count every octet once', async () => {
  const [here, there] = [await site.start(), await site.start()];
  const load = await AccountingLoad.start([here, there], usernames);
  await vi.waitFor(() => expect(load.acknowledged).toBeGreaterThan(1_500), { timeout: 20_000 });
  await load.stop();
  expect(await audit(site.db, load)).toEqual(NOTHING_WRONG);
  expect(load.unanswered).toBeLessThan(load.acknowledged / 100);
  await Promise.all([here.stop(), there.stop()]);
}, 60_000);

it('what one host learns of sessions the other knows soon: session limits hold over both', async () => {
  await site.service('one-place');
  const [here, there] = [await site.start(), await site.start()];
  const router = await TestRouter.open();
  const [phone, laptop] = ['AA:BB:CC:00:00:01', 'AA:BB:CC:00:00:02'];
  const isLetIn = async (mac: string): Promise<boolean> =>
    (await router.login(there, { username: 'one-place', mac })).name === 'Access-Accept';
  const soon = { timeout: 5_000, interval: 100 };
  // Each host learns within two seconds that it is not alone.
  await sleep(2_500);
  const session = { username: 'one-place', mac: phone, session: 'here' };
  await router.account(here, { ...session, status: 'Start' });
  await vi.waitFor(async () => expect(await isLetIn(laptop)).toBe(false), soon);
  await sleep(1_100);
  await router.account(here, { status: 'Accounting-On' });
  await vi.waitFor(async () => expect(await isLetIn(laptop)).toBe(true), soon);
  router.close();
  await Promise.all([here.stop(), there.stop()]);
}, 30_000);
