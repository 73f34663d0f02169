import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseMac } from '../../../src/kernel/mac.ts';

describe('normaliseMac', () => {
  it.each([
    ['capitals with colons', '0C:00:42:00:D4:64', '0C:00:42:00:D4:64'],
    ['small letters with dashes', '0c-00-42-00-d4-64', '0C:00:42:00:D4:64'],
    ['three groups with dots', '0c00.4200.d464', '0C:00:42:00:D4:64'],
    ['two groups with a dash', '0c0042-00d464', '0C:00:42:00:D4:64'],
    ['no separators', '0c004200d464', '0C:00:42:00:D4:64'],
    ['dropped leading zeros', 'c:0:42:0:d4:64', '0C:00:42:00:D4:64'],
    ['the client id of a DHCP request', '1:0:e1:c:38:c8:f8', '00:E1:0C:38:C8:F8'],
    ['a client id with its type padded', '01:00:e1:0c:38:c8:f8', '00:E1:0C:38:C8:F8'],
    ['spaces around', ' 0C:00:42:00:D4:64 ', '0C:00:42:00:D4:64'],
  ])('reads %s', (_notation, text, expected) => {
    expect(normaliseMac(text)).toBe(expected);
  });

  it.each([
    ['nothing', ''],
    ['a user name', 'alice'],
    ['an IPv4 address', '10.11.12.13'],
    ['five groups', '0C:00:42:00:D4'],
    ['a client id of another hardware type', '6:0:e1:c:38:c8:f8'],
    ['an empty group', '0C::42:00:D4:64'],
    ['a group of three digits', '0C0:0:42:0:D4:64'],
    ['a letter that is no digit', '0G:00:42:00:D4:64'],
    ['an EUI-64', '0c00.42ff.fe00.d464'],
  ])('%s is no MAC address', (_what, text) => {
    expect(normaliseMac(text)).toBeUndefined();
  });

  it('normalising twice changes nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 6, maxLength: 6 }), (octets) => {
        const once = normaliseMac(Buffer.from(octets).toString('hex'));
        expect(once).toMatch(/^([0-9A-F]{2}:){5}[0-9A-F]{2}$/);
        expect(normaliseMac(once ?? '')).toBe(once);
      }),
    );
  });
});
