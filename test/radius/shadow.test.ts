import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NasId } from '../../src/kernel/ids.ts';
import {
  endShadow,
  readComparisons,
  readShadow,
  setShadow,
} from '../../src/network/nas/nas-shadow.service.ts';
import type { ShadowInput } from '../../src/network/nas/nas-shadow.ts';
import { testActor } from '../support/actor.ts';
import { TestRouter } from '../support/radius-router.ts';
import { openRadiusSite, type RadiusSite, type RunningRadius } from '../support/radius-server.ts';
import { TinyServer } from './tiny-server.ts';

const OLD_SECRET = 'what-the-old-server-knows';
let site: RadiusSite;
let server: RunningRadius;
let old: TinyServer;
let shadowed: TestRouter;
let live: TestRouter;
let nasId: NasId;
let serial = 0;

beforeAll(async () => {
  site = await openRadiusSite();
  await site.plan();
  nasId = (await site.nas('tower-1', '127.0.0.2')) as NasId;
  await site.nas('tower-2', '127.0.0.3');
  server = await site.start();
  shadowed = await TestRouter.open('127.0.0.2');
  live = await TestRouter.open('127.0.0.3');
});

beforeEach(async () => {
  old = await new TinyServer(OLD_SECRET).open();
  old.accept = [{ name: 'Mikrotik-Rate-Limit', value: '5M/20M' }];
  await serve({ mode: 'shadow' });
  return () => old.close();
});

afterAll(async () => {
  shadowed.close();
  live.close();
  await site.close();
});

/** Sets how tower-1 is served, and waits until the server does so: a stranger is then let in by the old one alone. */
async function serve(input: Pick<ShadowInput, 'mode'>): Promise<void> {
  const { authPort, acctPort } = old;
  const whole = { ...input, server: '127.0.0.1', secret: OLD_SECRET, authPort, acctPort, timeoutMs: 600 };
  await setShadow(site.deps, { id: nasId, actor: testActor, input: whole });
  if (input.mode === 'accounting_only') {
    const packet = () => shadowed.access({ username: 'nobody' });
    await vi.waitFor(
      async () => expect(await shadowed.isSilent(packet(), server.authPort)).toBe(true),
      5_000,
    );
    return;
  }
  await vi.waitFor(async () => {
    expect((await shadowed.login(server, { username: 'stranger' })).name).toBe('Access-Accept');
  }, 5_000);
}

const newName = () => `user${++serial}`;

async function comparison(username: string) {
  return vi.waitFor(async () => {
    const page = { nasId, outcome: undefined, after: undefined, limit: 1_000 };
    const found = (await readComparisons(site.db, page)).find((one) => one.username === username);
    if (found === undefined) throw new Error('not compared yet');
    return found;
  }, 5_000);
}

