import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { NasId } from '../../../kernel/ids.ts';
import { readSeenRouter, readSetupScript } from '../../../network/setup/setup.service.ts';
import { makeTunnel, removeTunnel } from '../../../network/setup/tunnel.service.ts';
import { actorOf } from '../../access.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, json, openApiApp } from '../../openapi.ts';
import { idParams, instant } from '../../schemas/values.ts';

const tags = ['Routers'];
const params = idParams<NasId>();

const script = apiRoute('network.read', {
  method: 'get',
  path: '/api/isp/routers/{id}/setup.rsc',
  tags,
  summary: 'The whole set-up of a router as a file to import; secrets have to be filled in',
  request: { params },
  responses: {
    200: {
      description: 'RouterOS commands, safe to repeat.',
      content: { 'text/plain': { schema: z.string() } },
    },
  },
});

const seenAt = instant.nullable();
const seen = apiRoute('network.read', {
  method: 'get',
  path: '/api/isp/routers/{id}/seen',
  tags,
  summary: 'What has been seen of a router, to watch while it is set up',
  request: { params },
  responses: {
    200: json(
      z
        .object({
          login_at: seenAt,
          accounting_at: seenAt,
          api_at: seenAt,
          coa_at: seenAt.openapi({ description: 'It answered a CoA or a Disconnect, be it with a refusal.' }),
          tunnel_handshake_at: seenAt,
        })
        .openapi('SeenRouter'),
      'The last time each was seen; null: not yet.',
    ),
  },
});

const tunnelPath = '/api/isp/routers/{id}/tunnel';
const tunnel = apiRoute('network.write', {
  method: 'post',
  path: tunnelPath,
  tags,
  summary: 'Make a WireGuard tunnel for a router behind NAT',
  description:
    'The script holds the private key of the router, which is shown now and kept nowhere. Set `tunnel_endpoint` first. The other end: `npm run -s cli -- tunnel server-config`. Then change the address of the router to `address`.',
  request: { params },
  responses: {
    201: json(
      z.object({
        address: z
          .string()
          .openapi({ description: 'Of the router within the tunnel.', example: '10.254.0.2' }),
        server_address: z.string().openapi({ example: '10.254.0.1' }),
        server_public_key: z.string(),
        script: z.string().openapi({ description: 'The whole set-up, tunnel included.' }),
      }),
      'The tunnel.',
    ),
  },
});

const noTunnel = apiRoute('network.write', {
  method: 'delete',
  path: tunnelPath,
  tags,
  summary: 'Forget the tunnel of a router',
  request: { params },
  responses: { 204: { description: 'It is forgotten; renew the configuration of the other end.' } },
});

/** Setting a router up: its script, its tunnel, and what is seen of it meanwhile. */
export function routerSetupRoutes({ deps, installation: server }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp()
    .openapi(script, async (c) => {
      const made = await readSetupScript(deps, { nasId: c.req.valid('param').id, server });
      return c.text(made.script, 200, {
        'Content-Type': 'text/plain; charset=utf-8',
        'Content-Disposition': `attachment; filename="${fileName(made.name)}-setup.rsc"`,
      });
    })
    .openapi(seen, async (c) => {
      const found = await readSeenRouter(deps, c.req.valid('param').id);
      return c.json(
        {
          login_at: at(found.loginAt),
          accounting_at: at(found.accountingAt),
          api_at: at(found.apiAt),
          coa_at: at(found.coaAt),
          tunnel_handshake_at: at(found.tunnelHandshakeAt),
        },
        200,
      );
    })
    .openapi(tunnel, async (c) => {
      const { id } = c.req.valid('param');
      const made = await makeTunnel(deps, { nasId: id, actor: actorOf(c) });
      const whole = await readSetupScript(deps, { nasId: id, server, tunnel: made });
      c.header('Cache-Control', 'no-store');
      return c.json(
        {
          address: made.address,
          server_address: made.serverAddress,
          server_public_key: made.serverPublicKey,
          script: whole.script,
        },
        201,
      );
    })
    .openapi(noTunnel, async (c) => {
      await removeTunnel(deps, { nasId: c.req.valid('param').id, actor: actorOf(c) });
      return c.body(null, 204);
    });
}

function at(instantSeen: Date | undefined): string | null {
  return instantSeen?.toISOString() ?? null;
}

/** A router's name as part of a file's: what a header or a file system would trip over is left out. */
function fileName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9._-]+/g, '-').slice(0, 60) || 'router';
}
