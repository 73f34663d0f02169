import { describe, expect, it } from 'vitest';
import {
  accountingWarning,
  judgeRouter,
  type RouterLook,
  radiusWarning,
} from '../../../src/network/monitoring/router-health.ts';

const look = (change: Partial<RouterLook> = {}): RouterLook => ({
  identity: 'tower-1',
  version: '7.18',
  boardName: 'CCR',
  uptimeS: 1,
  cpuPercent: 7,
  memoryTotalOctets: 1n,
  memoryFreeOctets: 1n,
  activeSessions: 1,
  interfaces: [],
  latencyMs: 3,
  radius: undefined,
  handshakeAgeS: undefined,
  ...change,
});

describe('a router', () => {
  it.each([
    ['that answers', look(), undefined, 9_999, 'up', undefined],
    ['at 90 % of its CPU', look({ cpuPercent: 90 }), undefined, 1, 'busy', 'The CPU is at 90 %.'],
    ['at 89 % of its CPU', look({ cpuPercent: 89 }), undefined, 1, 'up', undefined],
    ['that is slow', look({ latencyMs: 2_000 }), undefined, 1, 'busy', 'Its API took 2000 ms.'],
    ['that hides its CPU', look({ cpuPercent: undefined }), undefined, 1, 'up', undefined],
    ['heard by RADIUS alone', undefined, 'Refused.', 600, 'silent', 'Refused. RADIUS was heard 600 s ago.'],
    ['not heard for long', undefined, 'Refused.', 601, 'down', 'Refused. RADIUS is not heard either.'],
    ['never heard', undefined, 'Refused.', undefined, 'down', 'Refused. RADIUS is not heard either.'],
  ] as const)('%s is %#', (_, seen, failure, radiusSilentS, state, reason) => {
    expect(judgeRouter({ look: seen, failure, radiusSilentS })).toEqual({ state, reason });
  });
});

describe('the warning that usage is not reported', () => {
  it.each([
    ['logins, and never a report', 10, undefined, 300, true],
    ['logins, and the last report an hour ago', 10, 3_600, 300, true],
    ['logins and reports', 10, 100, 300, false],
    ['reports as rare as was asked for', 10, 3_600, 1_800, false],
    ['no logins lately', 901, undefined, 300, false],
    ['nothing ever', undefined, undefined, 300, false],
  ] as const)('%s: %#', (_, authSilentS, acctSilentS, interimIntervalS, isWarned) => {
    const warning = accountingWarning({ authSilentS, acctSilentS, interimIntervalS });
    expect(warning?.includes('/ppp aaa set accounting=yes') ?? false).toBe(isWarned);
  });
});

describe("the router's own count of RADIUS", () => {
  const counters = { requests: 9, accepts: 7, rejects: 2, resends: 0, timeouts: 0, badReplies: 0 };

  it('is no news while every reply verified, or where there is none', () => {
    expect(radiusWarning(counters)).toBeUndefined();
    expect(radiusWarning(undefined)).toBeUndefined();
  });

  it('tells of replies with a wrong signature: the secrets differ', () => {
    expect(radiusWarning({ ...counters, badReplies: 3 })).toMatch(/3 replies .* secret .*\/radius set/);
  });
});
