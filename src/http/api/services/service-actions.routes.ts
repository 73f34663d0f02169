import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { resumeBilled } from '../../../billing/cycles/resume.service.ts';
import { activateAny, renewNow } from '../../../billing/prepaid/activation.service.ts';
import type { CustomerId, ServiceId } from '../../../kernel/ids.ts';
import { changeAndAwait } from '../../../network/enforcement/enforcement-wait.service.ts';
import { networkOutcome } from '../../../network/enforcement/network-outcome.ts';
import { setServiceCredentials } from '../../../subscribers/services/credentials.service.ts';
import { requestDisconnect, suspendService } from '../../../subscribers/services/lifecycle.service.ts';
import { moveService } from '../../../subscribers/services/move.service.ts';
import { readService } from '../../../subscribers/services/reading.service.ts';
import type { ServiceChange, ServiceOrder } from '../../../subscribers/services/service-change.service.ts';
import { HOLD_CAUSES } from '../../../subscribers/services/suspension.ts';
import { setServiceSpeed } from '../../../subscribers/speeds/speed.service.ts';
import { actorOf } from '../../access.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, body, json, openApiApp } from '../../openapi.ts';
import { idInput, idParams, instantInput } from '../../schemas/values.ts';
import { expectedVersion, tagVersion } from '../../versions.ts';
import { networkSchema, networkView } from './network-schemas.ts';
import { credentialInput, noteInput, rateInput, serviceSchema, serviceView } from './service-schemas.ts';

/** As long as a router with the usual patience takes to be called unreachable; nobody waits for a silent server. */
const PATIENCE_MS = 2_500;

const changed = serviceSchema.extend({ network: networkSchema });
const mayBeEmpty = <Schema extends z.ZodType>(schema: Schema) =>
  ({ body: { required: false, content: { 'application/json': { schema } } } }) as const;

function action<const Path extends string, Request extends object>(
  method: 'post' | 'put',
  path: Path,
  summary: string,
  request: Request,
) {
  return apiRoute('services.write', {
    method,
    path,
    tags: ['Services'],
    summary,
    request: { params: idParams<ServiceId>(), ...request },
    responses: { 200: json(changed, 'The service as it is now, and what happened on the network.') },
  });
}

const why = z.strictObject({
  reason: noteInput.optional().openapi({
    description: `One of ${HOLD_CAUSES.join(', ')}, which is the hold that is placed; any other text is kept as a note of an administrator's hold.`,
  }),
  note: noteInput.optional(),
});

const suspend = action(
  'post',
  '/api/isp/mikrotik/services/{id}/suspend',
  'Suspend a service: its sessions end, logins are refused or walled',
  mayBeEmpty(why),
);
const reactivate = action(
  'post',
  '/api/isp/mikrotik/services/{id}/reactivate',
  "Lift an administrator's suspension; an unpaid invoice keeps its own",
  mayBeEmpty(z.strictObject({ note: noteInput.optional() })),
);
const speed = action(
  'put',
  '/api/isp/mikrotik/services/{id}/speed',
  "Give a service a speed of its own, or with a rate_limit of null the package's again; live sessions change at once",
  body(
    z
      .strictObject({
        rate_limit: rateInput.nullable().optional(),
        download_kbps: z.int().min(1).max(1_000_000_000).optional(),
        upload_kbps: z.int().min(1).max(1_000_000_000).optional(),
        until: instantInput.optional().openapi({ description: 'Makes it temporary.' }),
      })
      .refine(
        ({ rate_limit: rate, download_kbps: down, upload_kbps: up }) =>
          rate === undefined
            ? down !== undefined && up !== undefined
            : down === undefined && up === undefined,
        { error: 'give rate_limit, or download_kbps and upload_kbps', path: ['rate_limit'] },
      ),
  ),
);
const activate = action(
  'post',
  '/api/isp/services/{id}/activate',
  'Start a pending service; a prepaid one buys its first period',
  {},
);
const renew = action(
  'post',
  '/api/isp/services/{id}/renew',
  'Buy the next period of a prepaid service out of the wallet',
  {},
);
const move = action(
  'post',
  '/api/isp/services/{id}/move',
  'Give a service to another customer, who pays for it from now on',
  body(z.strictObject({ customer_id: idInput<CustomerId>() })),
);
const disconnect = action(
  'post',
  '/api/isp/services/{id}/disconnect',
  'End the live sessions of a service; it may log in again',
  {},
);
const credentials = apiRoute('services.write', {
  method: 'put',
  path: '/api/isp/services/{id}/credentials',
  tags: ['Services'],
  summary: 'Change what a service logs in with; live sessions go on',
  request: {
    params: idParams<ServiceId>(),
    ...body(
      z.strictObject({
        username: credentialInput.optional(),
        password: credentialInput.optional(),
        generate_password: z.boolean().optional(),
        mac_address: z.string().max(64).nullable().optional(),
      }),
    ),
  },
  responses: {
    200: json(
      serviceSchema.extend({ password: z.string().optional() }),
      'The service; its password only if it was made here.',
    ),
  },
});

