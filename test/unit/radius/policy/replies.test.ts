import { describe, expect, it } from 'vitest';
import { installationPolicy } from '../../../../src/radius/policy/installation.ts';
import { describeReply, encodeReplies, type ReplyTerms } from '../../../../src/radius/policy/replies.ts';

const POLICY = installationPolicy();
const INTERIM = 'Acct-Interim-Interval=300';

function encoded(terms: ReplyTerms, policy = POLICY) {
  const replies = encodeReplies(terms, policy);
  if (!replies.ok) throw new Error(replies.error.map((fault) => fault.message).join(' '));
  return replies.value;
}

function inWords(terms: ReplyTerms, grade: 'full' | 'throttled' | 'walled', policy = POLICY): string[] {
  return describeReply(encoded(terms, policy)[grade]).map(({ name, value }) => `${name}=${value}`);
}

describe('encodeReplies', () => {
  it('encodes a rate as on the wire (mikrotik-radius section 5)', () => {
    const { full } = encoded({ rateLimit: '5M/20M', interimIntervalS: 0 });
    expect(full.toString('hex')).toBe('1a0e00003a8c0808354d2f32304d');
  });

  it('sends every term', () => {
    const terms: ReplyTerms = {
      rateLimit: '5M/20M 10M/40M 4M/16M 8/8',
      framedIpAddress: '10.20.0.5',
      framedIpv6Prefix: '2001:db8:0:1::/64',
      delegatedIpv6Prefix: '2001:db8:1000::/56',
      framedRoutes: ['192.0.2.0/24 10.20.0.5 1', '198.51.100.0/24 10.20.0.5 1'],
      group: 'gold',
      addressList: 'customers',
      idleTimeoutS: 600,
      interimIntervalS: 120,
      sessionTimeoutS: 86_400,
      custom: [{ name: 'Filter-Id', value: 'gold.in' }],
    };
    expect(inWords(terms, 'full')).toEqual([
      'Mikrotik-Rate-Limit=5M/20M 10M/40M 4M/16M 8/8',
      'Framed-IP-Address=10.20.0.5',
      'Framed-IPv6-Prefix=2001:db8:0:1::/64',
      'Delegated-IPv6-Prefix=2001:db8:1000::/56',
      'Framed-Route=192.0.2.0/24 10.20.0.5 1',
      'Framed-Route=198.51.100.0/24 10.20.0.5 1',
      'Mikrotik-Group=gold',
      'Mikrotik-Address-List=customers',
      'Idle-Timeout=600',
      'Acct-Interim-Interval=120',
      'Filter-Id=gold.in',
    ]);
    expect(encoded(terms).sessionTimeoutS).toBe(86_400);
  });

  it.each<[string, ReplyTerms, string[]]>([
    ['nothing but the interim interval where there are no terms', {}, [INTERIM]],
    ['no interim interval for 0: the router has its own', { interimIntervalS: 0 }, []],
    ['no idle timeout for 0', { idleTimeoutS: 0 }, [INTERIM]],
    ['a rate in canonical form', { rateLimit: '10000k' }, ['Mikrotik-Rate-Limit=10M/10M', INTERIM]],
    [
      'an address in place of the pool',
      { framedPool: 'home', framedIpAddress: '10.0.0.9' },
      ['Framed-IP-Address=10.0.0.9', INTERIM],
    ],
    ['a pool', { framedPool: 'home' }, ['Framed-Pool=home', INTERIM]],
    [
      'a delegated prefix in place of its pool',
      { delegatedIpv6Pool: 'pd', delegatedIpv6Prefix: '2001:db8::/56' },
      ['Delegated-IPv6-Prefix=2001:db8::/56', INTERIM],
    ],
    ['a pool for delegation', { delegatedIpv6Pool: 'pd' }, ['Mikrotik-Delegated-IPv6-Pool=pd', INTERIM]],
    [
      'a custom attribute by a name in any case',
      { custom: [{ name: 'port-limit', value: '2' }] },
      [INTERIM, 'Port-Limit=2'],
    ],
    [
      'a custom route beside the terms',
      { framedRoutes: ['192.0.2.0/24'], custom: [{ name: 'Framed-Route', value: '198.51.100.0/24' }] },
      ['Framed-Route=192.0.2.0/24', 'Framed-Route=198.51.100.0/24', INTERIM],
    ],
    [
      'an attribute that only has a number',
      { custom: [{ name: 'Attr-26.14988.99', value: '0x01' }] },
      [INTERIM, 'Attr-26.14988.99=0x01'],
    ],
    [
      'the address that RFC 2865 keeps for "the NAS chooses"',
      { framedIpAddress: '255.255.255.254' },
      ['Framed-IP-Address=255.255.255.254', INTERIM],
    ],
  ])('sends %s', (_rule, terms, expected) => {
    expect(inWords(terms, 'full')).toEqual(expected);
  });

  it('takes a custom Session-Timeout for the timeout of the plan', () => {
    const replies = encoded({ custom: [{ name: 'Session-Timeout', value: '3600' }] });
    expect(replies.sessionTimeoutS).toBe(3_600);
    expect(describeReply(replies.full).map(({ name }) => name)).toEqual(['Acct-Interim-Interval']);
  });
});

