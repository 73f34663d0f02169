import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { findAccess, setConnection } from '../../src/network/connection/mikrotik-connection.service.ts';
import { openProvisioner, type Provisioner } from '../../src/network/provisioning/provisioner.service.ts';
import { readProvision, recheckProvisions } from '../../src/network/provisioning/router-provision.store.ts';
import { readServiceMode, setServiceMode } from '../../src/network/provisioning/service-mode.service.ts';
import type { RouterPort } from '../../src/network/router.port.ts';
import { subscriber } from '../../src/simulator/subscriber.ts';
import { setServiceCredentials } from '../../src/subscribers/services/credentials.service.ts';
import { resumeService, suspendService } from '../../src/subscribers/services/lifecycle.service.ts';
import { setServiceSpeed } from '../../src/subscribers/speeds/speed.service.ts';
import { NetworkFixture, until } from '../db/network-fixture.ts';
import { testActor } from '../support/actor.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { API_USER, openTestDriver, openTestRouterOs, type TestRouterOs } from '../support/routeros-router.ts';

const ADDRESS = '127.0.0.36';
let own: TestDatabase;
let db: Database;
let net: NetworkFixture;
let target: TestRouterOs;
let driver: RouterPort;
let provisioner: Provisioner;
let nasId: string;
let serial = 0;
let onSuspended: 'reject' | 'walled' = 'reject';

beforeAll(async () => {
  own = await createTestDatabase();
  db = openLanePool({ url: own.url, lanes: 4, name: 'test' });
  net = new NetworkFixture(db);
  await net.plan('home', '5M/20M');
  driver = openTestDriver();
  provisioner = openProvisioner({
    db,
    box: net.box,
    routerApi: { router: driver, accessOf: (id) => findAccess({ db, box: net.box }, id) },
    logger: net.logger,
    clock: systemClock,
    host: 'host-a',
    choices: async () => ({
      wall: { onSuspended, onExpired: 'reject', onDataCap: 'reject' },
      walledList: 'suspended',
    }),
  });
});

beforeEach(async () => {
  serial += 1;
  onSuspended = 'reject';
  target = await openTestRouterOs({ address: ADDRESS });
  await db.query('delete from router_provisions');
  await db.query('delete from mikrotik_connections');
  await db.query('update nas set nas_identifier = $1::text where nas_identifier is null', [`old-${serial}`]);
  nasId = await net.router(`tower-${serial}`, ADDRESS, target.router.coaPort, 'a-shared-secret-of-24-ch');
  await setConnection(
    { db, box: net.box },
    { nasId, input: { port: target.api.port, ...API_USER }, actor: testActor },
  );
});

afterEach(() => target.close());

afterAll(async () => {
  await provisioner.stop();
  await driver.close();
  await db.close();
  await own.drop();
});

const secrets = () => target.router.config.menu('/ppp/secret');
const writes = () => target.api.commands.filter((path) => /\/(add|set|remove)$/.test(path));

async function applied(serviceId: string): Promise<void> {
  provisioner.wake();
  await until(async () => {
    const [row] = await db.query<{ is_due: boolean }>(
      `select p.state <> 'applied' or p.applied_version is distinct from s.version as is_due
       from router_provisions p join isp_services s on s.id = p.service_id where p.service_id = $1::bigint`,
      [serviceId],
    );
    return row === undefined || !row.is_due;
  }, 8_000);
}

async function local(kind: 'ppp' | 'ipoe' = 'ppp'): Promise<{
  serviceId: string;
  username: string;
  order: { username: string; actor: typeof testActor };
}> {
  serial += 1;
  const username = `sub${serial}`;
  const serviceId = await net.service(username);
  if (kind === 'ipoe') {
    await db.query('update isp_services set framed_ip = $2::inet where id = $1::bigint', [
      serviceId,
      `10.7.0.${serial % 250}`,
    ]);
  }
  const mode = { mode: 'local', nasId, kind, pppService: 'pppoe' } as const;
  await setServiceMode(db, { serviceId, mode, actor: testActor });
  return { serviceId, username, order: { username, actor: testActor } };
}

const dial = async (username: string, password = 'secret') => {
  const result = await target.router.dial(subscriber({ username, password }));
  return result.outcome === 'up' ? result.session : undefined;
};

