import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, openTestApi, type TestApi } from './api.ts';
import { DENIED, HOSTILE_BODIES } from './hostile.ts';

const path = '/api/isp/packages';
let api: TestApi;

beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

describe('a new package', () => {
  it('has the defaults of billing-rules section 20 for what was left out', async () => {
    const { status, body, headers } = await api.call('POST', path, {
      body: { code: 'HOME20', name: 'Home 20M', price: 300_000 },
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(Number),
      code: 'HOME20',
      name: 'Home 20M',
      price: 300_000,
      currency: 'KES',
      model: 'postpaid',
      tier: null,
      cycle: 'monthly',
      cycle_count: 1,
      base_timing: 'advance',
      data_limit_gb: null,
      limit_action: 'notify',
      overage: null,
      setup_fee: 0,
      trial_days: 0,
      validity: null,
      rate_limit: null,
      download_bps: null,
      upload_bps: null,
      fup: [],
      pool: null,
      address_list: null,
      ipv6_pool: null,
      ppp_profile: null,
      session_limit: 1,
      idle_timeout_s: null,
      session_timeout_s: null,
      interim_interval_s: null,
      radius_attributes: [],
      version: 1,
      archived_at: null,
    });
    expect(headers.get('etag')).toBe('"1"');
  });

  it('keeps everything that was said', async () => {
    const said = {
      code: 'BIZ/50+',
      name: 'Business 50',
      price: 900_000,
      currency: 'USD',
      tier: 'premium',
      cycle: 'weekly',
      cycle_count: 2,
      base_timing: 'arrears',
      data_limit_gb: 100.5,
      limit_action: 'overage',
      setup_fee: 5_000,
      trial_days: 7,
      validity: { unit: 'days', count: 30 },
      pool: 'biz',
      address_list: 'biz-list',
      ipv6_pool: 'biz6',
      ppp_profile: 'biz-profile',
      session_limit: 0,
      idle_timeout_s: 600,
      session_timeout_s: 86_400,
      interim_interval_s: 120,
      radius_attributes: [{ name: 'Framed-MTU', value: '1480' }],
      fup: [{ from_percent: 80, rate_limit: '1M/2M', pool: 'slow' }],
    };
    const { status, body } = await api.call('POST', path, {
      body: { ...said, rate_limit: '10m/50m 20M/100M', overage: { block_gb: '0.5', price: 50, cap: 5_000 } },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject(said);
    expect(body).toMatchObject({
      rate_limit: '10M/50M 20M/100M',
      upload_bps: 10_000_000,
      download_bps: 50_000_000,
      overage: { block_gb: 0.5, price: 50, rounding: 'block', cap: 5_000, tiers: [] },
    });
    expect((await api.call('GET', `${path}/${body.id}`, { as: 'user' })).body).toEqual(body);
  });

  it('that charges overage needs no limit action, and tiers come back as given (O5)', async () => {
    const tiers = [
      { up_to_blocks: 10, price: 50 },
      { up_to_blocks: null, price: 20 },
    ];
    const { body } = await api.call('POST', path, {
      body: {
        code: 'TIERS',
        name: 'T',
        price: 0,
        data_limit_gb: '10',
        overage: { tiers, rounding: 'exact' },
      },
    });
    expect(body).toMatchObject({
      limit_action: 'overage',
      data_limit_gb: 10,
      overage: { block_gb: 1, price: null, rounding: 'exact', cap: null, tiers },
    });
  });

  it('follows the settings for currency and cycle', async () => {
    const settings = '/api/isp/settings';
    await api.call('PATCH', settings, { body: { isp_currency: 'UGX', isp_billing_cycle: 'daily' } });
    const { body } = await api.call('POST', path, { body: { code: 'SET', name: 'S', price: 1 } });
    await api.call('PATCH', settings, { body: { isp_currency: 'KES', isp_billing_cycle: 'monthly' } });
    expect([body.currency, body.cycle]).toEqual(['UGX', 'daily']);
  });

  it('under a code that is taken is refused, also when both come at once', async () => {
    const add = () => api.call('POST', path, { body: { code: 'TWICE', name: 'T', price: 1 } });
    const answers = await Promise.all([add(), add(), add()]);
    expect(answers.map((one) => one.status).sort()).toEqual([201, 409, 409]);
    for (const one of answers.filter(({ status }) => status === 409)) {
      expect(one.body.error.code).toBe('package_code_taken');
    }
  });

  it.each([
    ['no price', { price: undefined }, 'price'],
    ['a price of cents', { price: 29.99 }, 'price'],
    ['a price as text', { price: '3000' }, 'price'],
    ['a price below 0', { price: -1 }, 'price'],
    ['a code with a quote', { code: "x' or '1'='1" }, 'code'],
    ['a code of two lines', { code: 'a\r\nSet-Cookie: x' }, 'code'],
    ['a currency that is none', { currency: 'shilling' }, 'currency'],
    ['a rate without digits', { rate_limit: 'fast' }, 'rate_limit'],
    ['a burst below the rate', { rate_limit: '5M/20M 1M/1M' }, 'rate_limit'],
    ['a derived speed', { download_bps: 1 }, 'download_bps'],
    ['no gigabytes', { data_limit_gb: 0 }, 'data_limit_gb'],
    ['an unknown limit action', { limit_action: 'explode' }, 'limit_action'],
    ['prepaid with overage (Q9)', { model: 'prepaid', overage: { price: 5 } }, 'limit_action'],
    ['prepaid with the action overage (Q9)', { model: 'prepaid', limit_action: 'overage' }, 'limit_action'],
    [
      'throttle and overage at once (F6)',
      { limit_action: 'throttle', overage: { price: 5 } },
      'limit_action',
    ],
    ['overage without a price', { overage: {} }, 'overage.price'],
    [
      'tiers without an end',
      { overage: { tiers: [{ up_to_blocks: 5, price: 1 }] } },
      'overage.tiers.0.up_to_blocks',
    ],
    ['a cycle of no days', { cycle_count: 0 }, 'cycle_count'],
    ['an unknown cycle', { cycle: 'hourly' }, 'cycle'],
    ['a validity without unit', { validity: { count: 3 } }, 'validity.unit'],
    ['a pool with a blank', { pool: 'two words' }, 'pool'],
    ['a FUP step without rate', { fup: [{ from_percent: 80 }] }, 'fup.0.rate_limit'],
    ['an interim interval of a second', { interim_interval_s: 1 }, 'interim_interval_s'],
    [
      'an attribute nobody knows',
      { radius_attributes: [{ name: 'Moon', value: '1' }] },
      'radius_attributes.0',
    ],
    [
      'an attribute of the server',
      { radius_attributes: [{ name: 'Class', value: 'x' }] },
      'radius_attributes.0',
    ],
    [
      'an attribute given twice',
      { pool: 'a', radius_attributes: [{ name: 'Framed-Pool', value: 'b' }] },
      'radius_attributes',
    ],
    ['an unknown tier', { tier: 'gold' }, 'tier'],
    ['an unknown key', { colour: 'red' }, 'colour'],
  ] as const)('with %s is refused by the name of the field', async (_, part, field) => {
    const before = await count();
    const answer = await api.call('POST', path, { body: { code: 'bad', name: 'Bad', price: 1, ...part } });
    expect([answer.status, answer.body.error.code]).toEqual([422, 'validation_failed']);
    expect(Object.keys(answer.body.error.fields)).toEqual([field]);
    expect(await count()).toBe(before);
  });

  it.each(HOSTILE_BODIES)('with %s is refused', async (_, body, statuses) => {
    const before = await count();
    expect(statuses).toContain((await api.call('POST', path, { body })).status);
    expect(await count()).toBe(before);
  });
});

describe('a change', () => {
  it('leaves what is left out, takes away what is null, and is in the audit log', async () => {
    const { id } = await add({ code: 'CH1', price: 100, pool: 'a', rate_limit: '1M/2M', data_limit_gb: 5 });
    const { status, body } = await patch(id, { price: 200, pool: null, tier: 'basic' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ price: 200, pool: null, rate_limit: '1M/2M', tier: 'basic', version: 2 });
    const { items } = (await api.call('GET', `/api/isp/audit-log?entity=package&entity_id=${id}`)).body;
    expect(items).toMatchObject([
      {
        action: 'package.updated',
        actor: 'admin@example.net',
        before: { price: '100', pool: 'a', tier: null },
        after: { price: '200', pool: null, tier: 'basic' },
      },
      { action: 'package.created' },
    ]);
  });

  it('gives overage, changes it and takes it away, with the limit action that goes with it', async () => {
    const { id } = await add({ code: 'CH2', price: 100, data_limit_gb: 5 });
    expect((await patch(id, { overage: { price: 50 } })).body).toMatchObject({
      limit_action: 'overage',
      overage: { price: 50 },
    });
    expect((await patch(id, { overage: { price: 60, cap: 600 } })).body.overage).toMatchObject({
      price: 60,
      cap: 600,
    });
    expect((await patch(id, { name: 'Other' })).body.overage).toMatchObject({ price: 60 });
    expect((await patch(id, { overage: null })).body).toMatchObject({
      limit_action: 'notify',
      overage: null,
    });
  });

  it.each([
    ['a bad rate', { rate_limit: 'x' }, 422, 'validation_failed'],
    ['a price taken away', { price: null }, 422, 'validation_failed'],
    ['the code of another', { code: 'CH1' }, 409, 'package_code_taken'],
  ])('with %s is refused and changes nothing', async (_, body, status, code) => {
    const { id } = await add({ code: `no-${status}-${Object.keys(body)}`, price: 1 });
    const answer = await patch(id, { name: 'Changed', ...body });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    expect((await api.call('GET', `${path}/${id}`)).body).toMatchObject({ name: 'P', version: 1 });
  });

  it('for a version that is not in force any more is refused', async () => {
    const { id } = await add({ code: 'VER', price: 1 });
    const change = (price: number) =>
      api.call('PATCH', `${path}/${id}`, { body: { price }, headers: { 'If-Match': '"1"' } });
    const answers = await Promise.all([change(2), change(3)]);
    expect(answers.map((one) => one.status).sort()).toEqual([200, 409]);
    expect(answers.find((one) => one.status === 409)?.body.error.code).toBe('version_conflict');
  });

  it('of what services rest on is refused while there are services', async () => {
    const { id } = await add({ code: 'USED', price: 1 });
    await api.db.query(
      `with customer as (insert into customers (name, currency) values ('C', 'KES') returning id)
       insert into isp_services (customer_id, package_id, username, password_enc)
       select id, $1::bigint, 'used', '\\x00'::bytea from customer`,
      [id],
    );
    for (const body of [{ currency: 'USD' }, { model: 'prepaid' }, { cycle: 'daily' }, { cycle_count: 2 }]) {
      const answer = await patch(id, body);
      expect([answer.status, answer.body.error.code]).toEqual([409, 'package_in_use']);
    }
    expect((await patch(id, { price: 7, currency: 'KES' })).status).toBe(200);
    await api.db.query(`update isp_services set status = 'cancelled' where package_id = $1::bigint`, [id]);
    expect((await patch(id, { cycle: 'daily' })).status).toBe(200);
  });
});

it('an archived package is sold no more, is found when asked for, and can be restored', async () => {
  const { id } = await add({ code: 'OLD', price: 1 });
  const archived = await api.call('POST', `${path}/${id}/archive`);
  expect(archived.body).toMatchObject({ archived_at: '2026-11-25T09:00:00.000Z', version: 2 });
  expect((await api.call('POST', `${path}/${id}/archive`)).body.version).toBe(2);
  expect(await codes('q=OLD')).toEqual([]);
  expect(await codes('q=OLD&archived=only')).toEqual(['OLD']);
  expect((await api.call('POST', `${path}/${id}/restore`)).body).toMatchObject({
    archived_at: null,
    version: 3,
  });
  expect(await codes('q=OLD')).toEqual(['OLD']);
});

describe('the list of packages', () => {
  it('is by code, in pages, by tier and model, and as CSV', async () => {
    for (const code of ['L3', 'L1', 'L2']) await add({ code, name: 'Listed', price: 1, tier: 'enterprise' });
    const first = await api.call('GET', `${path}?tier=enterprise&model=postpaid&limit=2`, { as: 'user' });
    expect(first.body.items.map((one: { code: string }) => one.code)).toEqual(['L1', 'L2']);
    const rest = await api.call('GET', `${path}?tier=enterprise&limit=2&cursor=${first.body.next_cursor}`);
    expect([rest.body.items.length, rest.body.next_cursor]).toEqual([1, null]);
    const csv = await api.call('GET', `${path}?q=isted`, { headers: { Accept: 'text/csv' } });
    expect(csv.body.trim().split('\n')).toHaveLength(4);
  });

  it.each([
    ['an unknown parameter', 'colour=red', 'colour'],
    ['an unknown tier', 'tier=gold', 'tier'],
    ['a NUL', 'q=%00', 'q'],
  ])('with %s is refused', async (_, query, field) => {
    const { status, body } = await api.call('GET', `${path}?${query}`);
    expect([status, Object.keys(body.error.fields)]).toEqual([422, [field]]);
  });
});

describe('a preview', () => {
  it('is the exact reply in each case, and saves nothing', async () => {
    const before = await count();
    const { status, body } = await api.call('POST', `${path}/preview`, {
      as: 'user',
      body: {
        rate_limit: '5m/20m 10M/40M 4M/16M 8/8',
        fup: [{ from_percent: 100, rate_limit: '512k/1M' }],
        pool: 'home',
        address_list: 'clients',
        session_timeout_s: 3600,
        radius_attributes: [{ name: 'framed-mtu', value: '1480' }],
      },
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      rate_limit: '5M/20M 10M/40M 4M/16M 8/8',
      download_bps: 20_000_000,
      upload_bps: 5_000_000,
      attributes: [
        { name: 'Mikrotik-Rate-Limit', value: '5M/20M 10M/40M 4M/16M 8/8' },
        { name: 'Framed-Pool', value: 'home' },
        { name: 'Mikrotik-Address-List', value: 'clients' },
        { name: 'Acct-Interim-Interval', value: '300' },
        { name: 'Framed-MTU', value: '1480' },
        { name: 'Session-Timeout', value: '3600' },
      ],
      throttled_attributes: expect.arrayContaining([{ name: 'Mikrotik-Rate-Limit', value: '512k/1M' }]),
      walled_attributes: expect.arrayContaining([
        { name: 'Mikrotik-Address-List', value: 'suspended' },
        { name: 'Session-Timeout', value: '300' },
      ]),
    });
    expect(await count()).toBe(before);
  });

  it('of what cannot be sent says why', async () => {
    const { status, body } = await api.call('POST', `${path}/preview`, {
      body: { rate_limit: '5M/20M 1M/1M' },
    });
    expect([status, body.error.fields]).toEqual([422, { rate_limit: expect.stringMatching(/burst/) }]);
  });
});

describe('access', () => {
  const reads = [
    ['GET', path],
    ['GET', `${path}/1`],
    ['POST', `${path}/preview`],
  ] as const;
  const writes = [
    ['POST', path],
    ['PATCH', `${path}/1`],
    ['POST', `${path}/1/archive`],
    ['POST', `${path}/1/restore`],
  ] as const;

  it.each(DENIED)('%s can do nothing', async (_, as, status, code) => {
    for (const [method, where] of [...reads, ...writes]) {
      const answer = await api.call(method, where, { as, ...(method === 'GET' ? {} : { body: {} }) });
      expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    }
  });

  it('staff and tokens that read cannot write', async () => {
    for (const as of ['user', { scopes: ['catalog.read'] }] as const) {
      for (const [method, where] of writes) {
        const answer = await api.call(method, where, { as, body: {} });
        expect([answer.status, answer.body.error.code]).toEqual([403, 'forbidden']);
      }
    }
  });

  it.each(['999999', '0', 'abc', "1'--"])('the id %s names nothing', async (id) => {
    for (const [method, suffix, body] of [
      ['GET', '', undefined],
      ['PATCH', '', { name: 'X' }],
      ['POST', '/archive', undefined],
      ['POST', '/restore', undefined],
    ] as const) {
      const where = `${path}/${encodeURIComponent(id)}${suffix}`;
      const answer = await api.call(method, where, body === undefined ? {} : { body });
      expect([404, 422]).toContain(answer.status);
      if (id === '999999') expect(answer.body.error.code).toBe('not_found');
    }
  });
});

async function add(body: Record<string, unknown>): Promise<Answer['body']> {
  const answer = await api.call('POST', path, { body: { name: 'P', ...body } });
  expect(answer.status).toBe(201);
  return answer.body;
}

function patch(id: number, body: Record<string, unknown>): Promise<Answer> {
  return api.call('PATCH', `${path}/${id}`, { body });
}

async function codes(query: string): Promise<string[]> {
  const { body } = await api.call('GET', `${path}?${query}`);
  return body.items.map((one: { code: string }) => one.code);
}

async function count(): Promise<number> {
  const [row] = await api.db.query<{ count: string }>('select count(*) from isp_packages');
  return Number(row?.count);
}