describe('a router in the shadow of its old server', () => {
  it.each(['pap', 'chap', 'mschap1', 'mschap2'] as const)(
    'gets the answer of that server to a login by %s, signed for the router, and ours is compared',
    async (method) => {
      const username = newName();
      await site.service(username);
      await vi.waitFor(async () => {
        const reply = await shadowed.login(server, { username, method });
        expect(reply.name).toBe('Access-Accept');
        expect(reply.names).not.toContain('Class');
        expect(await comparison(username)).toMatchObject({ outcome: 'same', differences: [] });
      }, 8_000);
    },
  );

  it('lets in whom that server lets in, although we know nobody of the name, and says so', async () => {
    const username = newName();
    const reply = await shadowed.login(server, { username });
    expect(reply.values['Mikrotik-Rate-Limit']).toBe('5M/20M');
    expect(await comparison(username)).toMatchObject({
      outcome: 'different',
      differences: expect.arrayContaining(['outcome', 'rate']),
      ours: { outcome: 'reject' },
      theirs: { outcome: 'accept', rate: '5M/20M' },
    });
  });

  it('refuses whom that server refuses, although we would let them in', async () => {
    const username = newName();
    await site.service(username, { password: 'right-here' });
    await vi.waitFor(async () => {
      const reply = await shadowed.login(server, { username, password: 'right-here' });
      expect(reply.name).toBe('Access-Reject');
      expect(await comparison(username)).toMatchObject({
        ours: { outcome: 'accept' },
        theirs: { outcome: 'reject' },
      });
    }, 8_000);
  });

  it('tells another rate, pool and address', async () => {
    const username = newName();
    await site.service(username, { framedIp: '10.9.9.9' });
    old.accept = [
      { name: 'Mikrotik-Rate-Limit', value: '1M/2M' },
      { name: 'Framed-Pool', value: 'pool-old' },
    ];
    await vi.waitFor(async () => {
      await shadowed.login(server, { username });
      expect(await comparison(username)).toMatchObject({
        differences: ['rate', 'address', 'pool'],
        ours: { rate: '5M/20M', address: '10.9.9.9' },
        theirs: { rate: '1M/2M', pool: 'pool-old' },
      });
    }, 8_000);
  });

  it('is not answered while that server is silent: the router goes on as if we were not there', async () => {
    const username = newName();
    await site.service(username);
    await vi.waitFor(async () => {
      await shadowed.login(server, { username });
      expect((await comparison(username)).outcome).toBe('same');
    }, 8_000);
    old.answersAccess = false;
    expect(await shadowed.isSilent(shadowed.access({ username }), server.authPort, 1_000)).toBe(true);
    await vi.waitFor(async () => expect((await comparison(username)).outcome).toBe('silent'), 5_000);
    const view = await readShadow(site.db, nasId);
    expect(view?.counts.silent).toBeGreaterThan(0);
  });

  it('asks that server once for a login the router repeats', async () => {
    const packet = shadowed.access({ username: newName() });
    await shadowed.ask(packet, server.authPort);
    const asked = old.seen.length;
    await shadowed.ask(packet, server.authPort);
    expect(old.seen.length).toBe(asked);
  });

  it('has its accounting counted here and copied there', async () => {
    const username = newName();
    const serviceId = await site.service(username);
    const session = `8100${serial}`;
    await shadowed.account(server, { status: 'Start', username, session });
    await shadowed.account(server, {
      status: 'Stop',
      username,
      session,
      timeS: 60,
      up: 5_000_000_000,
      down: 7,
    });
    await vi.waitFor(() => {
      const copy = old.accounting('Stop').find(({ values }) => values['Acct-Session-Id'] === session);
      expect(copy?.values).toMatchObject({ 'User-Name': username, 'Acct-Output-Octets': '7' });
    }, 5_000);
    const rows = await site.db.query(
      'select upload_octets, service_id from sessions where acct_session_id = $1::text',
      [session],
    );
    expect(rows).toEqual([{ upload_octets: '5000000000', service_id: serviceId }]);
  });

  it('has nothing bound, logged or counted as a login of ours', async () => {
    const username = newName();
    const serviceId = await site.service(username, { macBind: true });
    await vi.waitFor(async () => {
      await shadowed.login(server, { username, mac: 'AA:BB:CC:DD:EE:01' });
      expect((await comparison(username)).outcome).toBe('same');
    }, 8_000);
    const [row] = await site.db.query('select mac_address from isp_services where id = $1::bigint', [
      serviceId,
    ]);
    expect(row).toEqual({ mac_address: null });
    expect(await site.db.query('select 1 from auth_log where username = $1::text', [username])).toEqual([]);
  });

  it('changes nothing for another router', async () => {
    const username = newName();
    await site.service(username);
    old.answersAccess = false;
    await vi.waitFor(async () => {
      const reply = await live.login(server, { username });
      expect(reply.name).toBe('Access-Accept');
      expect(reply.names).toContain('Class');
    }, 5_000);
    expect((await live.login(server, { username: 'stranger' })).name).toBe('Access-Reject');
  });

  it('is answered from here once it is live', async () => {
    const username = newName();
    await site.service(username);
    await endShadow(site.deps, { id: nasId, actor: testActor });
    await vi.waitFor(async () => {
      const reply = await shadowed.login(server, { username });
      expect(reply.names).toContain('Class');
    }, 5_000);
    expect((await shadowed.login(server, { username: 'stranger' })).name).toBe('Access-Reject');
  });
});

describe('a router whose accounting alone is taken', () => {
  it('gets no answer to logins, and its accounting is counted', async () => {
    await serve({ mode: 'accounting_only' });
    const username = newName();
    const serviceId = await site.service(username);
    expect(await shadowed.isSilent(shadowed.access({ username }), server.authPort)).toBe(true);
    await vi.waitFor(async () => {
      await shadowed.account(server, { status: 'Start', username, session: '8200aaaa' });
      const rows = await site.db.query(`select service_id from sessions where acct_session_id = '8200aaaa'`);
      expect(rows).toEqual([{ service_id: serviceId }]);
    }, 5_000);
  });
});
