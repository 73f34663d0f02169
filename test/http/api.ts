import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import type { HttpContext, HttpEnv } from '../../src/http/context.ts';
import { currentClaim } from '../../src/http/idempotency.ts';
import { buildHttpApp } from '../../src/http/server.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { CustomerId } from '../../src/kernel/ids.ts';
import { markingDatabase } from '../../src/platform/idempotency/marking-database.service.ts';
import { type Permission, permissionsOf } from '../../src/platform/identity/permission.ts';
import type { Principal } from '../../src/platform/identity/principal.ts';
import { openAuthenticator } from '../../src/platform/identity/sessions/authenticator.service.ts';
import { openPrinter } from '../../src/platform/printing/printer.adapter.ts';
import { JobRunner } from '../../src/platform/scheduler/runner.ts';
import { SecretBox } from '../../src/platform/secrets/secret-box.ts';
import type { ServiceDeps } from '../../src/subscribers/services/provisioning.service.ts';
import { createTestDatabase } from '../support/database.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { silentLogger } from '../support/silent-logger.ts';
import { assets, contextOver } from './fixtures.ts';
import { identityOver } from './identity.ts';

/**
 * Who asks in a test: a role, a customer of an id, a token with scopes, nobody; or the bearer of a real token, as
 * `newPerson` of ./people.ts gets one.
 */
export type Caller =
  | 'admin'
  | 'user'
  | 'nobody'
  | { readonly customerId: string }
  | { readonly scopes: readonly Permission[] }
  | { readonly bearer: string };

type Made = { readonly customerId: string } | { readonly scopes: readonly Permission[] };

/** An answer of the API as a test looks at it. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects, and fails on anything else
  readonly body: any;
  readonly headers: Headers;
  /** The body as it came. */
  readonly octets: Buffer;
}

/** The API over a migrated database of its own. */
export interface TestApi {
  readonly app: OpenAPIHono<HttpEnv>;
  readonly db: Database;
  readonly databaseUrl: string;
  readonly deps: ServiceDeps;
  /** The business clock. */
  readonly clock: ManualClock;
  /** Calls as an administrator unless `as` says otherwise; `body` goes out as JSON. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  close(): Promise<void>;
}

export interface CallOptions {
  readonly as?: Caller;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Opens the API for one test file; `more` replaces parts of what routes are handed. */
export async function openTestApi(
  more: (context: HttpContext) => Partial<HttpContext> = () => ({}),
): Promise<TestApi> {
  const database = await createTestDatabase();
  const db = openLanePool({ url: database.url, lanes: 4, name: 'netflow-test-api' });
  const clock = manualClock('2026-11-25T09:00:00Z');
  const marking = markingDatabase(db, currentClaim);
  const deps: ServiceDeps = { db: marking, box: new SecretBox(Buffer.alloc(32, 7)), clock };
  const identity = identityOver({ db: marking, box: deps.box, clock: systemClock });
  const real = openAuthenticator({ ...identity, db });
  const jobs = new JobRunner({ db, logger: silentLogger, clock: systemClock, runner: 'test-api' });
  const printer = openPrinter(silentLogger);
  const base = contextOver({ logger: silentLogger });
  const context: HttpContext = {
    ...base,
    clock: systemClock,
    deps,
    identity,
    authenticator: { authenticate: async (bearer) => principalOf(bearer) ?? real.authenticate(bearer) },
    printing: { db, clock, printer },
    tasks: { db, clock, logger: silentLogger, jobs },
    routers: { ...base.routers, db: marking, box: deps.box },
  };
  const app = buildHttpApp({ ...context, ...more(context) }, assets);
  return {
    app,
    db,
    databaseUrl: database.url,
    deps,
    clock,
    call: (method, path, options = {}) => call(app, method, path, options),
    close: async () => {
      await printer.close();
      await db.close();
      await database.drop();
    },
  };
}

async function call(
  app: OpenAPIHono<HttpEnv>,
  method: string,
  path: string,
  { as = 'admin', body, headers = {} }: CallOptions,
): Promise<Answer> {
  const response = await app.request(path, {
    method,
    headers: {
      ...(as === 'nobody' ? {} : { Authorization: `Bearer ${bearerOf(as)}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const octets = Buffer.from(await response.arrayBuffer());
  const text = octets.toString('utf8');
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  const { status, headers: answered } = response;
  return { status, body: isJson ? JSON.parse(text) : text, headers: answered, octets };
}

/** Tests of resources sign in by name; tests of signing in itself use the real thing. */
function bearerOf(as: Exclude<Caller, 'nobody'>): string {
  if (typeof as === 'object' && 'bearer' in as) return as.bearer;
  return typeof as === 'string' ? as : NAMED + Buffer.from(JSON.stringify(as)).toString('base64url');
}

const NAMED = 'named-';

/** Undefined for a token that a test does not make up. */
function principalOf(bearer: string): Principal | undefined {
  if (bearer === 'admin' || bearer === 'user') {
    return {
      kind: 'user',
      id: bearer === 'admin' ? '1' : '2',
      name: `${bearer}@example.net`,
      role: bearer,
      customerId: undefined,
      permissions: permissionsOf(bearer),
    };
  }
  if (!bearer.startsWith(NAMED)) return undefined;
  const who: Made = JSON.parse(Buffer.from(bearer.slice(NAMED.length), 'base64url').toString());
  if ('customerId' in who) {
    const customerId = who.customerId as CustomerId;
    return {
      kind: 'user',
      id: '3',
      name: 'customer@example.net',
      role: 'customer',
      customerId,
      permissions: permissionsOf('customer'),
    };
  }
  const permissions = new Set(who.scopes);
  return { kind: 'token', id: '4', name: 'script', role: 'admin', customerId: undefined, permissions };
}
