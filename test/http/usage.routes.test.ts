import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Caller } from './api.ts';
import { openServiceSite, type ServiceSite } from './services.fixture.ts';

let site: ServiceSite;
let call: ServiceSite['api']['call'];
const START = '2025-04-01T00:00:00Z';
const PATH = '/api/isp/monitoring/usage';
const GB = 1_000_000_000;

beforeAll(async () => {
  site = await openServiceSite();
  call = site.api.call;
});
afterAll(() => site.api.close());
beforeEach(() => site.api.clock.set(START));

let plans = 0;
/** A new service on a new package of 100 GB for 3000. */
async function service(plan: object = {}): Promise<number> {
  plans += 1;
  const body = {
    code: `p${plans}`,
    name: `p${plans}`,
    price: 3_000,
    currency: 'KES',
    rate_limit: '5M/20M',
    data_limit_gb: '100',
    ...plan,
  };
  const { body: made } = await call('POST', '/api/isp/packages', { body });
  return (await site.create({ package_id: made.id })).body.id;
}
const tell = (serviceId: number, usage: object, as: Caller = 'admin') =>
  call('POST', PATH, { as, body: { service_id: serviceId, ...usage } });
const booked = async (id: number) => {
  const segments = await site.api.db.query<{ upload: string; download: string }>(
    `select upload_octets as upload, download_octets as download from isp_service_segments
     where service_id = $1::bigint order by from_at`,
    [id],
  );
  return segments.map(({ upload, download }) => [Number(upload), Number(download)]);
};

