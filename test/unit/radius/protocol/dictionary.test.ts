import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DICTIONARY, enumNumber } from '../../../../src/radius/protocol/dictionary.ts';
import { parseDictionary } from '../../../../src/radius/protocol/dictionary-parser.ts';
import { dictionarySource } from '../../../../src/radius/protocol/dictionary-source.ts';
import { SLOT, VENDOR, vendorBase } from '../../../../src/radius/protocol/slots.ts';

const folder = new URL('../../../../dictionaries/', import.meta.url);
const generated = new URL('../../../../src/radius/protocol/generated/attributes.ts', import.meta.url);
const files = readdirSync(folder)
  .sort()
  .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }));

function parse(text: string, ...others: string[]) {
  return parseDictionary([
    { name: 'dictionary', text },
    ...others.map((other, i) => ({ name: `dictionary.${i}`, text: other })),
  ]);
}

describe('the generated table', () => {
  it('is what the files in dictionaries/ give (npm run dict:generate)', () => {
    const parsed = parseDictionary(files);
    expect(parsed.ok && dictionarySource(parsed.value)).toBe(readFileSync(generated, 'utf8'));
  });

  it('includes every file of the folder', () => {
    const included = files[0].text.match(/^\$INCLUDE .*$/gm)?.map((line) => line.slice(9));
    expect(included?.sort()).toEqual(files.slice(1).map((file) => file.name));
  });

  it('has all thirty attributes of MikroTik', () => {
    const codes = DICTIONARY.attributes
      .filter(({ vendor }) => vendor === VENDOR.mikrotik)
      .map(({ code }) => code);
    expect(codes).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
  });

  it('gives no two attributes one name or one number', () => {
    const names = DICTIONARY.attributes.map((attribute) => attribute.name.toLowerCase());
    const numbers = DICTIONARY.attributes.map(({ vendor, code }) => `${vendor}/${code}`);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('knows every slot of the server under the name that the slot has', () => {
    const vendors = Object.values(VENDOR);
    for (const [slotName, slot] of Object.entries(SLOT)) {
      if (slot === SLOT.vendorSpecific) continue;
      const vendor = vendors.find((id) => slot >= vendorBase(id) && slot < vendorBase(id) + 256) ?? 0;
      const attribute = DICTIONARY.byCode(vendor, vendor === 0 ? slot : slot - vendorBase(vendor));
      const plain = attribute?.name.replaceAll('-', '').toLowerCase() ?? '';
      const wanted = slotName.toLowerCase().replace(/^redback/, '');
      expect(plain, slotName).toBe(wanted);
    }
  });
});

describe('Dictionary', () => {
  it('finds attributes by name without regard to case, and by number', () => {
    expect(DICTIONARY.byName('mikrotik-rate-LIMIT')).toMatchObject({
      vendor: 14988,
      code: 8,
      type: 'string',
    });
    expect(DICTIONARY.byName(' Acct-Session-Id ')?.code).toBe(44);
    expect(DICTIONARY.byCode(0, 123)?.name).toBe('Delegated-IPv6-Prefix');
    expect(DICTIONARY.byCode(311, 16)?.isHidden).toBe(true);
    expect(DICTIONARY.byName('Acct-Sesion-Id')).toBeUndefined();
    expect(DICTIONARY.byCode(9, 1)).toBeUndefined();
  });

  it.each([
    ['Attr-200', 0, 200],
    ['attr-26', 0, 26],
    ['Attr-26.14988.99', 14988, 99],
    ['Attr-26.9.0', 9, 0],
  ])('takes %s for a numbered attribute of octets', (name, vendor, code) => {
    expect(DICTIONARY.byName(name)).toMatchObject({ vendor, code, type: 'octets' });
  });

  it.each([
    'Attr-0',
    'Attr-256',
    'Attr-26.0.1',
    'Attr-26.16777216.1',
    'Attr-26.9.256',
    'Attr-25.9.1',
    'Attr-',
  ])('takes %s for no attribute', (name) => {
    expect(DICTIONARY.byName(name)).toBeUndefined();
  });

  it('names vendors and enumerated numbers', () => {
    const status = DICTIONARY.describe(0, 40);
    expect([DICTIONARY.vendorName(14988), DICTIONARY.vendorName(9)]).toEqual(['Mikrotik', '9']);
    expect(status.values?.[2]).toBe('Stop');
    expect([enumNumber(status, 'interim-update'), enumNumber(status, 'Interim')]).toEqual([3, undefined]);
  });
});

describe('parseDictionary', () => {
  it('reads comments, vendors, values and flags', () => {
    const parsed = parse(
      '# x\n$INCLUDE dictionary.0\nATTRIBUTE\tOne 1 string # c\nVALUE Two Yes 1\nATTRIBUTE Two 2 integer',
      'VENDOR Acme 99\nBEGIN-VENDOR Acme\nATTRIBUTE Acme-Key 7 octets encrypt=2\nEND-VENDOR Acme\n',
    );
    expect(parsed).toEqual({
      ok: true,
      value: {
        vendors: [{ name: 'Acme', id: 99 }],
        attributes: [
          { name: 'One', vendor: 0, code: 1, type: 'string' },
          { name: 'Two', vendor: 0, code: 2, type: 'integer', values: { 1: 'Yes' } },
          { name: 'Acme-Key', vendor: 99, code: 7, type: 'octets', isHidden: true },
        ],
      },
    });
  });

  it('leaves nothing behind for the next call', () => {
    parse('ATTRIBUTE One 1 string');
    expect(parse('ATTRIBUTE Two 2 string')).toMatchObject({ value: { attributes: [{ name: 'Two' }] } });
  });

  it.each([
    ['an unknown type', 'ATTRIBUTE One 1 colour'],
    ['a typing error in a keyword', '\nATRIBUTE One 1 string'],
    ['a hexadecimal number', 'ATTRIBUTE One 0x01 string'],
    ['an unknown flag', 'ATTRIBUTE One 1 string has_tag'],
    ['a number above 255', 'ATTRIBUTE One 256 string'],
    ['an included file that is not there', '$INCLUDE dictionary.none'],
  ])('refuses %s and names file and line', (_, text) => {
    const parsed = parse(text);
    expect(parsed.ok ? '' : parsed.error).toMatch(/^dictionary line [12]\b/);
  });
});
