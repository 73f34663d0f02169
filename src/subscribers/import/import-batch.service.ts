import type { Temporal } from 'temporal-polyfill';
import { violatedConstraint } from '../../db/constraint-errors.ts';
import type { Transaction } from '../../db/database.ts';
import { startOfDay } from '../../kernel/calendar.ts';
import type { CustomerId, ServiceId } from '../../kernel/ids.ts';
import { recordEvent } from '../../platform/events/outbox.store.ts';
import { type Actor, actorLabel } from '../../platform/identity/actor.ts';
import { recordAudit } from '../../platform/identity/audit.store.ts';
import { readSettings } from '../../platform/settings/setting.store.ts';
import type { Plan } from '../catalog/plan.ts';
import { localDate, nextAnchor } from '../period.ts';
import type { ServiceDeps } from '../services/provisioning.service.ts';
import { segmentTerms, termsAllowance } from '../services/segment.ts';
import { statusOf } from '../services/service.ts';
import { differencesOf } from './existing-service.ts';
import {
  allocateIds,
  type BulkBilling,
  type BulkCustomer,
  type BulkService,
  customersByName,
  existingServices,
  insertCustomers,
  insertServices,
  lockCustomerNames,
  takenAddresses,
} from './import.store.ts';
import type { ImportRecorder } from './import-recorder.service.ts';
import type { RowError } from './import-report.ts';
import type { ImportRow } from './import-row.ts';
import type { RowRecord } from './row-record.ts';

/** A row of the file and the plan it gets. */
export interface PlannedRow {
  readonly row: ImportRow;
  readonly plan: Plan;
}

/** What became of a batch; rows that are neither created nor skipped have an error each. */
export interface BatchOutcome {
  created: number;
  skipped: number;
  readonly errors: RowError[];
}

/** How a batch is written. */
export interface BatchOrder {
  readonly actor: Actor;
  /** Everything is checked, nothing is written but the record of it. */
  readonly isDryRun: boolean;
  readonly recorder: ImportRecorder;
  /** Who of the rows before has which fixed address. */
  readonly holders: Map<string, string>;
}

/** Other writers may take a name between the check and the insert. */
const triesMax = 3;
const deadlineMs = 60_000;

/** Writes a batch in one transaction: all of its good rows or, when it throws, none. */
export async function writeBatch(
  deps: ServiceDeps,
  rows: readonly PlannedRow[],
  order: BatchOrder,
): Promise<BatchOutcome> {
  for (let attempt = 1; ; attempt += 1) {
    const holders = new Map(order.holders);
    try {
      const outcome = await deps.db.transaction((tx) => write(tx, deps, rows, { ...order, holders }), {
        deadlineMs,
      });
      for (const [address, username] of holders) order.holders.set(address, username);
      return outcome;
    } catch (error) {
      if (attempt === triesMax || violatedConstraint(error) === undefined) throw error;
    }
  }
}

async function write(
  tx: Transaction,
  deps: ServiceDeps,
  rows: readonly PlannedRow[],
  order: BatchOrder,
): Promise<BatchOutcome> {
  const outcome: BatchOutcome = { created: 0, skipped: 0, errors: [] };
  const { fresh, records } = await comparedWithExisting(tx, rows);
  outcome.skipped = rows.length - fresh.length;
  const entitled = await withFreeAddress(tx, fresh, order.holders, outcome.errors);
  const owned = await withCustomer(tx, entitled, { order, errors: outcome.errors });
  const reasons = new Map(outcome.errors.map(({ line, reason }) => [line, reason]));
  for (const { row, plan } of fresh) records.push(recordOf(row, plan, reasons.get(row.line)));
  await order.recorder.rows(tx, records);
  outcome.created = owned.length;
  if (!order.isDryRun && owned.length > 0) await insert(tx, deps, owned, order);
  return outcome;
}

async function insert(
  tx: Transaction,
  deps: ServiceDeps,
  owned: readonly OwnedRow[],
  { actor, recorder }: BatchOrder,
): Promise<void> {
  const ids = await allocateIds(tx, 'isp_services', owned.length);
  const { isp_timezone: timeZone } = await readSettings(tx);
  const today = localDate(deps.clock.now(), timeZone);
  const services = owned.map((one, index) =>
    toService(deps, one, String(ids[index]) as ServiceId, firstBilling(one.plan, today, timeZone)),
  );
  await insertServices(tx, services, { at: new Date(deps.clock.nowMs()), actor: actorLabel(actor) });
  await recorder.made(tx, 'service', ids);
  await recordAudit(tx, {
    actor,
    action: 'service.imported',
    entity: 'service',
    entityId: String(ids[0]),
    after: { count: ids.length, ids },
  });
  await recordEvent(tx, {
    topic: 'service.imported',
    payload: { service_ids: services.map(({ id }) => id) },
  });
}

/** Parts the rows whose user name is taken from the others; a service that exists is never changed. */
async function comparedWithExisting(
  tx: Transaction,
  rows: readonly PlannedRow[],
): Promise<{ readonly fresh: readonly PlannedRow[]; readonly records: RowRecord[] }> {
  const existing = await existingServices(
    tx,
    rows.map(({ row }) => row.username),
  );
  const records: RowRecord[] = [];
  const fresh = rows.filter(({ row, plan }) => {
    const service = existing.get(row.username);
    if (service === undefined) return true;
    const detail = differencesOf(service, row, plan).join('; ');
    const action = detail === '' ? 'exists' : 'differs';
    records.push({
      line: row.line,
      kind: 'service',
      name: row.username,
      action,
      detail: detail || undefined,
    });
    return false;
  });
  return { fresh, records };
}

