import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { addNas, type NasDeps, removeNas } from '../../src/network/nas/nas.service.ts';
import { listNas, listNasClients } from '../../src/network/nas/nas.store.ts';
import { finishSecretRotation, rotateNasSecret } from '../../src/network/nas/nas-secret.service.ts';
import { SecretBox } from '../../src/platform/secrets/secret-box.ts';
import { testActor } from '../support/actor.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const box = new SecretBox(Buffer.alloc(32, 7));
const secret = 'a-shared-secret-of-24-ch';
let own: TestDatabase;
let db: Database;
let deps: NasDeps;

beforeAll(async () => {
  own = await createTestDatabase();
  db = openLanePool({ url: own.url, lanes: 2, name: 'test' });
  deps = { db, box };
});

beforeEach(async () => {
  await db.query('delete from nas');
});

afterAll(async () => {
  await db.close();
  await own.drop();
});

test.each([
  ['10.0.0.1', '10.0.0.1'],
  ['10.0.0.77/24', '10.0.0.0/24'],
  ['2001:DB8:0:0::1', '2001:db8::1'],
  ['2001:db8::1/64', '2001:db8::/64'],
  ['::ffff:10.0.0.9', '10.0.0.9'],
])('the address %s is kept as %s', async (address, kept) => {
  await addNas(deps, { name: 'edge-1', address, secret });
  expect(await listNas(db)).toMatchObject([{ name: 'edge-1', address: kept, isRotating: false }]);
});

test('a secret is sealed at rest and no listing shows it', async () => {
  await addNas(deps, { name: 'edge-1', address: '10.0.0.1', secret });
  const [row] = await db.query<{ secret_enc: Buffer }>('select secret_enc from nas');
  expect(row?.secret_enc.includes(secret)).toBe(false);
  expect(JSON.stringify(await listNas(db))).not.toMatch(/secret/i);
  const [client] = await listNasClients(db);
  expect(client && box.open(client.secretEnc).toString()).toBe(secret);
});

test('a short secret is taken with a warning', async () => {
  const added = await addNas(deps, { name: 'edge-1', address: '10.0.0.1', secret: 'short' });
  expect(added.warning).toMatch(/5 characters/);
  expect((await addNas(deps, { name: 'edge-2', address: '10.0.0.2', secret })).warning).toBeUndefined();
});

test('a taken name and a taken address are refused by name', async () => {
  await addNas(deps, { name: 'edge-1', address: '10.0.0.1', secret });
  await expect(addNas(deps, { name: 'edge-1', address: '10.0.0.2', secret })).rejects.toMatchObject({
    kind: 'conflict',
    code: 'nas_name_taken',
  });
  await expect(addNas(deps, { name: 'edge-2', address: '10.0.0.1/32', secret })).rejects.toMatchObject({
    code: 'nas_address_taken',
    message: expect.stringContaining("'edge-1'"),
  });
});

test('two routers behind one address are told apart by their identifier', async () => {
  await addNas(deps, { name: 'a', address: '10.0.0.1', secret, nasIdentifier: 'a' });
  await addNas(deps, { name: 'b', address: '10.0.0.1', secret, nasIdentifier: 'b' });
  expect(await listNas(db)).toHaveLength(2);
});

test.each([
  [{ name: '', address: '10.0.0.1', secret }, /no name for a NAS/],
  [{ name: 'x', address: '10.0.0', secret }, /no address/],
  [{ name: 'x', address: '10.0.0.1', secret: '' }, /secret must be/],
  [{ name: 'x', address: '10.0.0.1', secret, coaPort: 0 }, /CoA port 0/],
  [{ name: 'x', address: '10.0.0.1', secret, requireMessageAuthenticator: 'maybe' }, /yes, no or auto/],
  [{ name: 'x', address: '10.0.0.1', secret, interimIntervalS: 10 }, /at least 60/],
])('%j is refused', async (input, sentence) => {
  await expect(addNas(deps, input)).rejects.toThrow(sentence);
});

test('during a rotation both secrets are kept, and afterwards only the new one', async () => {
  await addNas(deps, { name: 'edge-1', address: '10.0.0.1', secret });
  const rotated = await rotateNasSecret(deps, { name: 'edge-1', actor: testActor });
  expect(rotated).toMatchObject({ isGenerated: true, warning: undefined });
  expect(rotated.secret).toHaveLength(24);
  const [during] = await listNasClients(db);
  expect(during && box.open(during.secretEnc).toString()).toBe(rotated.secret);
  expect(during?.previousSecretEnc && box.open(during.previousSecretEnc).toString()).toBe(secret);
  await expect(rotateNasSecret(deps, { name: 'edge-1', actor: testActor })).rejects.toMatchObject({
    code: 'rotation_unfinished',
  });
  await finishSecretRotation(deps, { name: 'edge-1', actor: testActor });
  const [after] = await listNasClients(db);
  expect(after && box.open(after.secretEnc).toString()).toBe(rotated.secret);
  expect(after?.previousSecretEnc).toBeUndefined();
  await expect(finishSecretRotation(deps, { name: 'edge-1', actor: testActor })).rejects.toMatchObject({
    code: 'no_rotation',
  });
});

test('removing a NAS says how many sessions were open on it', async () => {
  const { id } = await addNas(deps, { name: 'edge-1', address: '10.0.0.1', secret });
  await db.query(
    `insert into sessions (id, nas_id, acct_session_id, username, started_at, last_report_at, last_event_at,
       nas_address, closed_at)
     select n, $1::bigint, 's' || n, 'u', now(), now(), now(), '10.0.0.1', case when n = 3 then now() end
     from generate_series(1, 3) n`,
    [id],
  );
  expect(await removeNas(deps, { name: 'edge-1', actor: testActor })).toEqual({ openSessions: 2 });
  expect(await listNas(db)).toEqual([]);
  await expect(removeNas(deps, { name: 'edge-1', actor: testActor })).rejects.toMatchObject({
    kind: 'not_found',
    code: 'nas_not_found',
  });
});
