import { z } from '@hono/zod-openapi';
import { Temporal } from 'temporal-polyfill';
import type { SignUp } from '../../../billing/cycles/sign-up.service.ts';
import type { CustomerId, NasId, PlanId } from '../../../kernel/ids.ts';
import type { Actor } from '../../../platform/identity/actor.ts';
import { customAttributeObjection } from '../../../radius/policy/custom-attribute.ts';
import { SERVICE_STATUSES } from '../../../subscribers/service-status.ts';
import type { ServiceListing } from '../../../subscribers/services/reading.service.ts';
import type { ServiceTerms } from '../../../subscribers/services/service-terms.ts';
import { boundary, id, idInput, instant, localDate, number, numberOrNull } from '../../schemas/values.ts';

const attribute = z.object({ name: z.string(), value: z.string() });

/** A service in an answer; the password is never in it. */
export const serviceSchema = z
  .object({
    id,
    customer_id: id,
    customer_name: z.string(),
    package_id: id,
    package: z.string().openapi({ description: 'The code of the package.' }),
    next_package_id: id.nullable(),
    username: z.string(),
    description: z.string().nullable(),
    status: z.enum(SERVICE_STATUSES),
    reason: z.string().nullable().openapi({ description: 'Why it is suspended: the first of its holds.' }),
    rate_limit: z.string().nullable().openapi({ description: 'Of its own or of the package, upload first.' }),
    rate_limit_is_own: z.boolean(),
    rate_limit_until: instant.nullable(),
    mac_address: z.string().nullable(),
    mac_bind: z.boolean(),
    allowed_nas_ids: z.array(id).nullable(),
    session_limit: z.int().nullable(),
    ip: z.string().nullable(),
    pool: z.string().nullable(),
    framed_ipv6_prefix: z.string().nullable(),
    delegated_ipv6_prefix: z.string().nullable(),
    framed_routes: z.array(z.string()).nullable(),
    radius_attributes: z.array(attribute),
    anchor_day: z.int().nullable(),
    auto_renew: z.boolean(),
    cancel_at_end: z.boolean(),
    next_billing_date: localDate.nullable(),
    period_start: boundary.nullable(),
    period_end: boundary.nullable(),
    expires_at: instant.nullable(),
    created_at: instant,
    activated_at: instant.nullable(),
    cancelled_at: instant.nullable(),
    version: z.int(),
  })
  .openapi('Service');

/** The service as JSON. */
export function serviceView(service: ServiceListing): z.output<typeof serviceSchema> {
  return {
    id: number(service.id),
    customer_id: number(service.customerId),
    customer_name: service.customerName,
    package_id: number(service.planId),
    package: service.planCode,
    next_package_id: numberOrNull(service.nextPlanId),
    username: service.username,
    description: service.description ?? null,
    status: service.status,
    reason: service.reason ?? null,
    rate_limit: service.rateLimit ?? service.planRateLimit ?? null,
    rate_limit_is_own: service.rateLimit !== undefined,
    rate_limit_until: text(service.rateLimitUntil),
    mac_address: service.macAddress ?? null,
    mac_bind: service.macBind,
    allowed_nas_ids: service.allowedNasIds?.map(number) ?? null,
    session_limit: service.sessionLimit ?? null,
    ip: service.framedIp ?? null,
    pool: service.framedPool ?? null,
    framed_ipv6_prefix: service.framedIpv6Prefix ?? null,
    delegated_ipv6_prefix: service.delegatedIpv6Prefix ?? null,
    framed_routes: service.framedRoutes === undefined ? null : [...service.framedRoutes],
    radius_attributes: service.radiusAttributes.map(({ name, value }) => ({ name, value })),
    anchor_day: service.anchorDay ?? null,
    auto_renew: service.autoRenew,
    cancel_at_end: service.cancelAtEnd,
    next_billing_date: service.nextBillingDate ?? null,
    period_start: service.periodStartOn ?? text(service.periodStart),
    period_end: service.periodEndOn ?? text(service.periodEnd),
    expires_at: text(service.expiresAt),
    created_at: service.createdAt.toISOString(),
    activated_at: text(service.activatedAt),
    cancelled_at: text(service.cancelledAt),
    version: service.version,
  };
}

