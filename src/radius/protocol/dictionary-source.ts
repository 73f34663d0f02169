import type { AttributeDefinition, DictionaryTable, VendorDefinition } from './attribute.ts';

/** Writes a table as the TypeScript module `generated/attributes.ts`; the same table always gives the same text. */
export function dictionarySource(table: DictionaryTable): string {
  return [
    '// Generated from dictionaries/* by `npm run dict:generate`. Do not edit.',
    "import type { AttributeDefinition, VendorDefinition } from '../attribute.ts';",
    '',
    '/** Every vendor of the dictionaries, by number. */',
    'export const VENDORS: readonly VendorDefinition[] = [',
    ...table.vendors.map(vendorLine),
    '];',
    '',
    '/** Every attribute of the dictionaries, by vendor and number. */',
    'export const ATTRIBUTES: readonly AttributeDefinition[] = [',
    ...table.attributes.flatMap(attributeLines),
    '];',
    '',
  ].join('\n');
}

function vendorLine(vendor: VendorDefinition): string {
  return `  { name: '${vendor.name}', id: ${vendor.id} },`;
}

function attributeLines(attribute: AttributeDefinition): string[] {
  const { name, vendor, code, type, values, isHidden } = attribute;
  const hidden = isHidden ? ', isHidden: true' : '';
  const start = `  { name: '${name}', vendor: ${vendor}, code: ${code}, type: '${type}'${hidden}`;
  if (values === undefined) return [`${start} },`];
  const lines = Object.entries(values).map(([number, text]) => `    ${number}: '${text}',`);
  return [`${start}, values: {`, ...lines, '  } },'];
}
