import { expect, test } from 'vitest';
import { parseHeader, RowParser } from '../../../src/subscribers/import/import-row.ts';

function parse(header: string, row: string, defaultPlanCode?: string) {
  const columns = parseHeader(header.split(','));
  if (!columns.ok) throw new Error(columns.error);
  return new RowParser(columns.value, defaultPlanCode).parse({ line: 2, fields: row.split(',') });
}

test('a row of a load generator is read with its rate in canonical form', () => {
  const row = 'user000003,pw000003-1a2b,biz-100,100M/100M 120M/120M 80M/80M 8/8,pool-biz';
  expect(parse('username,password,plan,rate_limit,pool', row)).toEqual({
    ok: true,
    value: {
      line: 2,
      username: 'user000003',
      password: 'pw000003-1a2b',
      planCode: 'biz-100',
      rateLimit: '100M/100M 120M/120M 80M/80M 8/8',
      pool: 'pool-biz',
      framedIp: undefined,
      mac: undefined,
      customerName: undefined,
    },
  });
});

test('columns come in any order, case and spelling, and cells lose their blanks but for the password', () => {
  const row = parse(
    'MAC, Password ,customer,Rate,username,ip,Package',
    'aabb.ccdd.eeff, p ,Jo ,2m, x ,10.0.0.9,p1',
  );
  expect(row).toMatchObject({
    value: {
      username: 'x',
      password: ' p ',
      planCode: 'p1',
      rateLimit: '2M/2M',
      framedIp: '10.0.0.9',
      mac: 'AA:BB:CC:DD:EE:FF',
      customerName: 'Jo',
    },
  });
});

test.each([
  ['username,password,speed', /'speed' is unknown; allowed are username, password, package or plan/],
  ['username,package', /'password' is missing/],
  ['password,package', /'username' is missing/],
  ['username,password,plan,package', /there twice/],
])('the header %s is refused', (header, sentence) => {
  const parsed = parseHeader(header.split(','));
  expect(parsed.ok ? '' : parsed.error).toMatch(sentence);
});

test.each([
  ['x,p', /2 fields, the first line has 5/],
  [',p,a,,', /user name is missing/],
  ['x,,a,,', /password is missing/],
  ['x,p,,,', /names no package/],
  ['x,p,a,fast,', /a rate is digits/],
  ['x,p,a,,10.0.0', /no IPv4 address/],
])('the row %s is refused', (row, sentence) => {
  const parsed = parse('username,password,plan,rate,ip', row);
  expect(parsed.ok ? '' : parsed.error).toMatch(sentence);
});

test('a row that names no package gets the default one', () => {
  expect(parse('username,password', 'x,p', 'home')).toMatchObject({ value: { planCode: 'home' } });
});