/** What is done to a service, and what the network makes of it. */
export function serviceActionRoutes({ deps }: HttpContext): OpenAPIHono<HttpEnv> {
  const { db } = deps;
  const done = async (
    c: Context<HttpEnv>,
    id: ServiceId,
    change: (order: ServiceOrder & { readonly id: ServiceId }) => Promise<Pick<ServiceChange, 'before'>>,
  ) => {
    const order = { id, actor: actorOf(c), version: expectedVersion(c) };
    const { effect } = await changeAndAwait(db, () => change(order), PATIENCE_MS);
    const service = await readService(db, { id });
    tagVersion(c, service.version);
    return c.json({ ...serviceView(service), network: networkView(networkOutcome(effect)) }, 200);
  };
  return openApiApp()
    .openapi(suspend, (c) =>
      done(c, c.req.valid('param').id, (order) =>
        suspendService(deps, { ...order, ...holdOf(bodyOr(c.req.valid('json'), {})) }),
      ),
    )
    .openapi(reactivate, (c) =>
      done(c, c.req.valid('param').id, (order) =>
        resumeBilled(deps, { ...order, ...bodyOr(c.req.valid('json'), {}) }),
      ),
    )
    .openapi(speed, (c) => {
      const { rate_limit: rate, download_kbps: down, upload_kbps: up, until } = c.req.valid('json');
      const rateLimit = rate === undefined ? `${up}k/${down}k` : rate;
      return done(c, c.req.valid('param').id, (order) =>
        setServiceSpeed(deps, { ...order, rateLimit, until }),
      );
    })
    .openapi(activate, (c) => done(c, c.req.valid('param').id, (order) => activateAny(deps, order)))
    .openapi(renew, (c) => done(c, c.req.valid('param').id, (order) => renewNow(deps, order)))
    .openapi(move, (c) => {
      const { customer_id: customerId } = c.req.valid('json');
      return done(c, c.req.valid('param').id, (order) => moveService(deps, { ...order, customerId }));
    })
    .openapi(disconnect, (c) => done(c, c.req.valid('param').id, (order) => requestDisconnect(deps, order)))
    .openapi(credentials, async (c) => {
      const { id } = c.req.valid('param');
      const { username, password, generate_password, mac_address: macAddress } = c.req.valid('json');
      const { generatedPassword } = await setServiceCredentials(deps, {
        id,
        actor: actorOf(c),
        version: expectedVersion(c),
        change: { username, password, macAddress, isPasswordGenerated: generate_password },
      });
      const service = await readService(db, { id });
      tagVersion(c, service.version);
      const made = generatedPassword === undefined ? {} : { password: generatedPassword };
      return c.json({ ...serviceView(service), ...made }, 200);
    });
}

/** A reason that is no cause of a hold is what the administrator says about his own. */
function holdOf({ reason, note }: z.output<typeof why>) {
  const cause = HOLD_CAUSES.find((one) => one === reason);
  if (cause !== undefined) return { cause, note };
  return { note: [reason, note].filter((part) => part !== undefined).join(': ') || undefined };
}

/** A body that was left out altogether. */
function bodyOr<Body extends object>(given: Body | undefined, otherwise: Body): Body {
  return given ?? otherwise;
}
