import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { streamSSE } from 'hono/streaming';
import type { ServiceId } from '../../kernel/ids.ts';
import type { BandwidthSample } from '../../network/monitoring/bandwidth.ts';
import type { HttpContext, HttpEnv } from '../context.ts';
import { apiRoute, json, openApiApp } from '../openapi.ts';
import { id, idInput, instant } from '../schemas/values.ts';

const bitsPerSecond = z.int().nullable().openapi({ example: 18_400_000 });

const sample = z
  .object({
    service_id: id,
    at: instant,
    online: z.boolean(),
    source: z.enum(['router', 'accounting', 'none']).openapi({
      description:
        'Measured on the router just now, or the mean between reports of usage, or nothing to measure.',
    }),
    download_bps: bitsPerSecond,
    upload_bps: bitsPerSecond,
    over_s: z
      .int()
      .nullable()
      .openapi({ description: 'Of what span the rates are the mean; null = just now.' }),
    note: z.string().nullable().openapi({ description: 'Why it was not measured on the router.' }),
  })
  .openapi('Bandwidth');

const params = z.object({
  service_id: idInput<ServiceId>().openapi({ param: { name: 'service_id', in: 'path' } }),
});

const read = apiRoute('services.read', {
  method: 'get',
  path: '/api/isp/monitoring/bandwidth/{service_id}',
  tags: ['Monitoring'],
  summary: 'What a line carries just now',
  request: { params },
  responses: { 200: json(sample, 'One sample.') },
});

const stream = apiRoute('services.read', {
  method: 'get',
  path: '/api/isp/monitoring/bandwidth/{service_id}/stream',
  tags: ['Monitoring'],
  summary: 'What a line carries, every two seconds',
  description:
    'Server-sent events named `sample`, each a Bandwidth. The router is asked only while somebody listens.',
  request: { params },
  responses: {
    200: { description: 'Events.', content: { 'text/event-stream': { schema: z.string() } } },
  },
});

/** What lines carry, live. */
export function bandwidthRoutes({ bandwidth }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp()
    .openapi(read, async (c) => c.json(view(await bandwidth.sample(c.req.valid('param').service_id)), 200))
    .openapi(stream, async (c) => {
      const { service_id: serviceId } = c.req.valid('param');
      // An unknown service is a problem before anything is streamed.
      await bandwidth.sample(serviceId);
      c.header('X-Accel-Buffering', 'no');
      return streamSSE(c, async (events) => {
        await new Promise<void>((resolve) => {
          const stop = bandwidth.watch(serviceId, (one) => {
            events.writeSSE({ event: 'sample', data: JSON.stringify(view(one)) }).catch(() => resolve());
          });
          events.onAbort(() => {
            stop();
            resolve();
          });
        });
      });
    });
}

function view(one: BandwidthSample): z.infer<typeof sample> {
  return {
    service_id: Number(one.serviceId),
    at: new Date(one.atMs).toISOString(),
    online: one.isOnline,
    source: one.source,
    download_bps: one.downloadBps ?? null,
    upload_bps: one.uploadBps ?? null,
    over_s: one.overS ?? null,
    note: one.note ?? null,
  };
}
