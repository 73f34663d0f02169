import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { readBillingContext } from '../../../billing/billing-context.service.ts';
import type { CancelOrder, CancelOutcome } from '../../../billing/cycles/cancellation.service.ts';
import type { ChangeOrder, ChangeOutcome } from '../../../billing/cycles/change.service.ts';
import { cancelAny, previewAnyCancellation } from '../../../billing/prepaid/cancellation.service.ts';
import { changeAnyPackage, previewAnyChange } from '../../../billing/prepaid/change.service.ts';
import { inBilling } from '../../../billing/use-case.service.ts';
import type { PlanId, ServiceId } from '../../../kernel/ids.ts';
import { readService } from '../../../subscribers/services/reading.service.ts';
import { actorOf } from '../../access.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, body, json, openApiApp } from '../../openapi.ts';
import { documentJson, documentSchema } from '../../schemas/invoice-preview.ts';
import { idInput, idParams, localDate, money, number } from '../../schemas/values.ts';
import { expectedVersion, tagVersion } from '../../versions.ts';
import { serviceSchema, serviceView } from '../services/service-schemas.ts';

const params = idParams<ServiceId>();
const changeInput = z.strictObject({
  package_id: idInput<PlanId>(),
  effective: z.enum(['immediate', 'next_cycle']).optional().openapi({
    description: 'Absent: an upgrade at once, a downgrade with the next cycle.',
  }),
});
const cancelInput = z.strictObject({
  when: z.enum(['now', 'period_end']),
  prorate: z.boolean().optional().openapi({ description: 'False keeps what was paid for the rest.' }),
});
const changeSchema = z.object({
  effective: z.enum(['immediate', 'next_cycle']),
  effective_on: localDate.nullable(),
  credit: money,
  charge: money,
  invoice: documentSchema.nullable(),
  credit_note: documentSchema.nullable(),
});
const endSchema = z.object({
  ends_on: localDate,
  invoice: documentSchema.nullable(),
  credit_note: documentSchema.nullable(),
});

const post = <const Path extends string, Input extends z.ZodType, Output extends z.ZodType>(
  path: Path,
  summary: string,
  input: Input,
  output: Output,
) =>
  apiRoute('services.write', {
    method: 'post',
    path,
    tags: ['Service billing'],
    summary,
    request: { params, ...body(input) },
    responses: { 200: json(output, 'What came of it.') },
  });

const change = post(
  '/api/isp/services/{id}/change-package',
  'Give a service another package, with what that costs or gives back',
  changeInput,
  serviceSchema.extend({ change: changeSchema }),
);
const changePreview = post(
  '/api/isp/services/{id}/change-package/preview',
  'What a change of package would cost or give back; nothing is kept',
  changeInput,
  changeSchema,
);
const cancel = post(
  '/api/isp/services/{id}/cancel',
  'End a service now or with its period, which is final',
  cancelInput,
  serviceSchema.extend({ cancellation: endSchema }),
);
const cancelPreview = post(
  '/api/isp/services/{id}/cancel/preview',
  'What a cancellation would give back and bill; nothing is kept',
  cancelInput,
  endSchema,
);
/** What is done to the billing of one service. */
export function serviceBillingRoutes({ deps }: HttpContext): OpenAPIHono<HttpEnv> {
  const { db, clock } = deps;
  const context = (c: Context<HttpEnv>) => readBillingContext(db, clock, actorOf(c));
  const serviceNow = async (c: Context<HttpEnv>, serviceId: ServiceId) => {
    const service = await readService(db, { id: serviceId });
    tagVersion(c, service.version);
    return serviceView(service);
  };
  return openApiApp()
    .openapi(change, async (c) => {
      const { id: serviceId } = c.req.valid('param');
      const order = { ...changeOf(serviceId, c.req.valid('json')), version: expectedVersion(c) };
      const outcome = await inBilling(deps, actorOf(c), (tx, ctx) => changeAnyPackage(tx, ctx, order));
      return c.json({ ...(await serviceNow(c, serviceId)), change: changeJson(outcome) }, 200);
    })
    .openapi(changePreview, async (c) => {
      const order = changeOf(c.req.valid('param').id, c.req.valid('json'));
      return c.json(changeJson(await previewAnyChange(db, await context(c), order)), 200);
    })
    .openapi(cancel, async (c) => {
      const { id: serviceId } = c.req.valid('param');
      const order = cancelOf(serviceId, c.req.valid('json'));
      const outcome = await inBilling(deps, actorOf(c), (tx, ctx) => cancelAny(tx, ctx, order));
      return c.json({ ...(await serviceNow(c, serviceId)), cancellation: endJson(outcome) }, 200);
    })
    .openapi(cancelPreview, async (c) => {
      const order = cancelOf(c.req.valid('param').id, c.req.valid('json'));
      return c.json(endJson(await previewAnyCancellation(db, await context(c), order)), 200);
    });
}

function changeOf(serviceId: ServiceId, input: z.output<typeof changeInput>): ChangeOrder {
  return { serviceId, planId: input.package_id, effective: input.effective };
}

function cancelOf(serviceId: ServiceId, input: z.output<typeof cancelInput>): CancelOrder {
  return { serviceId, when: input.when, isProrated: input.prorate };
}

function changeJson(outcome: ChangeOutcome): z.input<typeof changeSchema> {
  return {
    effective: outcome.effective,
    effective_on: outcome.effectiveOn?.toString() ?? null,
    credit: number(outcome.creditMinor),
    charge: number(outcome.chargeMinor),
    invoice: documentJson(outcome.invoice),
    credit_note: documentJson(outcome.creditNote),
  };
}

function endJson(outcome: CancelOutcome): z.input<typeof endSchema> {
  return {
    ends_on: outcome.endsOn.toString(),
    invoice: documentJson(outcome.invoice),
    credit_note: documentJson(outcome.creditNote),
  };
}
