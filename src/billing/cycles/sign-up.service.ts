import type { Temporal } from 'temporal-polyfill';
import type { Database, Transaction } from '../../db/database.ts';
import { rehearse } from '../../db/rehearsal.ts';
import { AppError } from '../../kernel/errors.ts';
import type { ServiceId } from '../../kernel/ids.ts';
import { activateIn } from '../../subscribers/services/lifecycle.service.ts';
import {
  type CreatedService,
  createService,
  type NewService,
  type ServiceDeps,
} from '../../subscribers/services/provisioning.service.ts';
import {
  requireLiving,
  type ServiceChange,
  type ServiceOrder,
} from '../../subscribers/services/service-change.service.ts';
import { readBillingContext } from '../billing-context.service.ts';
import type { BillingContext } from '../billing-context.ts';
import type { IssuedInvoice } from '../invoices/issue.service.ts';
import { openAccount } from './account.service.ts';
import { describe, type ForecastInvoice } from './preview.service.ts';
import { planStart, redeemCodes, startBilling } from './start-billing.service.ts';

/** A new service and how its billing begins. */
export interface SignUp extends NewService {
  readonly promotionCodes?: readonly string[] | undefined;
  readonly billingStartsOn?: Temporal.PlainDate | undefined;
}

/** What is done for a new prepaid service in the transaction that creates it (Q1). */
export type PrepaidStart = (tx: Transaction, ctx: BillingContext, created: CreatedService) => Promise<void>;

/**
 * Creates a service with its codes and its first invoice, all or nothing (billing-rules section 20): a postpaid one
 * is activated and billed at the clock time unless it is to stay pending. Throws what `createService` and
 * `startBilling` do.
 */
export function signUp(
  deps: ServiceDeps,
  input: SignUp,
  startPrepaid?: PrepaidStart,
): Promise<CreatedService> {
  return createService(deps, input, async (tx, created) => {
    await begin(tx, deps, input, created, startPrepaid);
  });
}

/** What the first period of a new prepaid service is invoiced, in a rehearsal. */
export type PrepaidQuote = (
  tx: Transaction,
  ctx: BillingContext,
  created: CreatedService,
) => Promise<IssuedInvoice | undefined>;

/**
 * The first invoice of a service that is not created: nothing is kept. Undefined when none would be issued. Names and
 * addresses do not matter to it.
 */
export async function previewSignUp(
  deps: ServiceDeps,
  input: SignUp,
  quotePrepaid?: PrepaidQuote,
): Promise<ForecastInvoice | undefined> {
  return rehearse(deps.db, async (tx) => {
    let first: ForecastInvoice | undefined;
    const anyone = { ...input, username: undefined, mac: undefined, framedIp: undefined };
    await createService({ ...deps, db: within(tx) }, anyone, async (inner, created) => {
      let invoice = await begin(inner, deps, input, created);
      if (created.plan.model === 'prepaid') {
        const ctx = await readBillingContext(inner, deps.clock, input.actor);
        invoice = await quotePrepaid?.(inner, ctx, created);
      }
      first = invoice && (await describe(inner, invoice));
    });
    return first;
  });
}

async function begin(
  tx: Transaction,
  deps: ServiceDeps,
  input: SignUp,
  created: CreatedService,
  startPrepaid?: PrepaidStart,
): Promise<IssuedInvoice | undefined> {
  const { promotionCodes = [], billingStartsOn } = input;
  const ctx = await readBillingContext(tx, deps.clock, input.actor);
  if (created.service.status !== 'active') {
    await redeemCodes(tx, ctx, created.id, promotionCodes);
    if (created.plan.model === 'prepaid') await startPrepaid?.(tx, ctx, created);
    else if (billingStartsOn) await planStart(tx, ctx, { serviceId: created.id, billingStartsOn });
    return undefined;
  }
  return startBilling(tx, ctx, { serviceId: created.id, promotionCodes, billingStartsOn });
}

/**
 * Activates a pending postpaid service and begins to bill it. Throws `service_not_found`, `service_cancelled`,
 * `already_active`, and `payment_required` for a prepaid one (Q1).
 */
export function activateBilled(
  deps: ServiceDeps,
  order: ServiceOrder & { readonly id: ServiceId },
): Promise<ServiceChange> {
  return deps.db.transaction(async (tx) => {
    const ctx = await readBillingContext(tx, deps.clock, order.actor);
    // Before the service: locks are taken in one order.
    const { plan } = await openAccount(tx, ctx, order.id);
    const before = await requireLiving(tx, order);
    if (plan.model === 'prepaid' && before.activatedAt === undefined) {
      const why = `'${before.username}' is prepaid: it starts when its first period is paid.`;
      throw new AppError('payment_required', 'payment_required', why);
    }
    const change = await activateIn(tx, {
      service: before,
      actor: order.actor,
      at: new Date(ctx.now.epochMilliseconds),
    });
    await startBilling(tx, ctx, { serviceId: before.id });
    return change;
  });
}

/** A database whose transactions are part of one that is open; for rehearsals alone. */
function within(tx: Transaction): Database {
  return {
    query: (text, params, options) => tx.query(text, params, options),
    transaction: (work) => work(tx),
    copyIn: () => Promise.reject(new Error('A rehearsal copies nothing.')),
    close: () => Promise.resolve(),
  };
}
