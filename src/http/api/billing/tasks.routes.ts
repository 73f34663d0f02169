import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { runTaskNow } from '../../../billing/jobs/run-task.service.ts';
import type { TaskReport } from '../../../billing/task.ts';
import { actorOf } from '../../access.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, json, openApiApp } from '../../openapi.ts';
import { id, money, number, numberOrNull } from '../../schemas/values.ts';
import { mayBeEmpty } from './billing-requests.ts';

const about = {
  invoice_id: id.optional(),
  service_id: id.optional(),
  customer_id: id.optional(),
};

const reportSchema = z
  .object({
    task: z.string(),
    dry_run: z.boolean(),
    counts: z.record(z.string(), z.int()).openapi({ description: 'By outcome, and `failed`.' }),
    errors: z.array(z.object({ ...about, code: z.string(), message: z.string() })),
    items: z
      .array(
        z.object({
          ...about,
          outcome: z.string(),
          label: z.string(),
          amount: money.nullable(),
          currency: z.string().nullable(),
        }),
      )
      .openapi({ description: 'What was done, or with a dry run would be: the first 1,000.' }),
  })
  .openapi('TaskReport');

const request = mayBeEmpty(z.strictObject({ dry_run: z.boolean().default(false) }));
const responses = { 200: json(reportSchema, 'What was done.') };

const run = apiRoute('tasks.run', {
  method: 'post',
  path: '/api/isp/billing/run/{task}',
  tags: ['Billing'],
  summary: 'Run a scheduled task now, or with `dry_run` see what it would do',
  request: {
    params: z.object({
      task: z.string().openapi({ param: { name: 'task', in: 'path' }, example: 'suspend-unpaid' }),
    }),
    ...request,
  },
  responses,
});

const short = (task: 'suspend-unpaid' | 'reactivate-paid' | 'send-reminders', summary: string) =>
  apiRoute('tasks.run', {
    method: 'post',
    path: `/api/isp/billing/${task}` as const,
    tags: ['Billing'],
    summary,
    request,
    responses,
  });

/** Tasks of billing, run by hand. */
export function billingTasksRoutes({ tasks }: HttpContext): OpenAPIHono<HttpEnv> {
  const answer = async (c: Context<HttpEnv>, task: string, isDryRun: boolean) => {
    const report = await runTaskNow(tasks, task, { actor: actorOf(c), isDryRun });
    return c.json(reportJson(task, isDryRun, report), 200);
  };
  return openApiApp()
    .openapi(run, (c) => answer(c, c.req.valid('param').task, c.req.valid('json')?.dry_run ?? false))
    .openapi(short('suspend-unpaid', 'Suspend services whose invoices are long overdue'), (c) =>
      answer(c, 'suspend-unpaid', c.req.valid('json')?.dry_run ?? false),
    )
    .openapi(short('reactivate-paid', 'Bring back services whose invoices are paid'), (c) =>
      answer(c, 'reactivate-paid', c.req.valid('json')?.dry_run ?? false),
    )
    .openapi(short('send-reminders', 'Send the reminders that are due'), (c) =>
      answer(c, 'send-reminders', c.req.valid('json')?.dry_run ?? false),
    );
}

function reportJson(task: string, isDryRun: boolean, report: TaskReport): z.input<typeof reportSchema> {
  return {
    task,
    dry_run: isDryRun,
    counts: { ...report.counts },
    errors: report.failures.map(({ subject, code, message }) => ({ ...aboutJson(subject), code, message })),
    items: report.effects.map(({ outcome, subject, label, amountMinor, currency }) => ({
      ...aboutJson(subject),
      outcome,
      label,
      amount: numberOrNull(amountMinor),
      currency: currency ?? null,
    })),
  };
}

function aboutJson(subject: TaskReport['effects'][number]['subject']) {
  return { [`${subject.kind}_id`]: number(subject.id) };
}
