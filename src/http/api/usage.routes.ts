import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { Temporal } from 'temporal-polyfill';
import {
  type RecordedUsage,
  recordUsage,
  type UsageOrder,
} from '../../billing/quota/usage-intake.service.ts';
import { inBilling } from '../../billing/use-case.service.ts';
import { GIGAWORD } from '../../kernel/octets.ts';
import { SERVICE_STATUSES } from '../../subscribers/service-status.ts';
import { actorOf } from '../access.ts';
import type { HttpContext, HttpEnv } from '../context.ts';
import { apiRoute, body, json, openApiApp } from '../openapi.ts';
import { type UsageInput, usageInput } from '../schemas/usage.ts';
import { id, instant, number } from '../schemas/values.ts';

const bytes = z.int().openapi({ example: 1_000_000_000 });

const usageSchema = z
  .object({
    id,
    service_id: id,
    at: instant,
    download_bytes: bytes.openapi({ description: 'What was added; less than told when counters went back.' }),
    upload_bytes: bytes,
    repeated: z.boolean().openapi({ description: 'It was told before; nothing was added.' }),
    period_closed: z.boolean().openapi({
      description: 'Its period is older than the last invoiced one: it is kept, and charged no more (O8).',
    }),
    used_bytes: bytes.openapi({ description: 'What counts of its period now, by `usage_counting`.' }),
    allowance_bytes: bytes.nullable().openapi({ description: 'Of its period; null = unlimited.' }),
    alerts: z.array(z.int()).openapi({ example: [80], description: 'Thresholds reached just now.' }),
    status: z.enum(SERVICE_STATUSES).openapi({ description: 'Of the service, now.' }),
    reason: z.string().nullable(),
  })
  .openapi('Usage');

const route = apiRoute('usage.write', {
  method: 'post',
  path: '/api/isp/monitoring/usage',
  tags: ['Monitoring'],
  summary: 'Tell usage that RADIUS did not carry',
  description:
    'Counts like accounting does: into the period of `at`, the day, the hour, the alerts and the allowance. Octets add up; counters of a session are cumulative, with wraps and resets as RADIUS has them.',
  request: body(usageInput),
  responses: {
    201: json(usageSchema, 'It is counted.'),
    200: json(usageSchema, 'It was counted before: `event_id` is known.'),
  },
});

/** Usage from sources other than RADIUS. */
export function usageRoutes({ deps }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp().openapi(route, async (c) => {
    const order = orderOf(c.req.valid('json'));
    const recorded = await inBilling(deps, actorOf(c), (tx, ctx) => recordUsage(tx, ctx, order));
    return c.json(view(recorded), recorded.isRepeat ? 200 : 201);
  });
}

function orderOf(input: UsageInput): UsageOrder {
  return {
    serviceId: input.service_id,
    at: input.at && Temporal.Instant.fromEpochMilliseconds(input.at.getTime()),
    eventId: input.event_id,
    usage: input.session_id === undefined ? octetsOf(input) : countersOf(input, input.session_id),
  };
}

function octetsOf(input: UsageInput): UsageOrder['usage'] {
  return {
    kind: 'octets',
    uploadOctets: BigInt(input.upload_bytes ?? 0),
    downloadOctets: BigInt(input.download_bytes ?? 0),
  };
}

/** A value that 32 bits cannot hold is whole, as one with gigawords is (O9). */
function countersOf(input: UsageInput, sessionId: string): UsageOrder['usage'] {
  const upload = (input.input_gigawords ?? 0) * GIGAWORD + (input.input_octets ?? 0);
  const download = (input.output_gigawords ?? 0) * GIGAWORD + (input.output_octets ?? 0);
  return {
    kind: 'counters',
    sessionId,
    sessionTimeS: input.session_time,
    uploadOctets: upload,
    downloadOctets: download,
    hasGigawords:
      input.input_gigawords !== undefined ||
      input.output_gigawords !== undefined ||
      Math.max(upload, download) >= GIGAWORD,
  };
}

function view({ event, isRepeat, review }: RecordedUsage): z.output<typeof usageSchema> {
  const { period, service, raised } = review;
  return {
    id: number(event.id),
    service_id: number(event.serviceId),
    at: event.at.toISOString(),
    download_bytes: number(event.downloadOctets),
    upload_bytes: number(event.uploadOctets),
    repeated: isRepeat,
    period_closed: period?.isClosed ?? false,
    used_bytes: Number(period?.usedOctets ?? 0n),
    allowance_bytes: period?.allowanceOctets === undefined ? null : Number(period.allowanceOctets),
    alerts: [...raised],
    status: service.status,
    reason: service.reason ?? null,
  };
}
