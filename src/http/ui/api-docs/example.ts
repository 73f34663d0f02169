import type { ApiSchema } from '../../document/api-document.ts';

/** Named schemas of a document. */
export type Schemas = Readonly<Record<string, ApiSchema>>;

const DEPTH_MAX = 6;

/** The schema behind a reference, and its name; any other schema as it is. */
export function resolved(schema: ApiSchema, schemas: Schemas): { schema: ApiSchema; name?: string } {
  if (schema.$ref === undefined) return { schema };
  const name = schema.$ref.split('/').at(-1) ?? '';
  const found = schemas[name];
  return found === undefined ? { schema: {}, name } : { schema: found, name };
}

/** A value that fits a schema, from its own examples where it has them. */
export function exampleOf(schema: ApiSchema, schemas: Schemas, depth = 0): unknown {
  const { schema: own } = resolved(schema, schemas);
  if (own.example !== undefined) return own.example;
  if (own.const !== undefined) return own.const;
  if (own.default !== undefined) return own.default;
  if (own.enum !== undefined) return own.enum[0];
  if (depth > DEPTH_MAX) return null;
  const choice = own.anyOf?.[0] ?? own.oneOf?.[0];
  if (choice !== undefined) return exampleOf(choice, schemas, depth + 1);
  if (own.allOf !== undefined) {
    return Object.assign({}, ...own.allOf.map((part) => exampleOf(part, schemas, depth + 1)));
  }
  if (own.properties !== undefined) {
    const entries = Object.entries(own.properties);
    return Object.fromEntries(entries.map(([key, value]) => [key, exampleOf(value, schemas, depth + 1)]));
  }
  if (own.items !== undefined) return [exampleOf(own.items, schemas, depth + 1)];
  return plainExample(own);
}

function plainExample({ type, format, minimum }: ApiSchema): unknown {
  const first = typeof type === 'string' ? type : type?.[0];
  switch (first) {
    case 'integer':
    case 'number':
      return minimum ?? 1;
    case 'boolean':
      return true;
    case 'array':
      return [];
    case 'object':
      return {};
    case 'string':
      return textExample(format);
    default:
      return null;
  }
}

function textExample(format: string | undefined): string {
  if (format === 'date-time') return '2026-11-25T10:00:00.000Z';
  if (format === 'date') return '2026-11-25';
  if (format === 'email') return 'ann@example.net';
  if (format === 'uri' || format === 'url') return 'https://example.net/hook';
  if (format === 'uuid') return '7f1c2d3e-1b5f-4c0a-9a58-0c5d0c7a1f10';
  return 'text';
}
