import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { type RecordedRun, readRuns } from '../../../platform/scheduler/job-history.service.ts';
import { line } from '../../../platform/text.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, openApiApp } from '../../openapi.ts';
import { answerList, listResponse, pageQuery } from '../../paging.ts';
import { id, instant, number } from '../../schemas/values.ts';
import { beforeIdOf } from './billing-requests.ts';

const states = ['running', 'done', 'failed'] as const;

const runSchema = z
  .object({
    id,
    task: z.string(),
    scheduled_for: instant,
    state: z.enum(states),
    runner: z.string(),
    counts: z.record(z.string(), z.number()),
    errors: z.array(z.string()).openapi({ description: 'Why it failed, or what it could not do.' }),
    started_at: instant,
    finished_at: instant.nullable(),
  })
  .openapi('TaskRun');

const list = apiRoute('tasks.run', {
  method: 'get',
  path: '/api/isp/billing/runs',
  tags: ['Billing'],
  summary: 'Runs of scheduled tasks, newest first',
  request: {
    query: z.strictObject({
      ...pageQuery,
      task: line(100).optional(),
      state: z.enum(states).optional(),
    }),
  },
  responses: { 200: listResponse(runSchema, 'Recorded runs.') },
});

/** What ran. */
export function taskRunsRoutes({ deps }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp().openapi(list, (c) => {
    const query = c.req.valid('query');
    const { task: job, state } = query;
    return answerList(c, query, {
      fetch: ({ after, limit }) => readRuns(deps.db, { job, state, limit, beforeId: beforeIdOf(after) }),
      cursorOf: (run) => [run.id],
      item: runJson,
    });
  });
}

function runJson(run: RecordedRun): z.input<typeof runSchema> {
  return {
    id: number(run.id),
    task: run.job,
    scheduled_for: run.scheduledFor.toISOString(),
    state: run.state,
    runner: run.runner,
    counts: { ...run.counts },
    errors: run.error?.split('\n') ?? [],
    started_at: run.startedAt.toISOString(),
    finished_at: run.finishedAt?.toISOString() ?? null,
  };
}
