import { describe, expect, it } from 'vitest';
import { planChange, sessionAttributes } from '../../../../src/radius/dynauth/coa-request.ts';
import { installationPolicy } from '../../../../src/radius/policy/installation.ts';
import { type ReplyTerms, termsOfGrade } from '../../../../src/radius/policy/replies/terms.ts';

const POLICY = installationPolicy({ onSuspended: 'walled' });

function coa(from: ReplyTerms, to: ReplyTerms): string[] | string {
  const plan = planChange(from, to);
  if (plan.kind === 'none') return 'none';
  if (plan.kind === 'disconnect') return plan.because;
  return plan.attributes.map(({ name, value }) => `${name}=${value}`);
}

describe('planChange sends nothing', () => {
  it.each<[string, ReplyTerms, ReplyTerms]>([
    ['between equal terms', { rateLimit: '5M/20M', group: 'a' }, { rateLimit: '5M/20M', group: 'a' }],
    ['between two ways to write one rate', { rateLimit: '10M' }, { rateLimit: '10000k/10M' }],
    [
      'between a term and the same custom attribute',
      { group: 'a' },
      { custom: [{ name: 'mikrotik-group', value: 'a' }] },
    ],
    [
      'for a pool that the own address beats',
      { framedIpAddress: '10.0.0.9', framedPool: 'a' },
      { framedIpAddress: '10.0.0.9', framedPool: 'b' },
    ],
    [
      'for another interim interval: it waits for the next login',
      { interimIntervalS: 300 },
      { interimIntervalS: 60 },
    ],
    ['between no timeout and a timeout of 0', {}, { sessionTimeoutS: 0, idleTimeoutS: 0 }],
  ])('%s', (_rule, from, to) => {
    expect(coa(from, to)).toBe('none');
  });
});

describe('planChange sends by CoA', () => {
  it.each<[string, ReplyTerms, ReplyTerms, string[]]>([
    [
      'another rate, in full',
      { rateLimit: '5M/20M' },
      { rateLimit: '10M/40M 20M/80M' },
      ['Mikrotik-Rate-Limit=10M/40M 20M/80M'],
    ],
    ['a first rate', {}, { rateLimit: '1M' }, ['Mikrotik-Rate-Limit=1M/1M']],
    [
      'other timeouts',
      { sessionTimeoutS: 60, idleTimeoutS: 60 },
      { sessionTimeoutS: 90, idleTimeoutS: 30 },
      ['Session-Timeout=90', 'Idle-Timeout=30'],
    ],
    [
      'the longest timeout where there is none any more',
      { sessionTimeoutS: 60 },
      {},
      ['Session-Timeout=21474720'],
    ],
    ['another profile', { group: 'a' }, { group: 'b' }, ['Mikrotik-Group=b']],
    [
      'another filter',
      { custom: [{ name: 'Filter-Id', value: 'a' }] },
      { custom: [{ name: 'Filter-Id', value: 'b' }] },
      ['Filter-Id=b'],
    ],
    [
      'all values of an attribute that has several',
      { custom: [{ name: 'Ascend-Data-Rate', value: '1' }] },
      {
        custom: [
          { name: 'Ascend-Data-Rate', value: '1' },
          { name: 'Ascend-Data-Rate', value: '2' },
        ],
      },
      ['Ascend-Data-Rate=1', 'Ascend-Data-Rate=2'],
    ],
  ])('%s', (_rule, from, to, attributes) => {
    expect(coa(from, to)).toEqual(attributes);
  });

  it('a throttle and its end', () => {
    const terms: ReplyTerms = { rateLimit: '5M/20M', fupRateLimit: '1M/1M', framedPool: 'home' };
    const full = termsOfGrade(terms, 'full', POLICY);
    const throttled = termsOfGrade(terms, 'throttled', POLICY);
    expect(coa(full, throttled)).toEqual(['Mikrotik-Rate-Limit=1M/1M']);
    expect(coa(throttled, full)).toEqual(['Mikrotik-Rate-Limit=5M/20M']);
  });
});

describe('planChange disconnects', () => {
  it.each<[string, ReplyTerms, ReplyTerms, string]>([
    [
      'another address',
      { framedIpAddress: '10.0.0.9' },
      { framedIpAddress: '10.0.0.10' },
      'RouterOS takes the address at login only.',
    ],
    [
      'another pool',
      { framedPool: 'a' },
      { framedPool: 'b' },
      'RouterOS takes the address pool at login only.',
    ],
    ['a first address list', {}, { addressList: 'vip' }, 'RouterOS takes the address list at login only.'],
    [
      'another IPv6 prefix',
      { framedIpv6Prefix: '2001:db8::/64' },
      {},
      'RouterOS takes the IPv6 prefix at login only.',
    ],
    [
      'another delegated prefix',
      {},
      { delegatedIpv6Prefix: '2001:db8::/56' },
      'RouterOS takes the delegated IPv6 prefix at login only.',
    ],
    ['one route less', { framedRoutes: ['192.0.2.0/24'] }, {}, 'RouterOS takes the routes at login only.'],
    [
      'a custom attribute no CoA changes',
      {},
      { custom: [{ name: 'WISPr-Bandwidth-Max-Up', value: '1' }] },
      'RouterOS takes WISPr-Bandwidth-Max-Up at login only.',
    ],
    [
      'the end of a rate limit',
      { rateLimit: '1M' },
      {},
      'A CoA can change the rate limit but not take it away.',
    ],
    ['the end of a profile', { group: 'a' }, {}, 'A CoA can change the profile but not take it away.'],
    [
      'the end of a filter',
      { custom: [{ name: 'Filter-Id', value: 'a' }] },
      {},
      'A CoA can change Filter-Id but not take it away.',
    ],
    [
      'an address list even where the rate changes too',
      { rateLimit: '1M' },
      { rateLimit: '2M', addressList: 'vip' },
      'RouterOS takes the address list at login only.',
    ],
  ])('for %s', (_rule, from, to, because) => {
    expect(coa(from, to)).toBe(because);
  });

  it('into and out of the walled garden', () => {
    const full = termsOfGrade({ rateLimit: '5M/20M' }, 'full', POLICY);
    const walled = termsOfGrade({ rateLimit: '5M/20M' }, 'walled', POLICY);
    expect(coa(full, walled)).toBe('RouterOS takes the address list at login only.');
    expect(coa(walled, full)).toBe('RouterOS takes the address list at login only.');
  });
});

describe('sessionAttributes', () => {
  it('names a session verbatim', () => {
    const session = { userName: 'Alice@ISP ', acctSessionId: '81000001', framedIpAddress: '10.0.0.9' };
    expect(sessionAttributes(session)).toEqual([
      { name: 'User-Name', value: 'Alice@ISP ' },
      { name: 'Acct-Session-Id', value: '81000001' },
      { name: 'Framed-IP-Address', value: '10.0.0.9' },
    ]);
  });

  it('sends NAS-IP-Address only as the router reported it, and nothing that is not known', () => {
    const session = { userName: 'a', acctSessionId: '1', reportedNasIpAddress: '192.168.88.1' };
    expect(sessionAttributes(session).map(({ name }) => name)).toEqual([
      'User-Name',
      'Acct-Session-Id',
      'NAS-IP-Address',
    ]);
  });
});
