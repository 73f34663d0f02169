import { describe, expect, it } from 'vitest';
import { delayMs, reportOf } from '../../../../src/radius/accounting/record.ts';
import { CLASS_SIZE, ClassAttribute } from '../../../../src/radius/auth/class-attribute.ts';
import { CODE } from '../../../../src/radius/protocol/code.ts';
import type { AttributeInput } from '../../../../src/radius/protocol/codec.ts';
import { ANOMALY } from '../../../../src/usage/counter-delta.ts';
import type { AccountingReport } from '../../../../src/usage/sessions/report.ts';
import { packet } from '../server/factories.ts';

const arrivedAtMs = Date.parse('2026-03-02T10:00:00.500Z');
const classAttribute = new ClassAttribute(Buffer.alloc(32, 1));
const GIB = 2 ** 30;

function attributes(values: Readonly<Record<string, string | number | Buffer>>): AttributeInput[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

/** The report of an Interim with these attributes. */
function read(
  values: Readonly<Record<string, string | number | Buffer>> = {},
  parts: {
    status?: number;
    swapOctets?: boolean;
    eventNowMs?: number;
    planIntervalS?: number;
    address?: string;
  } = {},
): AccountingReport {
  const { status = 3, swapOctets = false, eventNowMs = arrivedAtMs, planIntervalS = 0 } = parts;
  const view = packet({ code: CODE.accountingRequest, signed: false, attributes: attributes(values) });
  const origin = {
    datagram: view.bytes,
    source: { address: parts.address ?? '192.0.2.1' },
    nas: { number: 4, swapOctets, interimIntervalS: 600 },
    arrivedAtMs,
  };
  return reportOf(origin, view, {
    status,
    acctSessionId: '81000001',
    username: 'alice',
    serviceId: 7,
    planIntervalS,
    classAttribute,
    eventNowMs,
  });
}

describe('the octets of a report', () => {
  it.each([
    [
      'input is upload, output is download',
      { 'Acct-Input-Octets': 5, 'Acct-Output-Octets': 9 },
      [5, 9],
      false,
    ],
    [
      'Gigawords are the upper half',
      {
        'Acct-Input-Octets': 5,
        'Acct-Input-Gigawords': 1,
        'Acct-Output-Octets': 9,
        'Acct-Output-Gigawords': 2,
      },
      [4 * GIB + 5, 8 * GIB + 9],
      true,
    ],
    [
      'Gigawords of one direction make both whole',
      { 'Acct-Input-Octets': 5, 'Acct-Output-Octets': 9, 'Acct-Output-Gigawords': 1 },
      [5, 4 * GIB + 9],
      true,
    ],
    ['what is not there is not zero', {}, [undefined, undefined], false],
    ['one direction may be missing', { 'Acct-Output-Octets': 9 }, [undefined, 9], false],
    [
      'the largest 32-bit value is not negative',
      { 'Acct-Input-Octets': 4_294_967_295, 'Acct-Output-Octets': 0 },
      [4_294_967_295, 0],
      false,
    ],
  ] as const)('%s', (_, values, octets, hasGigawords) => {
    const report = read(values);
    expect([report.uploadOctets, report.downloadOctets]).toEqual(octets);
    expect(report.hasGigawords).toBe(hasGigawords);
  });

  it('are turned round for a router that counts the other way', () => {
    const report = read({ 'Acct-Input-Octets': 5, 'Acct-Output-Octets': 9 }, { swapOctets: true });
    expect([report.uploadOctets, report.downloadOctets]).toEqual([9, 5]);
  });

  it('beyond 2^53 are left out and marked', () => {
    const report = read({
      'Acct-Input-Octets': 5,
      'Acct-Output-Octets': 0,
      'Acct-Output-Gigawords': 0xffff_ffff,
    });
    expect([report.uploadOctets, report.downloadOctets]).toEqual([5, undefined]);
    expect(report.anomalies).toBe(ANOMALY.implausible);
  });

  it.each([
    [1, 0],
    [2, ANOMALY.noCounters],
    [3, ANOMALY.noCounters],
  ])('missing from a report of status %i are marked %i', (status, anomalies) => {
    expect(read({}, { status }).anomalies).toBe(anomalies);
  });

  it('of a wrong size are as if they were not there', () => {
    const report = read({ 'Attr-42': Buffer.alloc(3), 'Acct-Output-Octets': 9 });
    expect([report.uploadOctets, report.downloadOctets]).toEqual([0, 9]);
  });
});

it.each([
  [{}, undefined],
  [{ 'Acct-Session-Time': 0 }, 0],
  [{ 'Acct-Session-Time': 315_360_000 }, 315_360_000],
  [{ 'Acct-Session-Time': 4_294_967_295 }, undefined],
  [{ 'Attr-46': Buffer.alloc(3) }, undefined],
])('of %j the session time is %s', (values, sessionTimeS) => {
  expect(read(values).sessionTimeS).toBe(sessionTimeS);
});

describe('when a report happened', () => {
  it.each([
    [undefined, 0],
    [0, 0],
    [30, 30_000],
    [604_800, 604_800_000],
    [604_801, 0],
    [0xffff_ffff, 0],
  ])('with Acct-Delay-Time %s it was %i ms ago', (delayS, expectedMs) => {
    const values: Record<string, number> = delayS === undefined ? {} : { 'Acct-Delay-Time': delayS };
    const report = read(values);
    expect(report.eventAtMs).toBe(arrivedAtMs - expectedMs);
    expect(report.receivedAtMs).toBe(arrivedAtMs);
    const view = packet({ code: CODE.accountingRequest, signed: false, attributes: attributes(values) });
    expect(delayMs(view)).toBe(expectedMs);
  });

  it('follows the clock of the installation, while the receipt is real', () => {
    const report = read({ 'Acct-Delay-Time': 10 }, { eventNowMs: 1_000_000 });
    expect([report.eventAtMs, report.receivedAtMs]).toEqual([990_000, arrivedAtMs]);
  });
});

it("a session is expected to report by its plan's interval, else by its router's", () => {
  expect(read({}, { planIntervalS: 1_800 }).interimIntervalS).toBe(1_800);
  expect(read().interimIntervalS).toBe(600);
});

describe('the Class of a report', () => {
  const value = Buffer.alloc(CLASS_SIZE);
  classAttribute.write(value, { serviceId: 9, stateVersion: 4, grade: 'walled' });

  it('says with which version and grade the session was let in', () => {
    expect(read({ Class: value })).toMatchObject({ stateVersion: 4, grade: 'walled', serviceId: 7 });
  });

  it('of somebody else says nothing', () => {
    const foreign = Buffer.from(value);
    foreign[23] ^= 1;
    for (const octets of [foreign, Buffer.from('x'), Buffer.alloc(24)]) {
      expect(read({ Class: octets })).toMatchObject({ stateVersion: 0, grade: null });
    }
  });
});

describe('the details of a report', () => {
  const full = {
    'Framed-IP-Address': '100.64.0.9',
    'Framed-IPv6-Prefix': '2001:db8:0:1::/64',
    'Delegated-IPv6-Prefix': '2001:db8:100::/56',
    'Calling-Station-Id': 'AA:BB:CC:00:00:01',
    'Called-Station-Id': 'service1',
    'NAS-Port-Id': 'ether1',
    'NAS-Port': 15_728_640,
    'NAS-IP-Address': '10.0.0.1',
    'NAS-Identifier': 'edge',
  };

  it('are read when they are to be written', () => {
    expect(read(full).details()).toEqual({
      framedIp: '100.64.0.9',
      framedIpv6Prefix: '2001:db8:0:1::/64',
      delegatedIpv6Prefix: '2001:db8:100::/56',
      callingStation: 'AA:BB:CC:00:00:01',
      calledStation: 'service1',
      nasPortId: 'ether1',
      nasPort: 15_728_640,
      nasAddress: '192.0.2.1',
      nasIpReported: '10.0.0.1',
      nasIdentifier: 'edge',
    });
  });

  it('that are missing or malformed are null', () => {
    const details = read({
      'Attr-8': Buffer.alloc(3),
      'Attr-97': Buffer.of(0, 200, 1),
      'Attr-123': Buffer.of(0),
    }).details();
    expect(details).toMatchObject({
      framedIp: null,
      framedIpv6Prefix: null,
      delegatedIpv6Prefix: null,
      nasPort: null,
    });
  });

  it('change the hash, counters and times do not', () => {
    const hash = read(full).detailsHash;
    expect(read({ ...full, 'Acct-Session-Time': 9, 'Acct-Input-Octets': 9 }).detailsHash).toBe(hash);
    expect(read({ ...full, 'Framed-IP-Address': '100.64.0.8' }).detailsHash).not.toBe(hash);
    expect(read(full, { address: '192.0.2.2' }).detailsHash).not.toBe(hash);
  });

  it('show an IPv6 address without a prefix as the prefix of one', () => {
    const details = read({ 'Framed-IPv6-Address': '2001:db8::9' }).details();
    expect(details.framedIpv6Prefix).toBe('2001:db8::9/128');
  });

  it('of another packet stay those of their own', () => {
    const [first, second] = [read(full), read({ ...full, 'Framed-IP-Address': '100.64.0.8' })];
    expect([first.details().framedIp, second.details().framedIp, first.details().framedIp]).toEqual([
      '100.64.0.9',
      '100.64.0.8',
      '100.64.0.9',
    ]);
  });

  it('a cause of ending beyond any list is kept as 255', () => {
    expect(read({ 'Acct-Terminate-Cause': 70_000 }).terminateCause).toBe(255);
  });
});
