import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttributeType } from '../../../../src/radius/protocol/attribute.ts';
import { DICTIONARY } from '../../../../src/radius/protocol/dictionary.ts';
import { type AttributeValue, decodeValue, encodeValue } from '../../../../src/radius/protocol/value.ts';

function named(name: string) {
  const attribute = DICTIONARY.byName(name);
  if (attribute === undefined) throw new Error(`no attribute ${name}`);
  return attribute;
}

function typed(type: AttributeType) {
  return { name: `Test-${type}`, vendor: 0, code: 250, type };
}

describe('encodeValue', () => {
  it.each<[string, AttributeValue, string]>([
    ['Reply-Message', 'größer', '6772c3b6c39f6572'],
    ['Reply-Message', '0x41', '30783431'],
    ['Reply-Message', 42, '3432'],
    ['Class', '0x00fF', '00ff'],
    ['Class', '0x', ''],
    ['Class', Buffer.from([1, 2]), '0102'],
    ['Session-Timeout', 86400, '00015180'],
    ['Session-Timeout', '4294967295', 'ffffffff'],
    ['Session-Timeout', 5n, '00000005'],
    ['Service-Type', 'framed-user', '00000002'],
    ['Service-Type', '99', '00000063'],
    ['Framed-IP-Address', '255.255.255.254', 'fffffffe'],
    ['Framed-IP-Address', Buffer.from([10, 0, 0, 1]), '0a000001'],
    ['Framed-IPv6-Address', '2001:DB8::1', '20010db8000000000000000000000001'],
    ['Framed-IPv6-Address', '::ffff:10.0.0.1', '00000000000000000000ffff0a000001'],
    ['Framed-IPv6-Prefix', '2001:db8:0:1::/64', '004020010db800000001'],
    ['Framed-IPv6-Prefix', '2001:db8::/33', '002120010db800'],
    ['Framed-IPv6-Prefix', '::/0', '0000'],
    ['Framed-Interface-Id', '200:ff:fe00:1', '020000fffe000001'],
    ['Event-Timestamp', '2026-01-01T01:00:00+01:00', '6955b900'],
    ['Event-Timestamp', 1767225600, '6955b900'],
  ])('%s = %s', (name, value, hex) => {
    const encoded = encodeValue(named(name), value);
    expect(encoded.ok ? encoded.value.toString('hex') : encoded.error).toBe(hex);
  });

  it.each<[string, AttributeValue, string]>([
    ['Framed-IP-Address', 'x', "Framed-IP-Address takes an IPv4 address like 10.0.0.1, not 'x'."],
    [
      'Framed-IP-Address',
      '10.0.0.256',
      "Framed-IP-Address takes an IPv4 address like 10.0.0.1, not '10.0.0.256'.",
    ],
    ['Framed-IP-Address', '::1', "Framed-IP-Address takes an IPv4 address like 10.0.0.1, not '::1'."],
    [
      'Framed-IP-Address',
      Buffer.alloc(3),
      'Framed-IP-Address takes an IPv4 address like 10.0.0.1, not 3 octets.',
    ],
    [
      'Framed-IPv6-Address',
      '10.0.0.1',
      "Framed-IPv6-Address takes an IPv6 address like 2001:db8::1, not '10.0.0.1'.",
    ],
    [
      'Framed-IPv6-Address',
      'fe80::1%e',
      "Framed-IPv6-Address takes an IPv6 address like 2001:db8::1, not 'fe80::1%e'.",
    ],
    ['Session-Timeout', -1, "Session-Timeout takes a whole number from 0 to 4294967295, not '-1'."],
    ['Session-Timeout', 1.5, "Session-Timeout takes a whole number from 0 to 4294967295, not '1.5'."],
    [
      'Session-Timeout',
      4294967296,
      "Session-Timeout takes a whole number from 0 to 4294967295, not '4294967296'.",
    ],
    ['Session-Timeout', '', "Session-Timeout takes a whole number from 0 to 4294967295, not ''."],
    [
      'Prompt',
      'Maybe',
      "Prompt takes a whole number from 0 to 4294967295 or one of No-Echo, Echo, not 'Maybe'.",
    ],
    ['Class', 'abc', "Class takes octets written as 0x and an even number of hex digits, not 'abc'."],
    ['Class', '0x123', "Class takes octets written as 0x and an even number of hex digits, not '0x123'."],
    [
      'Framed-Interface-Id',
      '1:2:3',
      "Framed-Interface-Id takes an interface id like 0200:00ff:fe00:0001, not '1:2:3'.",
    ],
    ['Reply-Message', 'x'.repeat(254), 'Reply-Message holds at most 253 octets, not 254.'],
    ['Mikrotik-Group', 'x'.repeat(248), 'Mikrotik-Group holds at most 247 octets, not 248.'],
  ])('%s refuses %s with a sentence', (name, value, sentence) => {
    expect(encodeValue(named(name), value)).toEqual({ ok: false, error: sentence });
  });

  it.each(['2001:db8::1/64', '2001:db8::/129', '2001:db8::', '10.0.0.0/8', 'x/64', '::1/-1'])(
    'a prefix is not %s',
    (text) => {
      expect(encodeValue(named('Framed-IPv6-Prefix'), text).ok).toBe(false);
    },
  );

  it.each(['2026-01-01', '2026-13-01T00:00:00Z', '1969-12-31T23:59:59Z', '2107-01-01T00:00:00Z', 'now'])(
    'a date is not %s',
    (text) => {
      expect(encodeValue(named('Event-Timestamp'), text).ok).toBe(false);
    },
  );

  it.each<[AttributeType, string, string]>([
    ['byte', '255', '256'],
    ['short', '65535', '65536'],
    ['integer64', '18446744073709551615', '18446744073709551616'],
  ])('a %s goes up to %s', (type, max, over) => {
    const encoded = encodeValue(typed(type), max);
    expect(encoded.ok && decodeValue(typed(type), encoded.value)).toBe(max);
    expect(encodeValue(typed(type), over).ok).toBe(false);
  });
});

describe('decodeValue', () => {
  it.each([
    ['User-Name', '616c696365', 'alice'],
    ['User-Name', '610a62', '0x610a62'],
    ['User-Name', 'c3', '0xc3'],
    ['NAS-Port', '80100014', '2148532244'],
    ['NAS-Port', '0102', '0x0102'],
    ['Event-Timestamp', '6955b901', '2026-01-01T00:00:01Z'],
    ['Event-Timestamp', 'ffffffff', '2106-02-07T06:28:15Z'],
    ['Framed-IPv6-Address', '20010db8000000000000000000000001', '2001:db8::1'],
    ['Framed-IPv6-Prefix', '00812001', '0x00812001'],
  ])('%s %s is %s', (name, hex, text) => {
    expect(decodeValue(named(name), Buffer.from(hex, 'hex'))).toBe(text);
  });

  it('never throws, and its text means the same value when encoded again', () => {
    const attribute = fc.constantFrom(...DICTIONARY.attributes);
    const octets = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      ...[4, 8, 16].map((size) => fc.uint8Array({ minLength: size, maxLength: size })),
    );
    fc.assert(
      fc.property(attribute, octets, (definition, bytes) => {
        const text = decodeValue(definition, bytes);
        const encoded = encodeValue(definition, text);
        if (text === `0x${Buffer.from(bytes).toString('hex')}`) return;
        expect(encoded.ok && decodeValue(definition, encoded.value)).toBe(text);
        if (definition.type !== 'ipv6prefix')
          expect(encoded.ok && Buffer.from(bytes).equals(encoded.value)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
