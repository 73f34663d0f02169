import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { addFirstRouter } from '../../src/network/connection/first-router.service.ts';
import {
  accessOfNas,
  type ConnectionDeps,
  readConnection,
  removeConnection,
  setConnection,
} from '../../src/network/connection/mikrotik-connection.service.ts';
import { listConnections, pinFingerprint } from '../../src/network/connection/mikrotik-connection.store.ts';
import type { ConnectionInput } from '../../src/network/connection/mikrotik-connection.ts';
import { addNas } from '../../src/network/nas/nas.service.ts';
import { listNas } from '../../src/network/nas/nas.store.ts';
import { SYSTEM_ACTOR } from '../../src/platform/identity/actor.ts';
import { SecretBox } from '../../src/platform/secrets/secret-box.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const FINGERPRINT = Array.from({ length: 32 }, () => 'AB').join(':');
const OTHER = Array.from({ length: 32 }, () => 'CD').join(':');
let own: TestDatabase;
let db: Database;
let deps: ConnectionDeps;
let nasId: string;

beforeAll(async () => {
  own = await createTestDatabase();
  db = openLanePool({ url: own.url, lanes: 2, name: 'test' });
  deps = { db, box: new SecretBox(Buffer.alloc(32, 7)) };
});

beforeEach(async () => {
  await db.query('delete from nas');
  ({ id: nasId } = await addNas(deps, {
    name: 'tower-1',
    address: '10.0.0.1',
    secret: 'a-shared-secret-of-24',
  }));
});

afterAll(async () => {
  await db.close();
  await own.drop();
});

const set = (input: ConnectionInput, id = nasId) =>
  setConnection(deps, { nasId: id, input, actor: SYSTEM_ACTOR });
const credentials = { username: 'isp-billing', password: 'пароль' };

describe('the connection of a router', () => {
  it('takes the address of the NAS and the plain port when nothing else is said', async () => {
    expect(await set(credentials)).toMatchObject({
      host: '10.0.0.1',
      port: 8728,
      tls: false,
      pollIntervalS: 60,
    });
  });

  it.each([
    ['tls alone', { tls: true }, { port: 8729, tls: true }],
    ['port 8729 alone', { port: 8729 }, { port: 8729, tls: true }],
    ['another port with tls', { port: 9000, tls: true }, { port: 9000, tls: true }],
  ])('%s is enough for TLS', async (_, input, kept) => {
    expect(await set({ ...credentials, ...input })).toMatchObject(kept);
  });

  it('keeps its password sealed, shows it nowhere, and opens it for the driver', async () => {
    await set(credentials);
    const [row] = await db.query<{ password_enc: Buffer }>('select password_enc from mikrotik_connections');
    expect(row?.password_enc.includes('пароль')).toBe(false);
    expect(JSON.stringify(await readConnection(deps, nasId))).not.toContain('пароль');
    expect(await accessOfNas(deps, nasId)).toMatchObject({ host: '10.0.0.1', ...credentials, isTls: false });
    const audit = await db.query(`select after from audit_log where action = 'router.connected'`);
    expect(JSON.stringify(audit)).not.toContain('пароль');
  });

  it('keeps what is left out of a change', async () => {
    await set({ ...credentials, tls: true });
    await set({ pollIntervalS: 30 });
    expect(await accessOfNas(deps, nasId)).toMatchObject({ port: 8729, isTls: true, ...credentials });
  });

  it('pins the first certificate it shows, and no second one over it', async () => {
    await set({ ...credentials, tls: true });
    const { routerId } = await accessOfNas(deps, nasId);
    await pinFingerprint(db, routerId, FINGERPRINT);
    await pinFingerprint(db, routerId, OTHER);
    const view = await readConnection(deps, nasId);
    expect(view.fingerprint).toBe(FINGERPRINT);
    expect(view.fingerprintLearntAt).toBeInstanceOf(Date);
  });

  it.each([
    ['another password', { password: 'new' }, FINGERPRINT],
    ['another host', { host: '10.0.0.2' }, undefined],
    ['another port', { port: 9000 }, undefined],
    ['null', { fingerprint: null }, undefined],
    ['a fingerprint without colons', { fingerprint: OTHER.replaceAll(':', '').toLowerCase() }, OTHER],
  ])('after %s has the certificate that fits', async (_, change, fingerprint) => {
    await set({ ...credentials, tls: true, fingerprint: FINGERPRINT });
    await set({ ...change });
    expect((await readConnection(deps, nasId)).fingerprint).toBe(fingerprint);
  });

  it.each([
    ['host', { host: 'not a host' }],
    ['port', { port: 0 }],
    ['username', { username: ' ' }],
    ['fingerprint', { fingerprint: 'AB:CD' }],
    ['poll_interval_s', { pollIntervalS: 1 }],
  ])('with a bad %s is refused by that name, and nothing is kept', async (field, bad) => {
    await expect(set({ ...credentials, ...bad })).rejects.toMatchObject({
      code: 'validation_failed',
      fields: { [field]: expect.any(String) },
    });
    expect(await listConnections(db)).toEqual([]);
  });

  it('of a block of addresses must name its host', async () => {
    const { id } = await addNas(deps, {
      name: 'many',
      address: '10.1.0.0/24',
      secret: 'a-shared-secret-of-24',
    });
    await expect(set(credentials, id)).rejects.toMatchObject({ fields: { host: expect.any(String) } });
  });

  it('is kept once: the same address for a second router names the first', async () => {
    await set(credentials);
    const { id } = await addNas(deps, {
      name: 'tower-2',
      address: '10.0.0.2',
      secret: 'a-shared-secret-of-24',
    });
    await expect(set({ ...credentials, host: '10.0.0.1' }, id)).rejects.toMatchObject({
      code: 'router_address_taken',
      message: expect.stringContaining("'tower-1'"),
    });
  });

  it('goes with its NAS, and can be forgotten alone', async () => {
    await set(credentials);
    await removeConnection(deps, { nasId, actor: SYSTEM_ACTOR });
    await expect(accessOfNas(deps, nasId)).rejects.toMatchObject({
      code: 'routeros_not_configured',
      message: expect.stringContaining('RouterOS driver not configured'),
    });
    await expect(removeConnection(deps, { nasId, actor: SYSTEM_ACTOR })).rejects.toMatchObject({
      code: 'routeros_not_configured',
    });
    await expect(accessOfNas(deps, '999999')).rejects.toMatchObject({ code: 'nas_not_found' });
  });
});

describe('the first router', () => {
  const first = { host: 'router.example', address: '192.0.2.9', port: 8729, ...credentials };

  it('is made from the environment when there is none', async () => {
    await db.query('delete from nas');
    const id = await addFirstRouter(deps, first);
    expect(await accessOfNas(deps, id ?? '')).toMatchObject({
      host: 'router.example',
      port: 8729,
      isTls: true,
    });
    expect(await listNas(db)).toMatchObject([{ name: 'router.example', address: '192.0.2.9' }]);
  });

  it('is not made beside another', async () => {
    expect(await addFirstRouter(deps, first)).toBeUndefined();
    expect(await listNas(db)).toHaveLength(1);
  });
});
