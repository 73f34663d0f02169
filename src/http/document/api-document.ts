import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpEnv } from '../context.ts';
import type { Access } from '../openapi.ts';
import { TAGS } from './tags.ts';

/** A JSON schema as OpenAPI 3.1 writes it: the parts a reader of the reference is shown. */
export interface ApiSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly example?: unknown;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, ApiSchema>>;
  readonly required?: readonly string[];
  readonly items?: ApiSchema;
  readonly additionalProperties?: ApiSchema | boolean;
  readonly anyOf?: readonly ApiSchema[];
  readonly oneOf?: readonly ApiSchema[];
  readonly allOf?: readonly ApiSchema[];
}

/** A value of a path, a query or a header. */
export interface ApiParameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: ApiSchema;
}

type Content = Readonly<Record<string, { readonly schema?: ApiSchema }>>;

/** One method of one path. */
export interface ApiOperation {
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly operationId?: string;
  readonly security?: readonly object[];
  /** Who may call it. */
  readonly 'x-access'?: Access;
  readonly parameters?: readonly ApiParameter[];
  readonly requestBody?: {
    readonly required?: boolean;
    readonly description?: string;
    readonly content: Content;
  };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}

/** The whole API as OpenAPI 3.1 describes it. */
export interface ApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, ApiSchema>>;
    readonly securitySchemes: Readonly<Record<string, object>>;
  };
}

/** Describes every operation of an application; call it once all routes are mounted. */
export function describeApi(app: OpenAPIHono<HttpEnv>, version: string): ApiDocument {
  const generated = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'NetFlow ISP', version, description: ABOUT },
    servers: [{ url: '/' }],
  });
  // What the generator knows as a general document is one of ours: `apiRoute` declared all of it.
  const document = generated as unknown as ApiDocument;
  const paths = Object.fromEntries(
    Object.entries(document.paths).map(([path, methods]) => [path, completed(path, methods)]),
  );
  return {
    openapi: document.openapi,
    info: document.info,
    servers: document.servers,
    tags: usedTags(paths),
    paths,
    components: { schemas: document.components?.schemas ?? {}, securitySchemes: { bearer: BEARER } },
  };
}

const ABOUT =
  'Everything operators, scripts and the web pages do. Keys are snake_case, money is whole minor units of the ' +
  'currency, instants are UTC, percentages are decimal strings.';

const BEARER = {
  type: 'http',
  scheme: 'bearer',
  description: 'An access token of POST /api/auth/login, or an API token made for a script.',
};

const IDEMPOTENCY_KEY: ApiParameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key and body get the same answer for 48 hours, and nothing is done twice.',
  schema: { type: 'string', minLength: 1, maxLength: 255, example: '7f1c2d3e-1b5f-4c0a-9a58-0c5d0c7a1f10' },
};

/** Adds what holds for every operation of a method. */
function completed(
  path: string,
  methods: Readonly<Record<string, ApiOperation>>,
): Record<string, ApiOperation> {
  return Object.fromEntries(
    Object.entries(methods).map(([method, operation]) => {
      const isKeyed = method === 'post' && operation['x-access'] !== 'public';
      const parameters = [...(operation.parameters ?? []), ...(isKeyed ? [IDEMPOTENCY_KEY] : [])];
      const operationId = operation.operationId ?? operationIdOf(method, path);
      return [method, { ...operation, operationId, ...(parameters.length > 0 ? { parameters } : {}) }];
    }),
  );
}

/** `post /api/isp/customers/{id}/merge` is `post_customers_id_merge`. */
function operationIdOf(method: string, path: string): string {
  const words = path
    .replace(/^\/api(\/isp)?/, '')
    .split(/[^a-z0-9]+/i)
    .filter((word) => word !== '');
  return [method, ...words].join('_');
}

function usedTags(paths: ApiDocument['paths']): ApiDocument['tags'] {
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
  const used = new Set(operations.flatMap(({ tags = [] }) => tags));
  const known = TAGS.filter(({ name }) => used.has(name));
  const others = [...used].filter((name) => !TAGS.some((tag) => tag.name === name)).sort();
  return [...known, ...others.map((name) => ({ name }))];
}