describe('a PPP service that is kept on its router', () => {
  it('is a secret and the profile of its rate, and logs in there at that rate', async () => {
    const { serviceId, username } = await local();
    await applied(serviceId);
    expect(secrets().find({ name: username })).toMatchObject({
      password: 'secret',
      service: 'pppoe',
      profile: 'netflow-5M-20M',
      disabled: 'false',
      comment: `netflow-isp service=${serviceId}`,
    });
    expect((await dial(username))?.terms.rateLimitText).toBe('5M/20M');
    expect(await readServiceMode(db, serviceId)).toMatchObject({
      mode: 'local',
      provision: { state: 'applied' },
    });
  });

  it('that is suspended is disabled and put off, and let in again when it is resumed', async () => {
    const { serviceId, username, order } = await local();
    await applied(serviceId);
    const session = await dial(username);
    await suspendService(net.deps, order);
    await applied(serviceId);
    expect(session?.isUp).toBe(false);
    expect(secrets().find({ name: username })?.disabled).toBe('true');
    expect(await dial(username)).toBeUndefined();
    await resumeService(net.deps, order);
    await applied(serviceId);
    expect(await dial(username)).toBeDefined();
  });

  it('that is suspended into the walled garden gets the address list instead', async () => {
    onSuspended = 'walled';
    const { serviceId, username, order } = await local();
    await applied(serviceId);
    const session = await dial(username);
    await suspendService(net.deps, order);
    await applied(serviceId);
    expect(session?.isUp).toBe(false);
    expect((await dial(username))?.terms.addressList).toBe('suspended');
  });

  it('gets a new speed by another profile and a new session; the second look changes nothing', async () => {
    const { serviceId, username, order } = await local();
    await applied(serviceId);
    const session = await dial(username);
    await setServiceSpeed(net.deps, { ...order, rateLimit: '1M/2M' });
    await applied(serviceId);
    expect(session?.isUp).toBe(false);
    const next = await dial(username);
    expect(next?.terms.rateLimitText).toBe('1M/2M');
    const before = writes().length;
    await recheckProvisions(db);
    await applied(serviceId);
    expect(writes().length).toBe(before);
    expect(next?.isUp).toBe(true);
  });

  it('gets a new password although the router hides the old one, and keeps its session', async () => {
    const { serviceId, username, order } = await local();
    await applied(serviceId);
    const session = await dial(username);
    await setServiceCredentials(net.deps, { ...order, change: { password: 'another-password' } });
    await applied(serviceId);
    expect(secrets().find({ name: username })?.password).toBe('another-password');
    expect(session?.isUp).toBe(true);
    const before = writes().length;
    await recheckProvisions(db);
    await applied(serviceId);
    expect(writes().length).toBe(before);
  });

  it('goes off the router when it is set back to radius, and leaves nothing of its own', async () => {
    const { serviceId, username } = await local();
    await applied(serviceId);
    secrets().add({ name: 'a-neighbour', password: 'x', comment: 'mine' });
    await setServiceMode(db, { serviceId, mode: { mode: 'radius' }, actor: testActor });
    provisioner.wake();
    await until(async () => (await readProvision(db, serviceId)) === undefined, 8_000);
    expect(
      secrets()
        .rows()
        .map((row) => row.name),
    ).toEqual(['a-neighbour']);
    expect(secrets().find({ name: username })).toBeUndefined();
  });
});

describe('what was not made here', () => {
  it('is never changed: a secret of the same name is a clash, told with its mend', async () => {
    serial += 1;
    const username = `sub${serial}`;
    secrets().add({ name: username, password: 'theirs', comment: 'by hand' });
    const before = secrets().rows();
    const serviceId = await net.service(username);
    const mode = { mode: 'local', nasId, kind: 'ppp', pppService: 'any' } as const;
    await setServiceMode(db, { serviceId, mode, actor: testActor });
    provisioner.wake();
    await until(
      async () => (await readProvision(db, serviceId))?.outcome?.includes('was not made here') === true,
    );
    expect(secrets().rows()).toEqual(before);
    expect(await readProvision(db, serviceId)).toMatchObject({ state: 'pending' });
  });
});

