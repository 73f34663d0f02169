import { type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  readTestClock,
  setTestClock,
  type TestClockView,
} from '../../platform/test-clock/test-clock.service.ts';
import { actorOf } from '../access.ts';
import type { HttpContext, HttpEnv } from '../context.ts';
import { apiRoute, body, json, openApiApp } from '../openapi.ts';
import { instant, instantInput } from '../schemas/values.ts';

const clockSchema = z
  .object({
    now: instant,
    is_frozen: z.boolean().openapi({ description: 'False until it is set for the first time.' }),
    set_by: z.string().nullable(),
    set_at: instant.nullable(),
  })
  .openapi('TestClock');

const get = apiRoute('clock.set', {
  method: 'get',
  path: '/api/isp/test-clock',
  tags: ['Test clock'],
  summary: 'Where the business clock stands',
  description: 'Only with ISP_TEST_CLOCK=1; otherwise 409 test_clock_off.',
  responses: { 200: json(clockSchema, 'The clock.') },
});

const EARLIEST = Date.parse('2000-01-01T00:00:00Z');
const LATEST = Date.parse('2200-01-01T00:00:00Z');

const put = apiRoute('clock.set', {
  method: 'put',
  path: '/api/isp/test-clock',
  tags: ['Test clock'],
  summary: 'Set the business clock; it stands still from then on',
  description:
    'Only with ISP_TEST_CLOCK=1; otherwise 409 test_clock_off. Answers when every role on every host has taken ' +
    'it. Starts no job: run the billing tasks yourself. Tokens, limits, retries and time-outs follow real time.',
  request: body(
    z.strictObject({
      now: instantInput.refine((at) => at.getTime() >= EARLIEST && at.getTime() < LATEST, {
        error: 'must lie between the years 2000 and 2199',
      }),
    }),
  ),
  responses: { 200: json(clockSchema, 'The clock as it stands now, everywhere.') },
});

/** The business clock of a rehearsal (billing-rules M5). */
export function testClockRoutes(context: HttpContext): OpenAPIHono<HttpEnv> {
  const { deps, clock, logger, isTestClock } = context;
  const clockDeps = { db: deps.db, clock, logger, isTestClock };
  return openApiApp()
    .openapi(get, async (c) => c.json(answer(await readTestClock(clockDeps)), 200))
    .openapi(put, async (c) => {
      const { now } = c.req.valid('json');
      return c.json(answer(await setTestClock(clockDeps, now, actorOf(c))), 200);
    });
}

function answer({ now, isFrozen, setBy, setAt }: TestClockView) {
  return {
    now: now.toISOString(),
    is_frozen: isFrozen,
    set_by: setBy ?? null,
    set_at: setAt?.toISOString() ?? null,
  };
}
