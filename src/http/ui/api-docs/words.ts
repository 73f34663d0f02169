import { permissionsOf } from '../../../platform/identity/permission.ts';
import type { ApiOperation, ApiSchema } from '../../document/api-document.ts';
import { resolved, type Schemas } from './example.ts';

/** Who may call an operation, in words: the permission, and the roles that have it. */
export function accessWords(access: ApiOperation['x-access']): {
  readonly who: string;
  readonly how: string;
} {
  if (access === undefined || access === 'public') return { who: 'everybody', how: 'No token is needed.' };
  if (access === 'enrolling') {
    return {
      who: 'signed in',
      how: 'Any access token will do, also before a second factor that is required.',
    };
  }
  if (access === 'signed_in') return { who: 'signed in', how: 'Any access token or API token will do.' };
  const permissions = typeof access === 'string' ? [access] : access;
  const roles = (['admin', 'user', 'customer'] as const).filter((role) =>
    permissions.some((permission) => permissionsOf(role).has(permission)),
  );
  const scope = permissions.length === 1 ? 'the scope' : 'one of the scopes';
  return {
    who: roles.join(', ') || 'tokens',
    how: `The permission ${permissions.join(' or ')}; an API token needs ${scope} of that name.`,
  };
}

/** The type of a value as a reader says it: `integer`, `string or null`, `list of Customer`, `"reject" or "walled"`. */
export function typeWords(given: ApiSchema, schemas: Schemas): string {
  const { schema, name } = resolved(given, schemas);
  if (name !== undefined) return name;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' or ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) {
    return [...new Set(choices.map((choice) => typeWords(choice, schemas)))].join(' or ');
  }
  if (schema.items !== undefined) return `list of ${typeWords(schema.items, schemas)}`;
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? ['anything']);
  const shown = schema.format === undefined ? types : types.map((type) => named(type, schema.format));
  return shown.join(' or ');
}

const FORMATS: Readonly<Record<string, string>> = {
  'date-time': 'instant',
  date: 'date',
  email: 'e-mail address',
  uri: 'URL',
  url: 'URL',
};

function named(type: string, format: string | undefined): string {
  return type === 'string' && format !== undefined ? (FORMATS[format] ?? type) : type;
}

/** What a value must keep to, beyond its type. */
export function limitWords(schema: ApiSchema): string {
  const { minimum: min, maximum: max } = schema;
  const words: string[] = [];
  if (min !== undefined && max !== undefined && isTellable(min) && isTellable(max))
    words.push(`${min} to ${max}`);
  else if (min !== undefined && isTellable(min)) words.push(`at least ${min}`);
  else if (max !== undefined && isTellable(max)) words.push(`at most ${max}`);
  if (schema.maxLength !== undefined) words.push(`at most ${schema.maxLength} characters`);
  if (schema.maxItems !== undefined) words.push(`at most ${schema.maxItems} items`);
  if (schema.default !== undefined) words.push(`default ${JSON.stringify(schema.default)}`);
  return words.join(', ');
}

/** The limits of JSON numbers themselves are nobody's news. */
function isTellable(bound: number): boolean {
  return Math.abs(bound) < 1e12;
}

/** Where an operation is on the page: `post-api-isp-customers-id`. */
export function anchorOf(method: string, path: string): string {
  return `${method}${path.replace(/[^a-z0-9]+/gi, '-')}`.replace(/-$/, '').toLowerCase();
}

/** Where a part is on the page. */
export function tagAnchor(name: string): string {
  return `part-${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
}
