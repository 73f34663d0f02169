import type { AttributeDefinition, DictionaryTable, VendorDefinition } from './attribute.ts';
import { ATTRIBUTES, VENDORS } from './generated/attributes.ts';

/** Finds attributes by name or number, and the names of their numbers. Names are compared without case. */
export class Dictionary {
  readonly attributes: readonly AttributeDefinition[];
  readonly vendors: readonly VendorDefinition[];
  readonly #byName = new Map<string, AttributeDefinition>();
  readonly #byNumber = new Map<number, AttributeDefinition>();

  constructor(table: DictionaryTable) {
    this.attributes = table.attributes;
    this.vendors = table.vendors;
    for (const attribute of table.attributes) {
      this.#byName.set(attribute.name.toLowerCase(), attribute);
      this.#byNumber.set(key(attribute.vendor, attribute.code), attribute);
    }
  }

  /**
   * The attribute of that name. Numbers are names too, for what no dictionary lists: `Attr-200` is standard
   * attribute 200 and `Attr-26.14988.99` sub-attribute 99 of vendor 14988, both taken as octets.
   */
  byName(name: string): AttributeDefinition | undefined {
    return this.#byName.get(name.trim().toLowerCase()) ?? numbered(name.trim());
  }

  /** The attribute with that number; vendor 0 means a standard attribute. */
  byCode(vendor: number, code: number): AttributeDefinition | undefined {
    return this.#byNumber.get(key(vendor, code));
  }

  /** Like `byCode`, with a numbered octets attribute in place of one that no dictionary lists. */
  describe(vendor: number, code: number): AttributeDefinition {
    return this.byCode(vendor, code) ?? unlisted(vendor, code);
  }

  /** The vendor's name, or its number as text. */
  vendorName(id: number): string {
    return this.vendors.find((vendor) => vendor.id === id)?.name ?? String(id);
  }
}

/** All attributes of the files in dictionaries/. */
export const DICTIONARY = new Dictionary({ attributes: ATTRIBUTES, vendors: VENDORS });

/** The number that a name of this attribute's enumeration stands for, compared without case. */
export function enumNumber(attribute: AttributeDefinition, name: string): number | undefined {
  const wanted = name.toLowerCase();
  const found = Object.entries(attribute.values ?? {}).find(([, text]) => text.toLowerCase() === wanted);
  return found && Number(found[0]);
}

function numbered(name: string): AttributeDefinition | undefined {
  const match = /^attr-(?:26\.(\d{1,8})\.)?(\d{1,3})$/i.exec(name);
  if (!match) return undefined;
  const vendor = Number(match[1] ?? 0);
  const code = Number(match[2]);
  const isPossible =
    code <= 255 && vendor <= 0xffffff && (vendor > 0 || (match[1] === undefined && code > 0));
  return isPossible ? unlisted(vendor, code) : undefined;
}

function unlisted(vendor: number, code: number): AttributeDefinition {
  return { name: vendor === 0 ? `Attr-${code}` : `Attr-26.${vendor}.${code}`, vendor, code, type: 'octets' };
}

function key(vendor: number, code: number): number {
  return vendor * 256 + code;
}
