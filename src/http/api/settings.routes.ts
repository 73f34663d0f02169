import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { changeSettings, type SettingView, viewSettings } from '../../platform/settings/setting.service.ts';
import { actorOf } from '../access.ts';
import type { HttpContext, HttpEnv } from '../context.ts';
import { apiRoute, body, json, openApiApp } from '../openapi.ts';
import { instant } from '../schemas/values.ts';
import { expectedVersion, tagVersion } from '../versions.ts';

const settingSchema = z
  .object({
    key: z.string(),
    value: z.unknown().openapi({ description: 'Percentages are decimal strings.' }),
    default: z.unknown(),
    description: z.string(),
    allowed: z.string().openapi({ description: 'Completes "it must be ...".' }),
    changed_by: z.string().nullable(),
    changed_at: instant.nullable(),
  })
  .openapi('Setting');

const settingsSchema = z.object({ items: z.array(settingSchema) });

const read = apiRoute('settings.read', {
  method: 'get',
  path: '/api/isp/settings',
  tags: ['Settings'],
  summary: 'Every setting with its default, and who changed it',
  responses: { 200: json(settingsSchema, 'All settings.') },
});

const change = apiRoute('settings.write', {
  method: 'patch',
  path: '/api/isp/settings',
  tags: ['Settings'],
  summary: 'Change settings, all of them or none',
  description: 'Takes the `ETag` of the settings as `If-Match`.',
  request: body(
    z.record(z.string().max(63), z.unknown()).openapi({
      example: { isp_vat_percent: '16', isp_suspension_days: 30 },
    }),
  ),
  responses: { 200: json(settingsSchema, 'All settings as they are now.') },
});

/** What an operator chooses while the product runs; values are checked by platform/settings. */
export function settingsRoutes({ deps }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp()
    .openapi(read, async (c) => c.json(await answer(c, deps), 200))
    .openapi(change, async (c) => {
      const order = {
        values: c.req.valid('json'),
        actor: actorOf(c),
        expectedVersion: expectedVersion(c),
      };
      await deps.db.transaction((tx) => changeSettings(tx, order));
      return c.json(await answer(c, deps), 200);
    });
}

async function answer(c: Context<HttpEnv>, { db }: HttpContext['deps']) {
  const { items, version } = await viewSettings(db);
  tagVersion(c, version);
  return { items: items.map(item) };
}

function item(one: SettingView) {
  return {
    key: one.key,
    value: one.value,
    default: one.default,
    description: one.description,
    allowed: one.allowed,
    changed_by: one.changedBy ?? null,
    changed_at: one.changedAt?.toISOString() ?? null,
  };
}
