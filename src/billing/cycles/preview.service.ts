import { Temporal } from 'temporal-polyfill';
import type { Database, Transaction } from '../../db/database.ts';
import { rehearse } from '../../db/rehearsal.ts';
import { startOfDay } from '../../kernel/calendar.ts';
import type { CustomerId, ServiceId } from '../../kernel/ids.ts';
import { type BillingContext, billingContext } from '../billing-context.ts';
import { findInvoice, linesOfInvoice } from '../invoices/invoice.store.ts';
import type { IssuedLine } from '../invoices/invoice.ts';
import { type IssuedInvoice, requireAccount } from '../invoices/issue.service.ts';
import { openAccount } from './account.service.ts';
import { type CancelOrder, type CancelOutcome, cancelService } from './cancellation.service.ts';
import { type ChangeOrder, type ChangeOutcome, changePackage } from './change.service.ts';
import { servicesWithNextBoundary } from './due-services.store.ts';
import { billDueBoundaries } from './invoice-run.service.ts';

/** What a change of package would bring, with its documents; nothing is kept. */
export function previewChange(db: Database, ctx: BillingContext, order: ChangeOrder): Promise<ChangeOutcome> {
  return rehearse(db, (tx) => changePackage(tx, ctx, order));
}

/** What a cancellation would bring; nothing is kept. */
export function previewCancellation(
  db: Database,
  ctx: BillingContext,
  order: CancelOrder,
): Promise<CancelOutcome> {
  return rehearse(db, (tx) => cancelService(tx, ctx, order));
}

/** The invoice a service would get at its next boundary, by what is known now. */
export interface Forecast {
  readonly on: Temporal.PlainDate | undefined;
  readonly invoices: readonly ForecastInvoice[];
}

/** An invoice that is not issued. */
export interface ForecastInvoice {
  readonly issueOn: Temporal.PlainDate;
  readonly dueOn: Temporal.PlainDate;
  readonly subtotalMinor: bigint;
  readonly discountMinor: bigint;
  readonly taxMinor: bigint;
  readonly totalMinor: bigint;
  readonly lines: readonly IssuedLine[];
}

/** Bills a service as if its next boundary were now, and keeps nothing. Throws `service_not_found`. */
export function forecastInvoice(db: Database, ctx: BillingContext, id: ServiceId): Promise<Forecast> {
  return rehearse(db, async (tx) => {
    const { service } = await openAccount(tx, ctx, id);
    const on = service.nextBillingOn;
    if (on === undefined) return { on, invoices: [] };
    const boundaryAt = startOfDay(on, ctx.settings.isp_timezone);
    const now = Temporal.Instant.compare(boundaryAt, ctx.now) > 0 ? boundaryAt : ctx.now;
    const then = billingContext({ settings: ctx.settings, now, actor: ctx.actor });
    const billed = await billDueBoundaries(tx, then, id);
    const invoices = billed.flatMap(({ invoice }) => (invoice === undefined ? [] : [invoice]));
    return { on, invoices: await Promise.all(invoices.map((invoice) => describe(tx, invoice))) };
  });
}

/** What each service of a customer would be invoiced next. Throws `customer_not_found`. */
export async function forecastCustomer(
  db: Database,
  ctx: BillingContext,
  customerId: CustomerId,
): Promise<{ readonly serviceId: ServiceId; readonly forecast: Forecast }[]> {
  await db.transaction((tx) => requireAccount(tx, customerId));
  const forecasts: { serviceId: ServiceId; forecast: Forecast }[] = [];
  for (const serviceId of await servicesWithNextBoundary(db, customerId)) {
    forecasts.push({ serviceId, forecast: await forecastInvoice(db, ctx, serviceId) });
  }
  return forecasts;
}

/** An issued invoice of a rehearsal as it would be printed. */
export async function describe(tx: Transaction, issued: IssuedInvoice): Promise<ForecastInvoice> {
  const invoice = await findInvoice(tx, issued.id);
  const lines = await linesOfInvoice(tx, issued.id);
  if (invoice === undefined) throw new Error('An issued invoice vanished in its own transaction.');
  const { issueOn, dueOn, subtotalMinor, discountMinor, taxMinor, totalMinor } = invoice;
  return { issueOn, dueOn, subtotalMinor, discountMinor, taxMinor, totalMinor, lines };
}
