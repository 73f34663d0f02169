import { invalid } from '../../kernel/errors.ts';
import { csvFormat } from '../../subscribers/import/formats/csv.ts';
import { freeRadiusFormat } from '../../subscribers/import/formats/freeradius.ts';
import { phpNuxBillFormat } from '../../subscribers/import/formats/phpnuxbill.ts';
import { routerOsFormat } from '../../subscribers/import/formats/routeros.ts';
import { userManagerFormat } from '../../subscribers/import/formats/user-manager.ts';
import type { ImportFormat } from '../../subscribers/import/import-format.ts';

/** Every format that can be imported; a new one is named here and nowhere else. */
export const FORMATS: readonly ImportFormat[] = [
  csvFormat,
  freeRadiusFormat,
  phpNuxBillFormat,
  userManagerFormat,
  routerOsFormat,
];

/** The format of a name. Throws `validation_failed`. */
export function formatNamed(name: string): ImportFormat {
  const format = FORMATS.find((one) => one.name === name);
  if (format !== undefined) return format;
  const names = FORMATS.map((one) => one.name).join(', ');
  throw invalid(`The format '${name}' is unknown: it must be one of ${names}.`, {
    format: `must be ${names}`,
  });
}