describe('the throttled reply', () => {
  it.each<[string, ReplyTerms, string[]]>([
    [
      'has the FUP rate',
      { rateLimit: '5M/20M', fupRateLimit: '512k/1M' },
      ['Mikrotik-Rate-Limit=512k/1M', INTERIM],
    ],
    ['keeps the rate where no FUP rate is', { rateLimit: '5M/20M' }, ['Mikrotik-Rate-Limit=5M/20M', INTERIM]],
    [
      'throttles a line without a rate',
      { fupRateLimit: '512k/1M' },
      ['Mikrotik-Rate-Limit=512k/1M', INTERIM],
    ],
    [
      'is not defeated by a custom rate',
      { fupRateLimit: '1M', custom: [{ name: 'Mikrotik-Rate-Limit', value: '9M' }] },
      ['Mikrotik-Rate-Limit=1M/1M', INTERIM],
    ],
  ])('%s', (_rule, terms, expected) => {
    expect(inWords(terms, 'throttled')).toEqual(expected);
  });
});

describe('the walled reply', () => {
  const terms: ReplyTerms = {
    rateLimit: '5M/20M',
    framedIpAddress: '10.0.0.9',
    framedRoutes: ['192.0.2.0/24'],
    framedIpv6Prefix: '2001:db8::/64',
    delegatedIpv6Pool: 'pd',
    addressList: 'customers',
    custom: [
      { name: 'Framed-IPv6-Pool', value: 'v6' },
      { name: 'Port-Limit', value: '1' },
    ],
  };

  it('keeps rate and address, puts the list of the wall in place of the own one, and has no IPv6', () => {
    expect(inWords(terms, 'walled')).toEqual([
      'Mikrotik-Rate-Limit=5M/20M',
      'Framed-IP-Address=10.0.0.9',
      'Framed-Route=192.0.2.0/24',
      'Mikrotik-Address-List=suspended',
      INTERIM,
      'Port-Limit=1',
    ]);
  });

  it('takes a fixed address and its routes away where a pool makes the wall', () => {
    const policy = installationPolicy({ walledPool: 'expired', walledAddressList: '' });
    expect(inWords(terms, 'walled', policy)).toEqual([
      'Mikrotik-Rate-Limit=5M/20M',
      'Framed-Pool=expired',
      INTERIM,
      'Port-Limit=1',
    ]);
  });

  it('is not defeated by a custom address list', () => {
    const custom = [{ name: 'Mikrotik-Address-List', value: 'customers' }];
    expect(inWords({ custom }, 'walled')).toEqual(['Mikrotik-Address-List=suspended', INTERIM]);
  });
});

