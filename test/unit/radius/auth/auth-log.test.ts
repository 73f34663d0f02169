import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dropLine, InstantText, loginLine } from '../../../../src/radius/auth/auth-log.ts';
import type { Decision } from '../../../../src/radius/policy/decision.ts';

const accepted: Decision = {
  outcome: 'accept',
  grade: 'full',
  reason: undefined,
  passed: 1023,
  skipped: 0,
  failed: undefined,
  bindMac: undefined,
  sessionTimeoutS: 0,
};
const login = {
  at: '2026-03-02T10:00:00.000Z',
  decision: accepted,
  method: 'pap',
  nasId: '4',
  serviceId: '9',
  userName: 'alice',
  callingStation: 'AA:BB:CC:00:00:01',
  source: '192.0.2.1',
} as const;

/** What COPY makes of a line in text format. */
function columns(line: string): (string | null)[] {
  expect(line.endsWith('\n')).toBe(true);
  const escapes: Record<string, string> = { t: '\t', n: '\n', r: '\r', '\\': '\\' };
  return line
    .slice(0, -1)
    .split('\t')
    .map((text) =>
      text === '\\N' ? null : text.replace(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter),
    );
}

describe('a line of the authentication log', () => {
  it('tells of an accept', () => {
    expect(columns(loginLine(login))).toMatchObject([
      login.at,
      '1',
      null,
      expect.stringMatching(/^\d+$/),
      '1',
      '4',
      '9',
      'alice',
      'AA:BB:CC:00:00:01',
      '192.0.2.1',
      '1',
    ]);
  });

  it.each([
    [
      'a walled login',
      { ...accepted, grade: 'walled', reason: 'service_suspended' },
      '2',
      'service_suspended',
    ],
    [
      'a reject',
      { ...accepted, outcome: 'reject', grade: 'walled', reason: 'wrong_password', failed: 'password' },
      '3',
      'wrong_password',
    ],
  ] as const)('tells of %s and why', (_, decision, outcome, reason) => {
    expect(columns(loginLine({ ...login, decision })).slice(1, 3)).toEqual([outcome, reason]);
  });

  it('has NULL for a service and a station that are not known', () => {
    const parts = columns(loginLine({ ...login, serviceId: undefined, callingStation: undefined }));
    expect([parts[6], parts[8]]).toEqual([null, null]);
  });

  it('keeps any user name whole and to itself, NUL excepted', () => {
    const hostile = fc.string({
      unit: fc.constantFrom('\t', '\n', '\r', '\\', '\0', 'N', '.', '"', 'ü', 'a', '\u2028'),
    });
    fc.assert(
      fc.property(hostile, hostile, (userName, callingStation) => {
        const line = loginLine({ ...login, userName, callingStation });
        expect(line.indexOf('\n')).toBe(line.length - 1);
        const parts = columns(line);
        expect(parts).toHaveLength(11);
        expect([parts[7], parts[8]]).toEqual([
          userName.replaceAll('\0', '\ufffd'),
          callingStation.replaceAll('\0', '\ufffd'),
        ]);
      }),
    );
  });

  it('tells of a cause of drops and how often', () => {
    const line = dropLine(login.at, {
      reason: 'unknown_nas',
      source: '198.51.100.7',
      nasId: null,
      count: 42,
    });
    expect(columns(line)).toEqual([
      login.at,
      '4',
      'unknown_nas',
      '0',
      '0',
      null,
      null,
      '',
      null,
      '198.51.100.7',
      '42',
    ]);
  });

  it('prints instants in UTC, one after another', () => {
    const text = new InstantText();
    expect([0, 0, 1_772_445_600_123].map((ms) => text.of(ms))).toEqual([
      '1970-01-01T00:00:00.000Z',
      '1970-01-01T00:00:00.000Z',
      '2026-03-02T10:00:00.123Z',
    ]);
  });
});