describe('usage that is told', () => {
  it('O6 counts into the period, the local day and the hour of its time', async () => {
    const id = await service();
    site.api.clock.set('2025-04-10T12:00:00Z');
    const told = await tell(id, { download_bytes: 70, upload_bytes: '30', at: '2025-04-09T23:30:00Z' });
    expect([told.status, told.body]).toEqual([
      201,
      {
        id: expect.any(Number),
        service_id: id,
        at: '2025-04-09T23:30:00.000Z',
        download_bytes: 70,
        upload_bytes: 30,
        repeated: false,
        period_closed: false,
        used_bytes: 100,
        allowance_bytes: 100 * GB,
        alerts: [],
        status: 'active',
        reason: null,
      },
    ]);
    await tell(id, { download_bytes: 5, at: '2025-04-09T23:10:00Z' });
    const [day, ...others] = await site.api.db.query<{ usage_date: string }>(
      'select usage_date, upload, download, hours[24] as late from isp_usage_logs where service_id = $1::bigint',
      [id],
    );
    expect(others).toEqual([]);
    expect(day).toMatchObject({ usage_date: '2025-04-09', upload: '30', download: '75', late: '105' });
    expect(await booked(id)).toEqual([
      [30, 75],
      [0, 0],
    ]);
  });

  it('O6 the instant of a boundary belongs to the new period', async () => {
    const id = await service();
    site.api.clock.set('2025-05-01T06:00:00Z');
    await tell(id, { download_bytes: 1, at: '2025-04-30T23:59:59.999Z' });
    await tell(id, { download_bytes: 2, at: '2025-05-01T00:00:00Z' });
    expect(await booked(id)).toEqual([
      [0, 1],
      [0, 2],
    ]);
  });

  it('O6, C6 the day of the activation is in the first period from its first instant on', async () => {
    site.api.clock.set('2025-04-01T15:00:00Z');
    const id = await service();
    expect((await tell(id, { download_bytes: 7, at: '2025-04-01T00:00:00Z' })).body).toMatchObject({
      at: '2025-04-01T00:00:00.000Z',
      used_bytes: 7,
    });
    expect((await tell(id, { download_bytes: 7, at: '2025-03-31T23:59:59Z' })).status).toBe(422);
    const [day] = await site.api.db.query<{ hours: string }>(
      'select hours[1] as hours from isp_usage_logs where service_id = $1::bigint',
      [id],
    );
    expect(Number(day?.hours)).toBe(7);
  });

  it('an event is counted once, however often it is told, and by two at once', async () => {
    const id = await service();
    const event = { download_bytes: 7, event_id: 'cdr-1' };
    const answers = await Promise.all([tell(id, event), tell(id, event), tell(id, event)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect((await tell(id, event)).body).toMatchObject({ repeated: true, download_bytes: 7, used_bytes: 7 });
    expect((await tell(await service(), event)).status).toBe(201);
  });

  it('O8 late usage of the last invoiced period is charged once more; older periods are closed', async () => {
    const id = await service({ overage: { block_gb: '1', price: 50 } });
    const run = async (at: string) => {
      site.api.clock.set(at);
      await call('POST', '/api/isp/billing/run/generate-invoices', { body: {} });
    };
    site.api.clock.set('2025-04-20T00:00:00Z');
    await tell(id, { download_bytes: 101 * GB });
    await run('2025-05-01T00:00:00Z');
    const late = await tell(id, { download_bytes: 2 * GB, at: '2025-04-25T00:00:00Z' });
    expect([late.status, late.body.period_closed, late.body.alerts]).toEqual([201, false, []]);
    await run('2025-06-01T00:00:00Z');
    const closed = await tell(id, { download_bytes: 9 * GB, at: '2025-04-25T00:00:00Z' });
    expect([closed.status, closed.body.period_closed]).toEqual([201, true]);
    await run('2025-07-01T00:00:00Z');
    const { items } = (await call('GET', `/api/isp/billing/invoices?service_id=${id}`)).body;
    const lines = await Promise.all(
      items.map(
        async (one: { id: number }) => (await call('GET', `/api/isp/billing/invoices/${one.id}`)).body,
      ),
    );
    const usage = lines
      .flatMap((one) => one.lines)
      .filter(({ kind }: { kind: string }) => kind.startsWith('overage'))
      .map(({ kind, amount }: { kind: string; amount: number }) => `${kind} ${amount}`);
    expect(usage.sort()).toEqual(['overage 50', 'overage_adjustment 100']);
  });
});

describe('counters that are told', () => {
  const counters = (time: number, input: number | string, more: object = {}) => ({
    session_id: 's1',
    session_time: time,
    input_octets: input,
    output_octets: 0,
    ...more,
  });

  it.each([
    ['the first report counts whole', [counters(10, 500)], [500]],
    ['a wrap adds 2^32', [counters(10, 4_294_967_000), counters(20, 704)], [4_294_967_000, 1_000]],
    ['the same report again adds nothing', [counters(10, 500), counters(10, 500)], [500, 0]],
    ['an older report adds nothing', [counters(20, 900), counters(10, 500)], [900, 0]],
    ['the same time with lower counters adds nothing', [counters(20, 900), counters(20, 500)], [900, 0]],
    [
      'with gigawords the highest value counts, and lower ones add nothing',
      [
        counters(10, 5, { input_gigawords: 1, output_gigawords: 0 }),
        counters(20, 9, { input_gigawords: 0, output_gigawords: 0 }),
        counters(30, '10', { input_gigawords: 1 }),
      ],
      [4_294_967_301, 0, 5],
    ],
    ['a value beyond 32 bits is whole', [counters(10, 5e9), counters(20, 6e9)], [5e9, 1e9]],
    ['a new session starts from 0', [counters(10, 500), counters(10, 400, { session_id: 's2' })], [500, 400]],
  ])('O9 %s', async (_, reports, added) => {
    const id = await service();
    const answers = [];
    for (const report of reports) answers.push(await tell(id, report));
    expect(answers.map(({ status }) => status)).toEqual(added.map(() => 201));
    expect(answers.map(({ body }) => body.upload_bytes)).toEqual(added);
    const sum = added.reduce((total, one) => total + one, 0);
    expect((await booked(id))[0]).toEqual([sum, 0]);
  });
});

it('no octet is lost or counted twice while many tell usage and the package changes', async () => {
  const id = await service();
  site.api.clock.set('2025-04-10T00:00:00Z');
  const plan = { name: 'q', price: 4_000, currency: 'KES', data_limit_gb: '50', limit_action: 'throttle' };
  const changes = await Promise.all(
    ['q1', 'q2'].map(
      async (code) => (await call('POST', '/api/isp/packages', { body: { ...plan, code } })).body.id,
    ),
  );
  const at = ['2025-04-02T00:00:00Z', '2025-04-10T00:00:00Z'];
  const told = Array.from({ length: 40 }, (_, n) =>
    tell(id, { download_bytes: 1_000 + (n >> 1), event_id: `e${n >> 1}`, at: at[(n >> 1) % 2] }),
  );
  const changed = changes.map((package_id) =>
    call('POST', `/api/isp/services/${id}/change-package`, { body: { package_id, effective: 'immediate' } }),
  );
  const answers = await Promise.all([...told, ...changed]);
  expect(answers.filter(({ status }) => status >= 400)).toEqual([]);
  const sum = Array.from({ length: 20 }, (_, n) => 1_000 + n).reduce((total, one) => total + one, 0);
  const counted = (await booked(id)).reduce((total, [, download = 0]) => total + download, 0);
  expect(counted).toBe(sum);
  const [days] = await site.api.db.query<{ sum: string }>(
    'select sum(download) from isp_usage_logs where service_id = $1::bigint',
    [id],
  );
  expect(Number(days?.sum)).toBe(sum);
});

describe('what is refused changes nothing', () => {
  let id: number;
  beforeAll(async () => {
    site.api.clock.set(START);
    id = await service();
  });

  it.each([
    ['negative octets', { download_bytes: -1 }, 'download_bytes'],
    ['half an octet', { upload_bytes: 1.5 }, 'upload_bytes'],
    ['octets that are no number', { upload_bytes: '1e3' }, 'upload_bytes'],
    ['no octets at all', {}, 'download_bytes'],
    ['more than any line carries', { download_bytes: '9999999999999999' }, 'download_bytes'],
    ['after the period that runs', { download_bytes: 1, at: '2025-05-01T00:00:00Z' }, 'at'],
    ['before the service began', { download_bytes: 1, at: '2025-03-31T23:59:59Z' }, 'at'],
    ['a time without a zone', { download_bytes: 1, at: '2025-04-01T00:00:00' }, 'at'],
    ['octets and counters together', { download_bytes: 1, session_id: 's' }, 'download_bytes'],
    ['counters without a session', { input_octets: 1 }, 'input_octets'],
    [
      'counters without a session time',
      { session_id: 's', input_octets: 1, output_octets: 1 },
      'session_time',
    ],
    [
      'an octet counter beyond 32 bits beside gigawords',
      { session_id: 's', session_time: 1, input_octets: 2 ** 32, input_gigawords: 1, output_octets: 0 },
      'input_octets',
    ],
    [
      'counters beyond 2^53',
      { session_id: 's', session_time: 1, input_octets: 0, input_gigawords: 2 ** 21, output_octets: 0 },
      'input_gigawords',
    ],
    ['a field nobody knows', { download_bytes: 1, bytes: 1 }, 'bytes'],
  ])('%s', async (_, usage, field) => {
    const { status, body } = await tell(id, usage);
    expect([status, body.error?.code, Object.keys(body.error?.fields ?? {})]).toEqual([
      422,
      'validation_failed',
      expect.arrayContaining([field]),
    ]);
    expect(await booked(id)).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it('usage of a service that is not there, or is over', async () => {
    expect((await tell(999_999, { download_bytes: 1 })).body.error.code).toBe('not_found');
    const over = await service();
    await call('POST', `/api/isp/services/${over}/cancel`, { body: { when: 'now' } });
    const refused = await tell(over, { download_bytes: 1 });
    expect([refused.status, refused.body.error.code]).toEqual([409, 'service_cancelled']);
  });

  it.each<[string, Caller, number]>([
    ['nobody', 'nobody', 401],
    ['a customer', { customerId: '1' }, 403],
    ['a token without the scope', { scopes: ['services.write'] }, 403],
    ['a token with the scope', { scopes: ['usage.write'] }, 201],
    ['staff', 'user', 201],
  ])('%s', async (_, as, status) => {
    expect((await tell(id, { download_bytes: 0 }, as)).status).toBe(status);
  });
});
