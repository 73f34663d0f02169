import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { NasId } from '../../../kernel/ids.ts';
import { addNas, editNas, removeNas } from '../../../network/nas/nas.service.ts';
import {
  type NasReport,
  readInterimInterval,
  readNas,
  readNasPage,
} from '../../../network/nas/nas-reading.service.ts';
import { routerScript } from '../../../network/setup/setup-script.ts';
import { actorOf } from '../../access.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, body, json, openApiApp } from '../../openapi.ts';
import { answerList, listResponse, pageQuery } from '../../paging.ts';
import { idParams } from '../../schemas/values.ts';
import { expectedVersion, tagVersion } from '../../versions.ts';
import { nasChangeInput, nasSchema, nasView, newNasInput } from './nas-schemas.ts';

const tags = ['Routers'];
const params = idParams<NasId>();
const script = z
  .array(z.string())
  .openapi({ description: 'Lines to paste into the terminal of the router.' });

const create = apiRoute('network.write', {
  method: 'post',
  path: '/api/isp/nas',
  tags,
  summary: 'Let a router ask this server',
  request: body(newNasInput),
  responses: {
    201: json(
      nasSchema.extend({
        secret: z.string().optional().openapi({ description: 'Only when it was made here, and only now.' }),
        warning: z.string().optional(),
        script,
      }),
      'The new NAS.',
    ),
  },
});

const list = apiRoute('network.read', {
  method: 'get',
  path: '/api/isp/nas',
  tags,
  summary: 'Routers by name, with what is heard of them',
  request: {
    query: z.strictObject({
      ...pageQuery,
      q: z
        .string()
        .min(1)
        .max(100)
        .optional()
        .openapi({ description: 'Part of the name or of the address.' }),
    }),
  },
  responses: { 200: listResponse(nasSchema, 'Routers.') },
});

const read = apiRoute('network.read', {
  method: 'get',
  path: '/api/isp/nas/{id}',
  tags,
  summary: 'One router; never its secret',
  request: { params },
  responses: { 200: json(nasSchema, 'The router.') },
});

const edit = apiRoute('network.write', {
  method: 'patch',
  path: '/api/isp/nas/{id}',
  tags,
  summary: 'Change a router',
  description: 'Takes the `ETag` as `If-Match`.',
  request: { params, ...body(nasChangeInput) },
  responses: { 200: json(nasSchema, 'The router as it is now.') },
});

const remove = apiRoute('network.write', {
  method: 'delete',
  path: '/api/isp/nas/{id}',
  tags,
  summary: 'No longer answer a router; its sessions are kept',
  request: { params },
  responses: {
    200: json(
      z.object({ open_sessions: z.int().openapi({ description: 'Of which nothing more will be heard.' }) }),
      'It is forgotten.',
    ),
  },
});

const showScript = apiRoute('network.read', {
  method: 'get',
  path: '/api/isp/nas/{id}/script',
  tags,
  summary: 'What to type into the router; the secret has to be filled in',
  request: { params },
  responses: { 200: json(z.object({ script }), 'RouterOS lines.') },
});

/** Routers as an operator adds and describes them. */
export function nasRoutes({ deps, installation, clock }: HttpContext): OpenAPIHono<HttpEnv> {
  const scriptFor = async (nas: Pick<NasReport, 'coaPort' | 'interimIntervalS'>, secret?: string) =>
    routerScript({
      radiusAddress: installation.radiusAddress,
      authPort: installation.radiusAuthPort,
      acctPort: installation.radiusAcctPort,
      coaPort: nas.coaPort,
      secret,
      interimIntervalS: nas.interimIntervalS ?? (await readInterimInterval(deps.db)),
    });
  return openApiApp()
    .openapi(create, async (c) => {
      const input = c.req.valid('json');
      const made = await addNas(deps, {
        ...columnsOf(input),
        name: input.name,
        address: input.address,
        secret: input.secret,
        actor: actorOf(c),
      });
      const nas = await readNas(deps.db, made.id);
      tagVersion(c, nas.version);
      c.header('Location', `/api/isp/nas/${nas.id}`);
      const secret = made.isGenerated ? made.nas.secret : undefined;
      const shown = {
        ...(secret === undefined ? {} : { secret }),
        ...(made.warning === undefined ? {} : { warning: made.warning }),
        script: await scriptFor(nas, secret),
      };
      return c.json({ ...nasView(nas), ...shown }, 201);
    })
    .openapi(list, (c) => {
      const query = c.req.valid('query');
      return answerList(c, query, {
        fetch: ({ after, limit }) =>
          readNasPage(deps.db, { q: query.q, after: after && String(after[0]), limit }),
        cursorOf: (row) => [row.name],
        item: nasView,
      });
    })
    .openapi(read, async (c) => {
      const nas = await readNas(deps.db, c.req.valid('param').id);
      tagVersion(c, nas.version);
      return c.json(nasView(nas), 200);
    })
    .openapi(edit, async (c) => {
      const { id } = c.req.valid('param');
      const input = c.req.valid('json');
      const change = changeOf(input, new Date(clock.nowMs()));
      await editNas(deps, { id, actor: actorOf(c), version: expectedVersion(c), change });
      const nas = await readNas(deps.db, id);
      tagVersion(c, nas.version);
      return c.json(nasView(nas), 200);
    })
    .openapi(remove, async (c) => {
      const { id } = c.req.valid('param');
      const removed = await removeNas(deps, { id, actor: actorOf(c), version: expectedVersion(c) });
      return c.json({ open_sessions: removed.openSessions }, 200);
    })
    .openapi(showScript, async (c) =>
      c.json({ script: await scriptFor(await readNas(deps.db, c.req.valid('param').id)) }, 200),
    );
}

/** What a new NAS and a change have in common, as the use cases know it. */
function columnsOf(input: Omit<z.output<typeof nasChangeInput>, 'name' | 'address'>) {
  return {
    nasIdentifier: input.nas_identifier,
    coaPort: input.coa_port,
    requireMessageAuthenticator: input.require_message_authenticator,
    limitProxyState: input.limit_proxy_state,
    swapOctets: input.swap_octets,
    interimIntervalS: input.interim_interval_s,
  };
}

function changeOf(input: z.output<typeof nasChangeInput>, now: Date) {
  const { is_disabled: isDisabled } = input;
  return {
    ...columnsOf(input),
    name: input.name,
    address: input.address,
    coaTimeoutMs: input.coa_timeout_ms,
    coaTries: input.coa_tries,
    disabledAt: isDisabled === undefined ? undefined : isDisabled ? now : null,
  };
}