describe('when the router misbehaves', () => {
  it.each([
    [
      'a pool it does not have',
      { path: '/ppp/profile/add', message: 'input does not match any value of pool', category: 1 },
      'it does not exist on this router',
    ],
    [
      'an API user without the right to write',
      { path: '/ppp/secret', message: 'not enough permissions (9)' },
      'the API user needs the policies api, read, write and test',
    ],
    [
      'an attribute its version does not know',
      { path: '/ppp/secret/add', message: 'unknown parameter comment' },
      'this version of RouterOS does not know it',
    ],
  ])(
    '%s is told with its mend, and mended when the router takes it',
    async (_, refuses, words) => {
      target.api.faults.refuses = refuses;
      const { serviceId } = await local();
      await until(async () => (await readProvision(db, serviceId))?.outcome?.includes(words) === true);
      expect(await readProvision(db, serviceId)).toMatchObject({ state: 'pending' });
      target.api.faults.refuses = undefined;
      await applied(serviceId);
    },
    15_000,
  );

  it.each([
    ['the answer of an add is lost', '/ppp/secret/add'],
    ['the answer of a set is lost', '/ppp/secret/set'],
    ['the answer of a profile is lost', '/ppp/profile/add'],
  ])('%s: the next try finds it done, and nothing is there twice', async (_, path) => {
    const { serviceId, username, order } = await local();
    if (path.endsWith('/set')) await applied(serviceId);
    target.api.faults.losesAnswerOf = path;
    if (path.endsWith('/set')) await setServiceSpeed(net.deps, { ...order, rateLimit: '1M/2M' });
    provisioner.wake();
    await until(() => target.api.commands.includes(path));
    target.api.faults.losesAnswerOf = undefined;
    await applied(serviceId);
    expect(
      secrets()
        .rows()
        .filter((row) => row.name === username),
    ).toHaveLength(1);
    expect(await dial(username)).toBeDefined();
  });

  it('half of a change is made: the other half follows', async () => {
    const { serviceId, username } = await local();
    target.api.faults.cutsAt = '/ppp/secret/add';
    provisioner.wake();
    await until(async () => (await readProvision(db, serviceId))?.outcome != null);
    expect(target.router.config.menu('/ppp/profile').find({ name: 'netflow-5M-20M' })).toBeDefined();
    expect(secrets().find({ name: username })).toBeUndefined();
    target.api.faults.cutsAt = undefined;
    await applied(serviceId);
    expect(secrets().find({ name: username })).toBeDefined();
  });

  it('it rebooted and lost its secrets: they are made again', async () => {
    const { serviceId, username } = await local();
    await applied(serviceId);
    secrets().remove(secrets().find({ name: username })?.['.id']);
    target.router.powerCut();
    await recheckProvisions(db);
    await applied(serviceId);
    expect(await dial(username)).toBeDefined();
  });

  it('it rebooted and ids mean other items: the right ones are changed', async () => {
    const one = await local();
    const two = await local();
    await applied(one.serviceId);
    await applied(two.serviceId);
    target.router.powerCut();
    await suspendService(net.deps, one.order);
    await applied(one.serviceId);
    expect(secrets().find({ name: one.username })?.disabled).toBe('true');
    expect(secrets().find({ name: two.username })?.disabled).toBe('false');
  });

  it('it is away: the reason is visible, the tries go on, nothing is lost', async () => {
    await target.api.stop();
    const { serviceId, username } = await local();
    provisioner.wake();
    await until(async () => (await readProvision(db, serviceId))?.outcome?.includes('refused') === true);
    expect(await readProvision(db, serviceId)).toMatchObject({ state: 'pending' });
    await target.api.listen();
    await applied(serviceId);
    expect(secrets().find({ name: username })).toBeDefined();
  });

  it('a session stays after its removal was answered !done: that is not believed', async () => {
    const { serviceId, username, order } = await local();
    await applied(serviceId);
    const session = await dial(username);
    target.api.faults.keepsRemovedSessions = true;
    await suspendService(net.deps, order);
    provisioner.wake();
    await until(
      async () => (await readProvision(db, serviceId))?.outcome?.includes('stays on the router') === true,
    );
    target.api.faults.keepsRemovedSessions = false;
    await applied(serviceId);
    expect(session?.isUp).toBe(false);
  });
});

describe('an IPoE service that is kept on its router', () => {
  it('is a queue for its address, and on the walled list while it is suspended', async () => {
    const { serviceId, username, order } = await local('ipoe');
    await applied(serviceId);
    const queues = target.router.config.menu('/queue/simple');
    expect(queues.find({ name: `netflow-${username}` })).toMatchObject({ 'max-limit': '5000000/20000000' });
    await suspendService(net.deps, order);
    await applied(serviceId);
    const lists = target.router.config.menu('/ip/firewall/address-list');
    expect(lists.rows()).toMatchObject([{ list: 'suspended', comment: `netflow-isp service=${serviceId}` }]);
    await resumeService(net.deps, order);
    await applied(serviceId);
    expect(lists.rows()).toEqual([]);
  });
});

describe('the mode of a service', () => {
  const set = (serviceId: string, mode: Parameters<typeof setServiceMode>[1]['mode']) =>
    setServiceMode(db, { serviceId, mode, actor: testActor });

  it('needs a router with API credentials', async () => {
    const { serviceId } = await local();
    await db.query('delete from mikrotik_connections');
    const mode = { mode: 'local', nasId, kind: 'ppp', pppService: 'any' } as const;
    await expect(set(serviceId, mode)).rejects.toMatchObject({ code: 'routeros_not_configured' });
    await expect(set(serviceId, { ...mode, nasId: '999999' })).rejects.toMatchObject({
      code: 'nas_not_found',
    });
    await expect(set('999999', mode)).rejects.toMatchObject({ code: 'service_not_found' });
  });

  it('is radius from the start', async () => {
    serial += 1;
    const serviceId = await net.service(`sub${serial}`);
    expect(await readServiceMode(db, serviceId)).toEqual({ mode: 'radius', provision: undefined });
  });

  it('on IPoE needs an address', async () => {
    serial += 1;
    const serviceId = await net.service(`sub${serial}`);
    await expect(
      set(serviceId, { mode: 'local', nasId, kind: 'ipoe', pppService: 'any' }),
    ).rejects.toMatchObject({
      fields: { framed_ip: expect.any(String) },
    });
  });
});
