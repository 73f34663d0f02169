import { createRoute, OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import type { Permission } from '../platform/identity/permission.ts';
import { enrolling, requires, signedIn } from './access.ts';
import type { HttpEnv } from './context.ts';
import { apiProblem, misfit } from './problem.ts';

/**
 * Who may call an operation: holders of any of these permissions, whoever is signed in, whoever is signed in even if
 * they must enrol a second factor first, or everybody.
 */
export type Access = Permission | readonly Permission[] | 'signed_in' | 'enrolling' | 'public';

/** An empty part of the API: what does not fit its schemas is answered 422 with a sentence for each field. */
export function openApiApp(): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({
    defaultHook: (result, c) => (result.success ? undefined : apiProblem(c, misfit(result.error.issues))),
  });
}

/**
 * Declares an operation with who may call it. Paths are whole (`/api/isp/customers/{id}`). Access is checked before
 * anything of the request is read; errors of every status are documented by one default response.
 */
export function apiRoute<
  const Path extends string,
  const Route extends Omit<RouteConfig, 'path'> & { path: Path },
>(access: Access, route: Route) {
  const whole = {
    ...route,
    responses: { ...route.responses, default: ERROR_RESPONSE },
    middleware: [...guards(access), ...csvColumns(route)],
    security: access === 'public' ? [] : [{ bearer: [] }],
    'x-access': access,
  };
  // What is added has no part in the types of the handler.
  return createRoute<Path, Route>(whole as unknown as Route);
}

/** A JSON answer. */
export function json<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { 'application/json': { schema } } } as const;
}

/** A JSON body that must be there. */
export function body<Schema extends z.ZodType>(schema: Schema) {
  return { body: { required: true, content: { 'application/json': { schema } } } } as const;
}

/** The error every call of the API may answer (billing-rules section 20). */
const ERROR_RESPONSE = {
  description: 'It failed: the code says why, the message how to mend it.',
  content: {
    'application/json': {
      schema: z
        .object({
          error: z.object({
            code: z.string(),
            message: z.string(),
            fields: z.record(z.string(), z.string()).optional(),
          }),
        })
        .openapi('Error'),
    },
  },
};

/** Tells a list the columns of its CSV: the keys of what it lists, whether or not there is anything to list. */
function csvColumns({ responses }: Omit<RouteConfig, 'path'>): MiddlewareHandler<HttpEnv>[] {
  const content = responses[200] !== undefined && 'content' in responses[200] ? responses[200].content : {};
  const json = content?.['application/json'];
  const page = json !== undefined && 'schema' in json ? json.schema : undefined;
  if (content?.['text/csv'] === undefined || !(page instanceof z.ZodObject)) return [];
  const items = page.shape.items;
  if (!(items instanceof z.ZodArray) || !(items.element instanceof z.ZodObject)) return [];
  const columns = Object.keys(items.element.shape);
  return [
    (c, next) => {
      c.set('csvColumns', columns);
      return next();
    },
  ];
}

function guards(access: Access): MiddlewareHandler<HttpEnv>[] {
  if (access === 'public') return [];
  if (access === 'signed_in') return [signedIn];
  if (access === 'enrolling') return [enrolling];
  return [requires(...(typeof access === 'string' ? [access] : access))];
}