const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is kept out
    .regex(/^[^\u0000-\u001f\u007f]*$/, { error: 'must be one line without control characters' });

/** A rate in MikroTik grammar, upload first; its grammar is checked by the use case. */
export const rateInput = line(200).openapi({ example: '5M/20M' });

/** Names and passwords a router sends; what they must be is checked by the use case. */
export const credentialInput = z.string().max(512);

/** A note for the log. */
export const noteInput = line(500);

/** What may be said of a service on creation and changed later; null takes it away. */
export const termsInput = {
  description: line(200).nullable().optional(),
  mac_bind: z.boolean().optional(),
  allowed_nas_ids: z.array(idInput<NasId>()).max(100).nullable().optional(),
  session_limit: z.int().min(0).max(1_000).nullable().optional(),
  ip: line(64).nullable().optional(),
  pool: line(63).nullable().optional(),
  framed_ipv6_prefix: line(64).nullable().optional(),
  delegated_ipv6_prefix: line(64).nullable().optional(),
  framed_routes: z.array(line(100)).max(16).nullable().optional(),
  radius_attributes: z
    .array(
      z.strictObject({ name: line(100), value: line(253) }).superRefine((one, context) => {
        const objection = customAttributeObjection(one);
        if (objection !== undefined) context.addIssue({ code: 'custom', message: objection });
      }),
    )
    .max(32)
    .optional(),
  auto_renew: z.boolean().optional(),
} as const;

const termsObject = z.strictObject(termsInput);

/** The JSON names as the use cases know them. */
export function termsOf(body: z.output<typeof termsObject>): ServiceTerms {
  return {
    description: body.description,
    macBind: body.mac_bind,
    allowedNasIds: body.allowed_nas_ids,
    sessionLimit: body.session_limit,
    framedIp: body.ip,
    framedPool: body.pool,
    framedIpv6Prefix: body.framed_ipv6_prefix,
    delegatedIpv6Prefix: body.delegated_ipv6_prefix,
    framedRoutes: body.framed_routes,
    radiusAttributes: body.radius_attributes,
    autoRenew: body.auto_renew,
  };
}

/** The body of a new service (billing-rules section 20). */
export const newServiceInput = z
  .strictObject({
    ...termsInput,
    customer_id: idInput<CustomerId>(),
    package_id: idInput<PlanId>(),
    username: credentialInput.optional().openapi({ description: 'Made when absent.' }),
    password: credentialInput
      .optional()
      .openapi({ description: 'Made when absent, and answered this once.' }),
    mac_address: line(64)
      .optional()
      .openapi({ description: 'In any notation.', example: 'aa-bb-cc-00-11-22' }),
    rate_limit: rateInput.optional(),
    anchor_day: z.int().min(1).max(31).optional(),
    billing_starts_on: localDate.optional().openapi({
      description: 'The first billed day; today, or the end of the trial, when absent.',
    }),
    promotion_codes: z.array(line(63)).max(20).optional(),
    activate: z.boolean().optional(),
  })
  .openapi('NewService');

/** The body of a new service as the use case knows it. */
export function signUpOf(input: z.output<typeof newServiceInput>, actor: Actor): SignUp {
  const { billing_starts_on: startsOn } = input;
  return {
    ...termsOf(input),
    customerId: input.customer_id,
    planId: input.package_id,
    username: input.username,
    password: input.password,
    mac: input.mac_address,
    rateLimit: input.rate_limit,
    anchorDay: input.anchor_day,
    isActivated: input.activate,
    promotionCodes: input.promotion_codes,
    billingStartsOn: startsOn === undefined ? undefined : Temporal.PlainDate.from(startsOn),
    actor,
  };
}

function text(at: Date | undefined): string | null {
  return at?.toISOString() ?? null;
}
