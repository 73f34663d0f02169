import radius from 'radius';
import { err, ok, type Result } from '../../kernel/result.ts';
import {
  ATTRIBUTE_TYPES,
  type AttributeDefinition,
  type AttributeType,
  type DictionaryTable,
  type VendorDefinition,
} from './attribute.ts';

/** One dictionary file: its name (as `$INCLUDE` calls it) and its text. */
export interface DictionaryFile {
  readonly name: string;
  readonly text: string;
}

const NAME_FIELD = 1;
const TYPE_FIELD = 2;
const VALUES_FIELD = 3;
const FLAGS_FIELD = 5;
const CODE_MAX = 255;

// The package skips lines it cannot read. We refuse them, so that a typing error is not a missing attribute.
const READABLE_LINE = new RegExp(
  [
    String.raw`^(VENDOR \S+ \d+`,
    String.raw`(BEGIN|END)-VENDOR \S+`,
    String.raw`ATTRIBUTE \S+ \d+ (${ATTRIBUTE_TYPES.join('|')})( encrypt=[12])?`,
    String.raw`VALUE \S+ \S+ \d+`,
    String.raw`\$INCLUDE \S+)$`,
  ].join('|'),
);

/**
 * Reads dictionary text (FreeRADIUS format) with the `radius` package. Run when the table is generated and in
 * tests, never by the server. The package keeps global tables: they are emptied before and after.
 * The error is a sentence that names file and line.
 */
export function parseDictionary(files: readonly DictionaryFile[]): Result<DictionaryTable, string> {
  const fault = findFault(files);
  if (fault !== undefined) return err(fault);
  radius.unload_dictionaries();
  try {
    for (const file of files) radius._load_dictionary(file.text);
    const vendors = files.flatMap(vendorsOf).sort((a, b) => a.id - b.id);
    const attributes = [{ name: '', id: 0 }, ...vendors].flatMap((vendor) => attributesOf(vendor.id));
    return ok({ vendors, attributes });
  } finally {
    radius.unload_dictionaries();
  }
}

function findFault(files: readonly DictionaryFile[]): string | undefined {
  const names = new Set(files.map((file) => file.name));
  for (const file of files) {
    for (const [index, line] of meaningfulLines(file.text).entries()) {
      if (line === '') continue;
      const place = `${file.name} line ${index + 1}`;
      if (!READABLE_LINE.test(line)) return `${place} is not a dictionary line we know: '${line}'.`;
      const [keyword, subject, number] = line.split(' ');
      if (keyword === '$INCLUDE' && !names.has(subject))
        return `${place} includes ${subject}, which is not given.`;
      const isOutOfRange = Number(number) < 1 || Number(number) > CODE_MAX;
      if (keyword === 'ATTRIBUTE' && isOutOfRange)
        return `${place}: attribute numbers go from 1 to ${CODE_MAX}.`;
    }
  }
  return undefined;
}

function meaningfulLines(text: string): string[] {
  return text.split('\n').map((line) => line.replace(/#.*/, '').trim().replace(/\s+/g, ' '));
}

function vendorsOf(file: DictionaryFile): VendorDefinition[] {
  return meaningfulLines(file.text)
    .map((line) => line.split(' '))
    .filter(([keyword]) => keyword === 'VENDOR')
    .map(([, name]) => ({ name, id: Number(radius.vendor_name_to_id(name)) }));
}

/** The package offers no list of its entries, so each possible number is asked for. */
function attributesOf(vendor: number): AttributeDefinition[] {
  const packageVendor = vendor === 0 ? undefined : vendor;
  const found: AttributeDefinition[] = [];
  for (let code = 1; code <= CODE_MAX; code++) {
    const name = radius._attr_to(code, packageVendor, NAME_FIELD);
    if (typeof name !== 'string') continue;
    const type = radius._attr_to(code, packageVendor, TYPE_FIELD) as AttributeType;
    const values = Object.entries(
      radius._attr_to(code, packageVendor, VALUES_FIELD) as Record<string, string>,
    );
    const flags = Object.keys(radius._attr_to(code, packageVendor, FLAGS_FIELD) as Record<string, true>);
    found.push({
      name,
      vendor,
      code,
      type,
      ...(values.length > 0 && { values: Object.fromEntries(values) }),
      ...(flags.some((flag) => flag.startsWith('encrypt=')) && { isHidden: true as const }),
    });
  }
  return found;
}
