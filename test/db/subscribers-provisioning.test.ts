import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { SecretBox } from '../../src/platform/secrets/secret-box.ts';
import { addPlan } from '../../src/subscribers/catalog/catalog.service.ts';
import { findPlanByCode, listPlans } from '../../src/subscribers/catalog/plan.store.ts';
import { createService, type ServiceDeps } from '../../src/subscribers/services/provisioning.service.ts';
import { findSegmentAt } from '../../src/subscribers/services/segment.store.ts';
import { findService, listServices } from '../../src/subscribers/services/service.store.ts';
import { testActor } from '../support/actor.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const box = new SecretBox(Buffer.alloc(32, 7));
const nowMs = Date.parse('2026-03-04T05:06:07.000Z');
const checkAttribute = () => undefined;
let own: TestDatabase;
let db: Database;
let deps: ServiceDeps;

beforeAll(async () => {
  own = await createTestDatabase();
  db = openLanePool({ url: own.url, lanes: 4, name: 'test' });
  deps = { db, box, clock: { ...systemClock, nowMs: () => nowMs } };
  await addPlan(
    { db, checkAttribute },
    {
      code: 'home-20',
      name: 'Home 20',
      price: 300_000n,
      rateLimit: '5m/20M',
      dataLimitGb: '100.5',
      limitAction: 'throttle',
    },
  );
  await addPlan({ db, checkAttribute }, { code: 'usd', name: 'Dollar', price: 1n, currency: 'USD' });
});

afterAll(async () => {
  await db.close();
  await own.drop();
});

const service = (username: string) => ({ username, password: 'pw', planCode: 'home-20', actor: testActor });

test('a plan is kept with its rate in canonical form and the currency of the installation', async () => {
  expect(await findPlanByCode(db, 'home-20')).toMatchObject({
    price: 300_000n,
    currency: 'KES',
    rateLimit: '5M/20M',
    dataLimitGb: '100.5',
    sessionLimit: 1,
  });
  expect((await listPlans(db)).map((plan) => plan.code)).toEqual(['home-20', 'usd']);
});

test('a second plan of the same code is refused', async () => {
  const again = addPlan({ db, checkAttribute }, { code: 'usd', name: 'Again', price: 0n });
  await expect(again).rejects.toMatchObject({ kind: 'conflict', code: 'package_code_taken' });
});

test.each([
  [{ code: '-20' }, /no package code/],
  [{ price: -1n }, /price must be 0 or more/],
  [{ currency: 'kes' }, /ISO 4217/],
  [{ rateLimit: 'fast' }, /a rate is digits/],
  [{ dataLimitGb: '0' }, /gigabytes above 0/],
  [{ limitAction: 'explode' }, /overage, throttle, block, notify/],
  [{ model: 'prepaid', limitAction: 'overage' }, /prepaid package cannot charge/],
  [{ interimIntervalS: 30 }, /from 60/],
  [{ pool: 'two words' }, /no name of a pool/],
])('a plan with %o is refused', async (part, sentence) => {
  const plan = addPlan({ db, checkAttribute }, { code: 'x', name: 'X', price: 1n, ...part });
  await expect(plan).rejects.toThrow(sentence);
});

test('a custom attribute the dictionary refuses keeps the plan out', async () => {
  const plan = addPlan(
    { db, checkAttribute: ({ name }) => `There is no attribute '${name}'.` },
    { code: 'x', name: 'X', price: 1n, radiusAttributes: [{ name: 'Moon-Phase', value: '1' }] },
  );
  await expect(plan).rejects.toThrow("There is no attribute 'Moon-Phase'.");
});

