import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HttpContext, HttpEnv } from '../context.ts';
import { auditRoutes } from './audit.routes.ts';
import { customersRoutes } from './customers.routes.ts';
import { settingsRoutes } from './settings.routes.ts';

/** Every part of the REST API; each file holds the operations of one resource. */
export function apiRoutes(context: HttpContext): readonly OpenAPIHono<HttpEnv>[] {
  return [auditRoutes(context), settingsRoutes(context), customersRoutes(context)];
}
