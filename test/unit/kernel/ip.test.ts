import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddress, parseAddress, parseAddressBlock } from '../../../src/kernel/ip.ts';

describe('parseAddress', () => {
  it.each([
    ['0.0.0.0', 4, 0n],
    ['10.0.0.1', 4, 0x0a000001n],
    ['255.255.255.255', 4, 0xffffffffn],
    ['::', 6, 0n],
    ['::1', 6, 1n],
    ['2001:db8::1', 6, 0x20010db8000000000000000000000001n],
    ['1:2:3:4:5:6:7:8', 6, 0x00010002000300040005000600070008n],
    ['1:2:3:4:5:6:7::', 6, 0x00010002000300040005000600070000n],
    ['64:ff9b::192.0.2.33', 6, 0x0064ff9b0000000000000000c0000221n],
    ['fe80::1%ether1', 6, 0xfe800000000000000000000000000001n],
  ] as const)('reads %s', (text, family, value) => {
    expect(parseAddress(text)).toEqual({ family, value });
  });

  it('takes an IPv4 address mapped into IPv6 for the IPv4 address it is', () => {
    expect(parseAddress('::ffff:10.0.0.1')).toEqual({ family: 4, value: 0x0a000001n });
    expect(parseAddress('::ffff:a00:1')).toEqual({ family: 4, value: 0x0a000001n });
  });

  it.each([
    '',
    '10.0.0',
    '10.0.0.256',
    '10.0.0.01',
    '10.0.0.1.2',
    '1::2::3',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    'g::1',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '::1.2.3',
  ])('%j is no address', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
});

describe('formatAddress', () => {
  it.each([
    ['2001:0DB8:0000:0000:0001:0000:0000:0001', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['10.1.2.3', '10.1.2.3'],
  ])('writes %s as %s (RFC 5952)', (text, expected) => {
    const parsed = parseAddress(text);
    expect(parsed && formatAddress(parsed.family, parsed.value)).toBe(expected);
  });

  it('writes what parseAddress reads back', () => {
    const mapped = 0xffffn << 32n;
    const v6 = fc
      .array(fc.constantFrom<bigint[]>(0n, 0n, 1n, 0xffffn, 0xdb8n), { minLength: 8, maxLength: 8 })
      .map((groups) => groups.reduce((value, group) => (value << 16n) | group, 0n))
      .filter((value) => value >> 32n !== mapped >> 32n);
    fc.assert(
      fc.property(v6, (value) => {
        expect(parseAddress(formatAddress(6, value))).toEqual({ family: 6, value });
      }),
    );
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 0xffffffffn }), (value) => {
        expect(parseAddress(formatAddress(4, value))).toEqual({ family: 4, value });
      }),
    );
  });
});

describe('parseAddressBlock', () => {
  it.each([
    [
      'one address',
      '10.0.0.7',
      { first: 0x0a000007n, last: 0x0a000007n, prefixLength: 32, text: '10.0.0.7' },
    ],
    [
      'host bits',
      '10.0.0.7/24',
      { first: 0x0a000000n, last: 0x0a0000ffn, prefixLength: 24, text: '10.0.0.0/24' },
    ],
    ['everything', '0.0.0.0/0', { first: 0n, last: 0xffffffffn, prefixLength: 0, text: '0.0.0.0/0' }],
    [
      'a full length',
      '10.0.0.7/32',
      { first: 0x0a000007n, last: 0x0a000007n, prefixLength: 32, text: '10.0.0.7' },
    ],
    ['IPv6', '2001:db8::5/126', { family: 6, prefixLength: 126, text: '2001:db8::4/126' }],
  ])('reads a block: %s', (_what, text, expected) => {
    expect(parseAddressBlock(text)).toMatchObject(expected);
  });

  it.each(['', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/x', '10.0.0.0/8/8', '2001:db8::/129', 'router-1'])(
    'refuses %j and says what is allowed',
    (text) => {
      expect(() => parseAddressBlock(text)).toThrow(/is no address: give an IPv4 or IPv6 address/);
    },
  );
});
