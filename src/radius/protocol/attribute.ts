/** The value types of our dictionaries; how each looks as text is written down in value.ts. */
export const ATTRIBUTE_TYPES = [
  'string',
  'octets',
  'byte',
  'short',
  'integer',
  'integer64',
  'date',
  'ipaddr',
  'ipv6addr',
  'ipv6prefix',
  'ifid',
] as const;

/** How an attribute's octets are to be read. */
export type AttributeType = (typeof ATTRIBUTE_TYPES)[number];

/** One attribute as a dictionary describes it. */
export interface AttributeDefinition {
  /** As the RFC or vendor spells it, `Acct-Session-Id`. */
  readonly name: string;
  /** SMI number of the vendor; 0 for a standard attribute. */
  readonly vendor: number;
  readonly code: number;
  readonly type: AttributeType;
  /** Names of the numbers an integer can have. */
  readonly values?: Readonly<Record<number, string>>;
  /** The value travels hidden under the shared secret, and must not be logged in clear either. */
  readonly isHidden?: true;
}

/** A vendor with attributes of its own (RFC 2865 section 5.26). */
export interface VendorDefinition {
  readonly name: string;
  readonly id: number;
}

/** Everything a set of dictionary files says. */
export interface DictionaryTable {
  readonly vendors: readonly VendorDefinition[];
  readonly attributes: readonly AttributeDefinition[];
}
