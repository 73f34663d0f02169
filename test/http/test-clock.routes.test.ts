import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LogFields, Logger } from '../../src/platform/logger.port.ts';
import { silentLogger } from '../support/silent-logger.ts';
import { openTestApi, type TestApi } from './api.ts';

const path = '/api/isp/test-clock';
const warned: LogFields[] = [];
const logger: Logger = { ...silentLogger, warn: (fields) => warned.push(fields) };
let api: TestApi;
let off: TestApi;

beforeAll(async () => {
  api = await openTestApi(() => ({ isTestClock: true }));
  off = await openTestApi(() => ({ logger }));
});

afterAll(() => Promise.all([api.close(), off.close()]));

it('stands at the real time until it is set, then where it was set', async () => {
  const before = await api.call('GET', path);
  expect([before.status, before.body.is_frozen, before.body.set_by]).toEqual([200, false, null]);
  const set = await api.call('PUT', path, { body: { now: '2027-03-01T03:00:00+03:00' } });
  expect([set.status, set.body]).toEqual([
    200,
    {
      now: '2027-03-01T00:00:00.000Z',
      is_frozen: true,
      set_by: 'user:admin@example.net',
      set_at: expect.any(String),
    },
  ]);
  expect((await api.call('GET', path)).body).toEqual(set.body);
});

it.each([
  ['no instant', { now: 'tomorrow' }, 'now'],
  ['no zone', { now: '2027-03-01T00:00:00' }, 'now'],
  ['a year nobody rehearses', { now: '9999-01-01T00:00:00Z' }, 'now'],
  ['an unknown key', { now: '2027-03-01T00:00:00Z', speed: 2 }, 'speed'],
  ['nothing', {}, 'now'],
])('%s is refused', async (_, body, field) => {
  const answer = await api.call('PUT', path, { body });
  expect([answer.status, answer.body.error.code]).toEqual([422, 'validation_failed']);
  expect(answer.body.error.fields).toHaveProperty(field);
});

it.each([
  ['nobody', 401, 'not_signed_in'],
  ['user', 403, 'forbidden'],
  [{ customerId: '1' }, 403, 'forbidden'],
  [{ scopes: ['settings.write'] as const }, 403, 'forbidden'],
] as const)('%j may not set it', async (as, status, code) => {
  for (const [method, options] of [
    ['GET', {}],
    ['PUT', { body: { now: '2027-03-01T00:00:00Z' } }],
  ] as const) {
    const answer = await api.call(method, path, { as, ...options });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  }
});

it('without ISP_TEST_CLOCK both are refused, and the log says so', async () => {
  for (const [method, options] of [
    ['GET', {}],
    ['PUT', { body: { now: '2027-03-01T00:00:00Z' } }],
  ] as const) {
    const answer = await off.call(method, path, options);
    expect([answer.status, answer.body.error.code]).toEqual([409, 'test_clock_off']);
  }
  expect(warned.map(({ event }) => event)).toEqual(['clock.test_clock_refused', 'clock.test_clock_refused']);
  expect(await off.db.query('select * from test_clock')).toEqual([]);
});
