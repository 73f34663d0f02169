import type { Temporal } from 'temporal-polyfill';
import { violatedConstraint } from '../../db/constraint-errors.ts';
import type { Transaction } from '../../db/database.ts';
import { startOfDay } from '../../kernel/calendar.ts';
import type { CustomerId, ServiceId } from '../../kernel/ids.ts';
import { recordEvent } from '../../platform/events/outbox.store.ts';
import { type Actor, actorLabel } from '../../platform/identity/actor.ts';
import { recordAudit } from '../../platform/identity/audit.store.ts';
import { readSettings } from '../../platform/settings/setting.store.ts';
import { localDate, nextAnchor } from '../period.ts';
import type { Plan } from '../plan.ts';
import type { ServiceDeps } from '../provisioning.service.ts';
import { segmentTerms, termsAllowance } from '../segment.ts';
import {
  allocateIds,
  type BulkBilling,
  type BulkService,
  customersByName,
  insertCustomers,
  insertServices,
  lockCustomerNames,
  takenAddresses,
  takenUsernames,
} from './import.store.ts';
import type { ImportRow } from './import-row.ts';

/** A row that was left out, by its line in the file. */
export interface RowError {
  readonly line: number;
  readonly reason: string;
}

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

/** Other writers may take a name between the check and the insert. */
const triesMax = 3;
const deadlineMs = 60_000;

/** Writes a batch in one transaction: all of its good rows or, when it throws, none. */
export async function writeBatch(
  deps: ServiceDeps,
  rows: readonly PlannedRow[],
  actor: Actor,
): Promise<BatchOutcome> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await deps.db.transaction((tx) => write(tx, deps, rows, actor), { deadlineMs });
    } catch (error) {
      if (attempt === triesMax || violatedConstraint(error) === undefined) throw error;
    }
  }
}

async function write(
  tx: Transaction,
  deps: ServiceDeps,
  rows: readonly PlannedRow[],
  actor: Actor,
): Promise<BatchOutcome> {
  const outcome: BatchOutcome = { created: 0, skipped: 0, errors: [] };
  const taken = await takenUsernames(
    tx,
    rows.map(({ row }) => row.username),
  );
  const fresh = rows.filter(({ row }) => !taken.has(row.username));
  outcome.skipped = rows.length - fresh.length;
  const entitled = await withFreeAddress(tx, fresh, outcome.errors);
  const owned = await withCustomer(tx, entitled, outcome.errors);
  if (owned.length === 0) return outcome;
  const ids = await allocateIds(tx, 'isp_services', owned.length);
  const { isp_timezone: timeZone } = await readSettings(tx);
  const today = localDate(deps.clock.now(), timeZone);
  const services = owned.map((one, index) =>
    toService(deps, one, String(ids[index]) as ServiceId, firstBilling(one.plan, today, timeZone)),
  );
  await insertServices(tx, services, { at: new Date(deps.clock.nowMs()), actor: actorLabel(actor) });
  await recordAudit(tx, {
    actor,
    action: 'service.imported',
    entity: 'service',
    entityId: String(ids[0]),
    after: { count: ids.length, ids },
  });
  await recordEvent(tx, {
    topic: 'service.imported',
    payload: { service_ids: services.map((service) => service.id) },
  });
  outcome.created = services.length;
  return outcome;
}

/** Leaves out rows whose fixed address another service or an earlier row has. */
async function withFreeAddress(
  tx: Transaction,
  rows: readonly PlannedRow[],
  errors: RowError[],
): Promise<PlannedRow[]> {
  const wanted = rows.flatMap(({ row }) => row.framedIp ?? []);
  const holders = await takenAddresses(tx, wanted);
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
  errors: RowError[],
): Promise<OwnedRow[]> {
  const names = [...new Set(rows.flatMap(({ row }) => row.customerName ?? []))];
  await lockCustomerNames(tx, names);
  const known = await customersByName(tx, names);
  const missing = names.filter((name) => !known.has(name)).length;
  const spare = await allocateIds(
    tx,
    'customers',
    missing + rows.filter((one) => !one.row.customerName).length,
  );
  const added: { id: CustomerId; name: string; currency: string }[] = [];
  const add = (name: string, currency: string): CustomerId => {
    const id = String(spare[added.length]) as CustomerId;
    added.push({ id, name, currency });
    return id;
  };
  const owned: OwnedRow[] = [];
  for (const one of rows) {
    const { customerName, username, line } = one.row;
    const currency = one.plan.currency;
    if (customerName === undefined) {
      owned.push({ ...one, customerId: add(username, currency) });
      continue;
    }
    let customer = known.get(customerName);
    if (customer === undefined) {
      customer = { id: add(customerName, currency), currency, isAmbiguous: false };
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
  await insertCustomers(tx, added);
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
