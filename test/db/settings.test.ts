import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { SYSTEM_ACTOR } from '../../src/platform/identity/actor.ts';
import { changeSetting, changeSettings, listSettings } from '../../src/platform/settings/setting.service.ts';
import { readSettings } from '../../src/platform/settings/setting.store.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let own: TestDatabase;
let db: Database;

beforeAll(async () => {
  own = await createTestDatabase();
  db = openLanePool({ url: own.url, lanes: 2, name: 'test' });
});

afterAll(async () => {
  await db.close();
  await own.drop();
});

test('an installation that chose nothing has the defaults', async () => {
  const settings = await readSettings(db);
  expect(settings.isp_timezone).toBe('UTC');
  expect(settings.isp_currency).toBe('KES');
  expect(settings.radius_on_suspended).toBe('reject');
  expect(settings.radius_walled_pool).toBeNull();
  expect(settings.radius_replace_port_session).toBe(true);
});

test.each([
  ['isp_timezone', 'Africa/Nairobi'],
  ['radius_on_suspended', 'walled'],
  ['radius_walled_pool', 'pool-walled'],
  ['radius_walled_pool', null],
  ['radius_walled_address_list', ''],
  ['radius_interim_interval_s', 60],
  ['radius_replace_port_session', false],
] as const)('%s becomes %j and is read back as it was set', async (key, value) => {
  await changeSetting(db, { key, value, actor: SYSTEM_ACTOR });
  expect((await readSettings(db))[key]).toEqual(value);
  const view = (await listSettings(db)).find((one) => one.key === key);
  expect(view).toMatchObject({ value, changedBy: 'system' });
});

test.each([
  ['isp_timezone', 'Mars/Base', /IANA time zone/],
  ['isp_currency', 'shilling', /ISO 4217/],
  ['radius_on_expired', 'maybe', /reject or walled/],
  ['radius_walled_session_timeout_s', '300', /whole number from 0 to 86400/],
  ['radius_walled_pool', 'two words', /name of an \/ip\/pool/],
])('%s cannot be %j', async (key, value, sentence) => {
  await expect(changeSetting(db, { key, value, actor: SYSTEM_ACTOR })).rejects.toThrow(sentence);
});

test('a key nobody knows is refused by name', async () => {
  const change = changeSetting(db, { key: 'radius_moon', value: 1, actor: SYSTEM_ACTOR });
  await expect(change).rejects.toMatchObject({
    code: 'validation_failed',
    fields: { radius_moon: expect.stringMatching(/not known/) },
  });
});

test('a change is in the audit log as it was and as it is, and setting the same again is no change', async () => {
  for (const value of ['lowercase', 'lowercase', 'none']) {
    await changeSetting(db, { key: 'radius_normalise_username', value, actor: SYSTEM_ACTOR });
  }
  const entries = await db.query(
    `select action, before, after from audit_log where entity_id = 'radius_normalise_username' order by id`,
  );
  expect(entries).toEqual([
    {
      action: 'setting.changed',
      before: { radius_normalise_username: 'none' },
      after: { radius_normalise_username: 'lowercase' },
    },
    {
      action: 'setting.changed',
      before: { radius_normalise_username: 'lowercase' },
      after: { radius_normalise_username: 'none' },
    },
  ]);
});

test('a stored value that no longer fits counts as absent', async () => {
  await db.query(
    `insert into isp_configurations (key, value, changed_by) values ('radius_auth_log', '"loud"', 'hand'), ('gone', '1', 'hand')`,
  );
  const settings = await readSettings(db);
  expect(settings.radius_auth_log).toBe('all');
  expect(settings).not.toHaveProperty('gone');
});

test('a change is told to the roles by the change log', async () => {
  const count = async () =>
    Number((await db.query(`select count(*) from change_log where kind = 'setting'`))[0]?.count);
  const before = await count();
  await changeSetting(db, { key: 'radius_reject_delay_ms', value: 500, actor: SYSTEM_ACTOR });
  // An upsert fires the triggers of insert and of update.
  expect(await count()).toBeGreaterThan(before);
});

test('settings change together or not at all (N1)', async () => {
  const change = (values: Record<string, unknown>) =>
    db.transaction((tx) => changeSettings(tx, { values, actor: SYSTEM_ACTOR }));
  await change({ dunning_schedule: [5, 9] });
  expect(await readSettings(db)).toMatchObject({ isp_dunning_levels: 2, dunning_schedule: [5, 9] });
  await expect(change({ tax_mode: 'inclusive', isp_suspension_days: 0 })).rejects.toMatchObject({
    code: 'validation_failed',
    fields: { isp_suspension_days: expect.stringContaining('whole number') },
  });
  expect((await readSettings(db)).tax_mode).toBe('exclusive');
});

test('a document that has a number fixes currency and time zone', async () => {
  await changeSetting(db, { key: 'isp_currency', value: 'USD', actor: SYSTEM_ACTOR });
  await db.query(`update number_series set next_value = 2 where series = 'INV'`);
  const change = changeSetting(db, { key: 'isp_currency', value: 'KES', actor: SYSTEM_ACTOR });
  await expect(change).rejects.toMatchObject({ kind: 'conflict', code: 'setting_fixed' });
  expect((await readSettings(db)).isp_currency).toBe('USD');
});