test('a service is created whole: customer, segment with the copied terms, log and event', async () => {
  const { id } = await createService(deps, {
    ...service('amina'),
    mac: 'aa-bb-cc-dd-ee-0f',
    framedIp: '10.9.8.7',
    sessionLimit: 2,
  });
  expect(await findService(db, 'amina')).toMatchObject({
    id,
    customerName: 'amina',
    planCode: 'home-20',
    planRateLimit: '5M/20M',
    status: 'active',
    macAddress: 'AA:BB:CC:DD:EE:0F',
    macBind: false,
    framedIp: '10.9.8.7',
    sessionLimit: 2,
    activatedAt: new Date(nowMs),
  });
  expect(await findSegmentAt(db, id, new Date(nowMs))).toEqual({
    fromAt: new Date(nowMs),
    terms: {
      price: 300_000,
      currency: 'KES',
      data_limit_gb: '100.5',
      limit_action: 'throttle',
      fup: [],
      rate_limit: '5M/20M',
      gb_unit: 'decimal',
      overage: null,
      base_timing: 'advance',
      name: 'Home 20',
      setup_fee: 0,
    },
    allowanceOctets: 100_500_000_000n,
    usedOctets: 0n,
    uploadOctets: 0n,
    downloadOctets: 0n,
  });
  const [row] = await db.query<{ password_enc: Buffer }>(
    'select password_enc from isp_services where id = $1::bigint',
    [id],
  );
  expect(row && box.open(row.password_enc).toString()).toBe('pw');
  expect(
    await db.query('select action, actor from isp_service_logs where service_id = $1::bigint', [id]),
  ).toEqual([{ action: 'created', actor: 'system:test' }]);
  expect(await db.query(`select topic from outbox where payload ->> 'service_id' = $1::text`, [id])).toEqual([
    { topic: 'service.created' },
  ]);
});

test('a taken user name is refused with the name of its holder, and nothing is left behind', async () => {
  await createService(deps, { ...service('brian'), customerName: 'Brian Otieno' });
  await expect(createService(deps, { ...service('brian'), customerName: 'Someone' })).rejects.toMatchObject({
    kind: 'conflict',
    code: 'username_taken',
    message: expect.stringContaining("'Brian Otieno'"),
  });
  expect(await db.query(`select 1 from customers where name = 'Someone'`)).toEqual([]);
});

test('a fixed address belongs to one service', async () => {
  await createService(deps, { ...service('carol'), framedIp: '10.1.1.1' });
  await expect(createService(deps, { ...service('carol2'), framedIp: '10.1.1.1' })).rejects.toMatchObject({
    code: 'address_taken',
    message: expect.stringContaining("'carol'"),
  });
});

test('a customer who is named again gets a second service, in one currency only', async () => {
  const first = await createService(deps, { ...service('d1'), customerName: 'Hotel Lamu' });
  const second = await createService(deps, { ...service('d2'), customerName: ' Hotel Lamu ' });
  expect(second.customerId).toBe(first.customerId);
  const dollars = createService(deps, { ...service('d3'), customerName: 'Hotel Lamu', planCode: 'usd' });
  await expect(dollars).rejects.toMatchObject({ code: 'currency_mismatch' });
});

test('several writers of one new customer make one customer, of one user name one service', async () => {
  const names = ['e1', 'e2', 'e3', 'e4', 'e4', 'e4'];
  const made = await Promise.allSettled(
    names.map((name) => createService(deps, { ...service(name), customerName: 'Estate' })),
  );
  expect(made.filter((one) => one.status === 'fulfilled')).toHaveLength(4);
  expect(await db.query(`select 1 from customers where name = 'Estate'`)).toHaveLength(1);
});

test.each([
  [{ planCode: 'gold' }, /no package with the code 'gold'/],
  [{ username: '' }, /user name is missing/],
  [{ username: ' x' }, /blank at an end/],
  [{ password: '' }, /password is missing/],
  [{ password: 'x'.repeat(129) }, /128 octets/],
  [{ mac: 'zz' }, /no MAC address/],
  [{ framedIp: '300.1.1.1' }, /no IPv4 address/],
  [{ rateLimit: '0/0' }, /rate is 0/],
  [{ sessionLimit: -1 }, /session limit -1/],
])('a service with %o is refused', async (part, sentence) => {
  await expect(createService(deps, { ...service('nobody'), ...part })).rejects.toThrow(sentence);
});

test('a service opened by its MAC address needs no password', async () => {
  await createService(deps, { ...service('AA:BB:CC:00:11:22'), password: '' });
  await createService(deps, { ...service('cpe-7'), password: '', mac: 'AA:BB:CC:00:11:23' });
  expect(await findService(db, 'cpe-7')).toMatchObject({ macAddress: 'AA:BB:CC:00:11:23' });
});

test('services are listed by user name, page after page', async () => {
  const all = await listServices(db, { limit: 100 });
  const [first, second] = all;
  expect(await listServices(db, { limit: 1 })).toEqual([first]);
  expect(await listServices(db, { limit: 1, after: first?.username })).toEqual([second]);
  expect(await listServices(db, { limit: 100, status: 'suspended' })).toEqual([]);
  expect(await listServices(db, { limit: 100, planCode: 'usd' })).toEqual([]);
});
