import type { ApiOperation, ApiSchema } from '../../document/api-document.ts';
import { exampleOf, type Schemas } from './example.ts';

/** The JSON schema of a body or an answer. */
export function jsonSchema(
  content: { readonly [type: string]: { readonly schema?: ApiSchema } } | undefined,
) {
  return content?.['application/json']?.schema;
}

/** A call of an operation as somebody types it. */
export function curlOf(method: string, path: string, operation: ApiOperation, schemas: Schemas): string {
  const parts = [`curl${method === 'get' ? '' : ` -X ${method.toUpperCase()}`}`];
  if (operation['x-access'] !== 'public') parts.push('-H "Authorization: Bearer $TOKEN"');
  if (operation.parameters?.some(({ name }) => name === 'Idempotency-Key'))
    parts.push('-H "Idempotency-Key: $(uuidgen)"');
  const schema = jsonSchema(operation.requestBody?.content);
  if (schema !== undefined) {
    const body = JSON.stringify(sentExample(schema, schemas)).replaceAll("'", "'\\''");
    parts.push("-H 'Content-Type: application/json'", `-d '${body}'`);
  }
  parts.push(`"$SERVER${filled(path, operation)}"`);
  return parts.join(' \\\n  ');
}

/** Only what must be sent, or the first few fields where nothing must. */
function sentExample(schema: ApiSchema, schemas: Schemas): unknown {
  const whole = exampleOf(schema, schemas);
  if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) return whole;
  const own =
    schema.$ref === undefined ? schema : (schemas[schema.$ref.split('/').at(-1) ?? ''] ?? { properties: {} });
  const required = own.required ?? [];
  const entries = Object.entries(whole);
  const shown = entries.filter(([key]) => required.includes(key));
  return Object.fromEntries(shown.length > 0 ? shown : entries.slice(0, 2));
}

function filled(path: string, { parameters = [] }: ApiOperation): string {
  const withValues = parameters.reduce((text, { name, in: place, schema }) => {
    return place === 'path' ? text.replace(`{${name}}`, String(schema.example ?? 42)) : text;
  }, path);
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && parameter.required === true)
    .map(({ name, schema }) => `${name}=${encodeURIComponent(String(exampleOf(schema, {})))}`);
  return query.length === 0 ? withValues : `${withValues}?${query.join('&')}`;
}