describe('encodeReplies refuses', () => {
  it.each<[string, ReplyTerms, string, RegExp]>([
    ['a rate that is none', { rateLimit: '5Q' }, 'Mikrotik-Rate-Limit', /^'5Q': a rate is digits/],
    ['a FUP rate that is none', { fupRateLimit: '0' }, 'Mikrotik-Rate-Limit', /^The upload rate is 0/],
    ['text as an address', { framedIpAddress: 'home' }, 'Framed-IP-Address', /IPv4/],
    ['a loopback address', { framedIpAddress: '127.0.0.1' }, 'Framed-IP-Address', /no subscriber can have/],
    ['a multicast address', { framedIpAddress: '224.0.0.1' }, 'Framed-IP-Address', /no subscriber can have/],
    [
      'an IPv6 address as IPv4',
      { framedIpAddress: '2001:db8::1' },
      'Framed-IP-Address',
      /takes an IPv4 address/,
    ],
    [
      'a prefix with bits beyond its length',
      { framedIpv6Prefix: '2001:db8::1/64' },
      'Framed-IPv6-Prefix',
      /IPv6 prefix/,
    ],
    ['an empty pool name', { framedPool: '' }, 'Framed-Pool', /has no value/],
    ['an interim interval under RFC 2869', { interimIntervalS: 59 }, 'Acct-Interim-Interval', /at least 60/],
    ['a negative idle timeout', { idleTimeoutS: -1 }, 'Idle-Timeout', /whole number/],
    ['half a second of session', { sessionTimeoutS: 0.5 }, 'Session-Timeout', /whole number/],
    [
      'an attribute nobody knows',
      { custom: [{ name: 'Mikrotik-Ratelimit', value: '1M' }] },
      'Mikrotik-Ratelimit',
      /check the spelling/,
    ],
    [
      'a value its attribute cannot have',
      { custom: [{ name: 'Port-Limit', value: 'two' }] },
      'Port-Limit',
      /whole number/,
    ],
    [
      'a custom attribute given as term too',
      { group: 'a', custom: [{ name: 'Mikrotik-Group', value: 'b' }] },
      'Mikrotik-Group',
      /given twice/,
    ],
    [
      'a custom time that is no number',
      { custom: [{ name: 'Session-Timeout', value: '1h' }] },
      'Session-Timeout',
      /number of seconds/,
    ],
    [
      'a number in place of a known name',
      { custom: [{ name: 'Attr-27', value: '0x0000003c' }] },
      'Attr-27',
      /Attr-27 is Session-Timeout/,
    ],
    [
      'more than fits',
      { framedRoutes: Array.from({ length: 14 }, () => 'r'.repeat(250)) },
      'Access-Accept',
      /^The attributes take 3551 octets together/,
    ],
  ])('%s', (_what, terms, attribute, message) => {
    const refused = encodeReplies(terms, POLICY);
    expect(refused).toMatchObject({ ok: false, error: [{ attribute }] });
    expect(!refused.ok && refused.error[0].message).toMatch(message);
  });

  it.each([
    'Class',
    'class',
    'Attr-25',
    'Message-Authenticator',
    'Proxy-State',
    'User-Name',
    'User-Password',
    'MS-CHAP2-Success',
    'MS-MPPE-Send-Key',
    'Attr-26.311.26',
    'Attr-26',
    'Acct-Session-Id',
  ])('%s as a custom attribute: it is the business of the server', (name) => {
    const refused = encodeReplies({ custom: [{ name, value: '0x00' }] }, POLICY);
    expect(refused).toMatchObject({ ok: false, error: [{ attribute: name }] });
    expect(!refused.ok && refused.error[0].message).toMatch(/is set by the server itself/);
  });

  it('every fault at once, each told once', () => {
    const refused = encodeReplies({ rateLimit: 'x', framedIpAddress: 'y', framedPool: 'home' }, POLICY);
    expect(!refused.ok && refused.error.map(({ attribute }) => attribute)).toEqual([
      'Mikrotik-Rate-Limit',
      'Framed-IP-Address',
    ]);
  });

  it('a wall that is open on all sides', () => {
    const open = installationPolicy({ onExpired: 'walled', walledAddressList: '' });
    expect(encodeReplies({}, open)).toMatchObject({
      ok: false,
      error: [{ attribute: 'Mikrotik-Address-List' }],
    });
    expect(encodeReplies({}, installationPolicy({ walledAddressList: '' })).ok).toBe(true);
  });
});
