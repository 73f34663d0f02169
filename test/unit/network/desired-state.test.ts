import { describe, expect, it } from 'vitest';
import { desiredState, type ServiceFacts, type WallChoices } from '../../../src/network/desired-state.ts';

const REJECT: WallChoices = { onSuspended: 'reject', onExpired: 'reject', onDataCap: 'reject' };
const WALL: WallChoices = { onSuspended: 'walled', onExpired: 'walled', onDataCap: 'walled' };
const NOW = Date.parse('2026-11-23T12:00:00Z');

function service(given: Partial<ServiceFacts> = {}): ServiceFacts {
  return {
    status: 'active',
    reason: undefined,
    expiresAtMs: undefined,
    rateLimit: undefined,
    rateLimitUntilMs: undefined,
    planRateLimit: '5M/20M',
    fupRateLimit: '512k/1M',
    limitAction: 'notify',
    isAllowanceUsed: false,
    stateVersion: 1,
    ...given,
  };
}

describe('desired state', () => {
  it.each([
    ['active', 'full'],
    ['throttled', 'throttled'],
    ['suspended', 'none'],
    ['expired', 'none'],
    ['pending', 'none'],
    ['cancelled', 'none'],
  ] as const)('a service that is %s has access %s where the installation rejects', (status, access) => {
    expect(desiredState(service({ status }), REJECT, NOW).access).toBe(access);
  });

  it.each([
    ['suspended', 'walled'],
    ['expired', 'walled'],
    ['pending', 'none'],
    ['cancelled', 'none'],
  ] as const)('a service that is %s has access %s where the installation walls', (status, access) => {
    expect(desiredState(service({ status }), WALL, NOW).access).toBe(access);
  });

  it('a data cap follows its own choice, not that of a suspension', () => {
    const capped = service({ status: 'suspended', reason: 'data_cap' });
    expect(desiredState(capped, { ...REJECT, onDataCap: 'walled' }, NOW).access).toBe('walled');
    expect(desiredState(capped, { ...WALL, onDataCap: 'reject' }, NOW).access).toBe('none');
  });

  it.each([
    ['one ms before the end of its validity', 1, 'full'],
    ['at the end of its validity', 0, 'none'],
    ['after the end of its validity', -1, 'none'],
  ] as const)('an active service %s has access as a login would find it', (_, leftMs, access) => {
    expect(desiredState(service({ expiresAtMs: NOW + leftMs }), REJECT, NOW).access).toBe(access);
  });

  it.each([
    ['throttle', 'throttled'],
    ['block', 'none'],
    ['overage', 'full'],
    ['notify', 'full'],
  ] as const)(
    'an active service that has used its allowance and whose plan says %s has access %s',
    (action, access) => {
      const used = service({ limitAction: action, isAllowanceUsed: true });
      expect(desiredState(used, REJECT, NOW).access).toBe(access);
    },
  );

  it.each([
    ['the plan', {}, '5M/20M'],
    ['its own speed', { rateLimit: '9M/9M' }, '9M/9M'],
    ['its own speed while it lasts', { rateLimit: '9M/9M', rateLimitUntilMs: NOW + 1 }, '9M/9M'],
    ['the plan from the end of its own speed on', { rateLimit: '9M/9M', rateLimitUntilMs: NOW }, '5M/20M'],
    ['no limit at all', { planRateLimit: undefined }, undefined],
    ['the FUP step when throttled', { status: 'throttled' }, '512k/1M'],
    [
      'the plan when throttled without a FUP step',
      { status: 'throttled', fupRateLimit: undefined },
      '5M/20M',
    ],
    ['nothing a router would choke on', { planRateLimit: 'fast' }, undefined],
  ] as const)('the rate is that of %s', (_, given, rateLimit) => {
    expect(desiredState(service(given), REJECT, NOW)).toMatchObject({ rateLimit });
  });
});
