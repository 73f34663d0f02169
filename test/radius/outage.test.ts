import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type EmbeddedDatabase, openEmbedded } from '../../src/db/embedded/launcher.ts';
import { migrate } from '../../src/db/migrate.ts';
import { CODE } from '../../src/radius/protocol/code.ts';
import { AccountingLoad, audit, NOTHING_WRONG } from '../support/accounting-load.ts';
import { TestRouter } from '../support/radius-router.ts';
import { openRadiusSite, RadiusSite, type RunningRadius } from '../support/radius-server.ts';

const usernames = Array.from({ length: 24 }, (_, n) => `user-${n}`);

async function seed(site: RadiusSite): Promise<void> {
  await site.plan();
  await site.nas('edge-1', '127.0.0.1');
  for (const username of usernames) await site.service(username);
}

describe('while the database is out of reach', () => {
  let site: RadiusSite;
  let server: RunningRadius;
  let router: TestRouter;
  let line: Line;

  beforeAll(async () => {
    site = await openRadiusSite();
    await seed(site);
    line = await Line.to(site.url);
    const over = new RadiusSite(line.url);
    server = await over.start();
    router = await TestRouter.open();
    expect((await router.login(server, { username: 'user-0' })).name).toBe('Access-Accept');
  });

  afterAll(async () => {
    router.close();
    await server.stop();
    line.close();
    await site.close();
  });

  it('logins go on from memory, accounting is silent, and afterwards everything is counted', async () => {
    await router.account(server, { username: 'user-1', status: 'Start' });
    line.cut();
    for (const method of ['pap', 'chap', 'mschap2'] as const) {
      expect((await router.login(server, { username: 'user-0', method })).name).toBe('Access-Accept');
    }
    const interim = router.accounting({
      username: 'user-1',
      status: 'Interim-Update',
      timeS: 60,
      up: 5,
      down: 6,
    });
    expect(await router.isSilent(interim, server.acctPort, 1_000)).toBe(true);
    const status = () =>
      router.build({ code: CODE.statusServer, attributes: [], messageAuthenticator: true });
    await vi.waitFor(async () => expect(await router.isSilent(status(), server.acctPort, 100)).toBe(true), {
      timeout: 8_000,
      interval: 300,
    });
    expect((await router.ask(status(), server.authPort)).name).toBe('Access-Accept');
    expect((await router.login(server, { username: 'user-0' })).name).toBe('Access-Accept');

    line.mend();
    await vi.waitFor(async () => expect(await router.send(interim, server.acctPort, 200)).toBeDefined(), {
      timeout: 8_000,
      interval: 100,
    });
    await vi.waitFor(async () => expect(await router.send(status(), server.acctPort, 100)).toBeDefined(), {
      timeout: 8_000,
      interval: 100,
    });
    await router.account(server, { username: 'user-1', status: 'Stop', timeS: 90, up: 7, down: 8 });
    expect(
      await site.db.query(
        `select upload_octets::int as up, download_octets::int as down from sessions where username = 'user-1'`,
      ),
    ).toEqual([{ up: 7, down: 8 }]);
  });

  it('the authentication log keeps its lines and writes them afterwards', async () => {
    line.cut();
    await router.login(server, { username: 'user-2', password: 'wrong during the outage' });
    await sleep(600);
    line.mend();
    await vi.waitFor(
      async () =>
        expect(await site.db.query(`select outcome, reason from auth_log where username = 'user-2'`)).toEqual(
          [{ outcome: 3, reason: 'wrong_password' }],
        ),
      { timeout: 8_000, interval: 100 },
    );
  });

  it('a change made meanwhile by others is known soon after', async () => {
    line.cut();
    await site.db.query(
      `update isp_services set status = 'suspended', reason = 'admin' where username = 'user-3'`,
    );
    expect((await router.login(server, { username: 'user-3' })).name).toBe('Access-Accept');
    line.mend();
    await vi.waitFor(
      async () => expect((await router.login(server, { username: 'user-3' })).name).toBe('Access-Reject'),
      { timeout: 8_000, interval: 50 },
    );
  });
});

describe('a database that is killed under load', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'netflow-radius-outage-'));
  let database: EmbeddedDatabase;
  let site: RadiusSite;
  let server: RunningRadius;

  beforeAll(async () => {
    chmodSync(dataDir, 0o755);
    database = await openEmbedded({ dataDir, log: () => undefined });
    await migrate({ url: database.url });
    site = new RadiusSite(database.url);
    await seed(site);
    server = await site.start();
  });

  afterAll(async () => {
    await site.close();
    await database.release();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('loses no acknowledged report and counts nothing twice', async () => {
    const load = await AccountingLoad.start([server], usernames);
    await vi.waitFor(() => expect(load.acknowledged).toBeGreaterThan(300), { timeout: 10_000 });
    for (let kills = 0; kills < 2; kills += 1) {
      const before = load.acknowledged;
      process.kill(
        Number(readFileSync(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]),
        'SIGKILL',
      );
      await sleep(100);
      await vi.waitFor(() => expect(load.acknowledged - before).toBeGreaterThan(300), {
        timeout: 20_000,
        interval: 50,
      });
    }
    await load.stop();
    expect(await audit(site.db, load)).toEqual(NOTHING_WRONG);
  }, 60_000);
});

/** A way to the database that can be cut and mended. */
class Line {
  readonly url: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isCut = false;

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  static async to(target: string): Promise<Line> {
    const url = new URL(target);
    const [host, port] = [url.hostname, Number(url.port)];
    const server = createServer((near) => {
      if (line.#isCut) {
        near.destroy();
        return;
      }
      const far = connect(port, host);
      for (const [one, another] of [
        [near, far],
        [far, near],
      ] as const) {
        line.#sockets.add(one);
        one.on('error', () => undefined);
        one.on('close', () => {
          line.#sockets.delete(one);
          another.destroy();
        });
        one.pipe(another);
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url.hostname = '127.0.0.1';
    url.port = String(typeof address === 'object' ? address?.port : '');
    const line: Line = new Line(server, url.toString());
    return line;
  }

  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}
