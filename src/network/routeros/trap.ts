import { RouterError, type RouterTrap, type TrapKind } from '../router-error.ts';

/**
 * Traps by how they begin, lower case (routeros-api section 4). RouterOS words them differently from version to
 * version, appends numbers, and gives a category only for argument errors: match prefixes, never whole texts.
 */
const beginnings: readonly (readonly [RegExp, TrapKind])[] = [
  [/^no such item/, 'no_such_item'],
  [/^no such command/, 'no_such_command'],
  [
    /^(failure: )?(.*with the same name already exists|already have |.*with such name exists)/,
    'already_exists',
  ],
  [/^input does not match any value of /, 'missing_reference'],
  [/^ambiguous value of /, 'missing_reference'],
  [/^unknown parameter/, 'unknown_parameter'],
  [/^(invalid value|value of |invalid |expected |syntax error)/, 'invalid_value'],
  [/^not enough permissions/, 'not_permitted'],
  [/^(failure: )?(can ?not|can't) (change|remove|edit) dynamic/, 'not_changeable'],
  [/^interrupted/, 'interrupted'],
];

/** Where the text says nothing, the category may. */
const categories: Readonly<Record<string, TrapKind>> = {
  '0': 'no_such_item',
  '1': 'invalid_value',
  '2': 'interrupted',
};

/** What a `!trap` means. */
export function classifyTrap(message: string, category: string | undefined): RouterTrap {
  const text = message.trim().toLowerCase();
  const kind = beginnings.find(([beginning]) => beginning.test(text))?.[1];
  return { kind: kind ?? categories[category ?? ''] ?? 'other', message };
}

const mends: Readonly<Partial<Record<TrapKind, string>>> = {
  missing_reference: 'it does not exist on this router',
  unknown_parameter: 'this version of RouterOS does not know it',
  no_such_command: 'this version of RouterOS lacks it, or its package is not installed',
  not_permitted: 'the API user needs the policies api, read, write and test',
  not_changeable: 'RouterOS made it and changes it only itself',
};

/** The failure of a command that was answered with a trap. */
export function trapError(path: string, message: string, category: string | undefined): RouterError {
  const trap = classifyTrap(message, category);
  const mend = mends[trap.kind];
  const words = message.trim() === '' ? 'no reason given' : message.trim();
  return new RouterError(
    'router_command_failed',
    `The router refused ${path}: ${words}${mend === undefined ? '' : ` (${mend})`}.`,
    { trap },
  );
}