function recordOf(row: ImportRow, plan: Plan, problem: string | undefined): RowRecord {
  const notes = [...row.notes];
  if (row.expiresAt !== undefined && plan.model === 'postpaid') {
    notes.push(`The expiry is not taken over: the package ${plan.code} is postpaid.`);
  }
  return {
    line: row.line,
    kind: 'service',
    name: row.username,
    action: problem === undefined ? 'create' : 'left',
    detail: problem ?? (notes.join(' ') || undefined),
  };
}

/** Leaves out rows whose fixed address another service or an earlier row has. */
async function withFreeAddress(
  tx: Transaction,
  rows: readonly PlannedRow[],
  holders: Map<string, string>,
  errors: RowError[],
): Promise<PlannedRow[]> {
  const wanted = rows.flatMap(({ row }) => row.framedIp ?? []);
  for (const [address, username] of await takenAddresses(tx, wanted)) holders.set(address, username);
  return rows.filter(({ row }) => {
    if (row.framedIp === undefined) return true;
    const holder = holders.get(row.framedIp);
    if (holder === undefined) {
      holders.set(row.framedIp, row.username);
      return true;
    }
    errors.push({ line: row.line, reason: `The address ${row.framedIp} belongs to '${holder}'.` });
    return false;
  });
}

type OwnedRow = PlannedRow & { readonly customerId: CustomerId };

/** Finds or adds the customers: one per name, and one per row where none is named. */
async function withCustomer(
  tx: Transaction,
  rows: readonly PlannedRow[],
  { order, errors }: { readonly order: BatchOrder; readonly errors: RowError[] },
): Promise<OwnedRow[]> {
  const names = [...new Set(rows.flatMap(({ row }) => row.customerName ?? []))];
  await lockCustomerNames(tx, names);
  const known = await customersByName(tx, names);
  const missing = names.filter((name) => !known.has(name)).length;
  const wanted = missing + rows.filter((one) => !one.row.customerName).length;
  const spare = order.isDryRun ? [] : await allocateIds(tx, 'customers', wanted);
  const added: BulkCustomer[] = [];
  const add = (name: string, { row, plan }: PlannedRow): CustomerId => {
    const id = String(spare[added.length] ?? 0) as CustomerId;
    added.push({ id, name, currency: plan.currency, phone: row.phone ?? null, email: row.email ?? null });
    return id;
  };
  const owned: OwnedRow[] = [];
  for (const one of rows) {
    const { customerName, username, line } = one.row;
    const currency = one.plan.currency;
    if (customerName === undefined) {
      owned.push({ ...one, customerId: add(username, one) });
      continue;
    }
    let customer = known.get(customerName);
    if (customer === undefined) {
      customer = { id: add(customerName, one), currency, isAmbiguous: false };
      known.set(customerName, customer);
    }
    if (customer.isAmbiguous) errors.push({ line, reason: `Several customers are named '${customerName}'.` });
    else if (customer.currency !== currency) {
      errors.push({
        line,
        reason: `'${customerName}' pays in ${customer.currency}, the package costs ${currency}.`,
      });
    } else owned.push({ ...one, customerId: customer.id });
  }
  if (order.isDryRun) return owned;
  await insertCustomers(tx, added);
  await order.recorder.made(
    tx,
    'customer',
    added.map(({ id }) => id),
  );
  return owned;
}

/** What the row says and the plan does not becomes the service's own. */
function toService(
  deps: ServiceDeps,
  one: OwnedRow,
  id: ServiceId,
  billing: BulkBilling | null,
): BulkService {
  const { row, plan, customerId } = one;
  // Only prepaid services have an expiry; a postpaid one that was over is not let in again by its import.
  const isOver = row.expiresAt !== undefined && row.expiresAt.getTime() <= deps.clock.nowMs();
  const expiresAt = plan.model === 'prepaid' ? row.expiresAt : undefined;
  const isHeld = row.isSuspended || (isOver && plan.model === 'postpaid');
  const { status } = statusOf({
    isActivated: true,
    isCancelled: false,
    holds: isHeld ? ['admin'] : [],
    expiresAtMs: expiresAt?.getTime(),
    isOverThrottle: false,
    nowMs: deps.clock.nowMs(),
  });
  return {
    id,
    customerId,
    planId: plan.id,
    username: row.username,
    passwordEnc: deps.box.seal(row.password),
    mac: row.mac ?? null,
    rateLimit: row.rateLimit === plan.rateLimit ? null : (row.rateLimit ?? null),
    framedIp: row.framedIp ?? null,
    framedPool: row.pool === plan.pool ? null : (row.pool ?? null),
    sessionLimit: row.sessionLimit === plan.sessionLimit ? null : (row.sessionLimit ?? null),
    description: row.description ?? null,
    expiresAt: expiresAt ?? null,
    status,
    isHeld,
    terms: JSON.stringify(segmentTerms(plan)),
    allowanceOctets: termsAllowance(segmentTerms(plan)) ?? null,
    billing,
  };
}

/** Billing-rules B5: imported services are billed from the next anchor on, the first of a month or a Monday. */
function firstBilling(plan: Plan, today: Temporal.PlainDate, timeZone: string): BulkBilling | null {
  if (plan.model !== 'postpaid') return null;
  const anchorDay = plan.cycle === 'daily' ? undefined : 1;
  const startsOn = nextAnchor(today, { unit: plan.cycle, count: plan.cycleCount, anchorDay });
  const startsAt = new Date(startOfDay(startsOn, timeZone).epochMilliseconds);
  return { anchorDay: anchorDay ?? null, startsOn: startsOn.toString(), startsAt };
}
