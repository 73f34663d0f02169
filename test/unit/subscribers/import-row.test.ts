import { expect, test } from 'vitest';
import { columnMapping } from '../../../src/subscribers/import/column-mapping.ts';
import { csvFormat } from '../../../src/subscribers/import/formats/csv.ts';
import type { Found } from '../../../src/subscribers/import/found.ts';
import type { FormatOptions } from '../../../src/subscribers/import/import-format.ts';
import { RowParser } from '../../../src/subscribers/import/import-row.ts';
import { CsvRows } from '../../../src/subscribers/import/readers/csv-rows.ts';
import { isHeader } from '../../../src/subscribers/import/source-row.ts';

function find(text: string, options: FormatOptions): Found[] {
  const format = csvFormat.open(options);
  const rows = new CsvRows('');
  return [...rows.push(text), ...rows.end()].flatMap((item) => {
    if (!isHeader(item)) return format.take(item);
    format.header?.(item);
    return [];
  });
}

function parse(header: string, row: string, options: FormatOptions = {}) {
  const [found] = find(`${header}\n${row}\n`, options);
  if (found?.kind !== 'subscriber') throw new Error('no subscriber was found');
  const { defaultPlanCode } = options;
  return new RowParser({ defaultPlanCode, timeZone: 'Africa/Nairobi' }).parse(found);
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
      phone: undefined,
      email: undefined,
      description: undefined,
      sessionLimit: undefined,
      expiresAt: undefined,
      isSuspended: false,
      notes: [],
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

test('sessions, expiry in the zone of the installation, state and contacts are read', () => {
  const row = parse(
    'username;password;plan;sessions;expires;state;phone;email',
    'x;p;p1;3;2026-12-31;off;+254700000001;x@example.net',
  );
  expect(row).toMatchObject({
    value: {
      sessionLimit: 3,
      // The end of that day in Nairobi, three hours ahead of UTC.
      expiresAt: new Date('2026-12-31T21:00:00Z'),
      isSuspended: true,
      phone: '+254700000001',
      email: 'x@example.net',
    },
  });
});

test.each([
  ['username,password,speed', /'speed' is unknown; allowed are username, password, package or plan/],
  ['username,package', /'password' is missing/],
  ['password,package', /'username' is missing/],
  ['username,password,plan,package', /there twice/],
])('the header %s is refused', (header, sentence) => {
  expect(() => find(`${header}\n`, {})).toThrow(sentence);
});

test.each([
  ['x,p', /2 fields, the first line has 5/],
  [',p,a,,', /user name is missing/],
  ['x,,a,,', /password is missing/],
  ['x,*****,a,,', /password is not visible/],
  ['x,p,,,', /names no package/],
  ['x,p,a,fast,', /a rate is digits/],
  ['x,p,a,,10.0.0', /no IPv4 address/],
])('the row %s is refused', (row, sentence) => {
  const parsed = parse('username,password,plan,rate,ip', row);
  expect(parsed.ok ? '' : parsed.error).toMatch(sentence);
});

test.each([
  ['expires', '31 of March', /no date/],
  ['expires', '2026-02-30', /no date/],
  ['state', 'maybe', /state 'maybe' is unknown/],
  ['sessions', 'two', /number of sessions/],
])('%s %s is refused', (column, value, sentence) => {
  const parsed = parse(`username,password,plan,${column}`, `x,p,a,${value}`);
  expect(parsed.ok ? '' : parsed.error).toMatch(sentence);
});

test('a row that names no package gets the default one', () => {
  expect(parse('username,password', 'x,p', { defaultPlanCode: 'home' })).toMatchObject({
    value: { planCode: 'home' },
  });
});

test('headings are mapped to columns, and the rest is left', () => {
  const columns = columnMapping(['username=Login', 'password=Secret word', 'plan=Tarif']);
  expect(parse('Nr;Login;Secret word;Tarif;Remark', '1;x;p;home;-', { columns })).toMatchObject({
    value: { username: 'x', password: 'p', planCode: 'home' },
  });
});

test.each([
  [['user=Login'], /maps no column/],
  [['username='], /maps no column/],
])('the mapping %s is refused', (words, sentence) => {
  expect(() => columnMapping(words)).toThrow(sentence);
});

test('a heading that is not there is refused with those that are', () => {
  const columns = columnMapping(['username=Login', 'password=Secret']);
  expect(() => find('Name,Secret\n', { columns })).toThrow(/no column 'Login'.*Name, Secret/);
});
