import { Temporal } from 'temporal-polyfill';
import { readBillingContext } from '../../src/billing/billing-context.service.ts';
import type { BillingContext } from '../../src/billing/billing-context.ts';
import { cancelService } from '../../src/billing/cycles/cancellation.service.ts';
import { type ChangeOrder, changePackage } from '../../src/billing/cycles/change.service.ts';
import { generateInvoices } from '../../src/billing/cycles/invoice-run.service.ts';
import { startBilling } from '../../src/billing/cycles/start-billing.service.ts';
import type { TaskOptions } from '../../src/billing/task-deps.service.ts';
import type { Database } from '../../src/db/database.ts';
import { openLanePool } from '../../src/db/lane-pool.ts';
import type { CustomerId, PlanId, ServiceId } from '../../src/kernel/ids.ts';
import { SYSTEM_ACTOR } from '../../src/platform/identity/actor.ts';
import { SecretBox } from '../../src/platform/secrets/secret-box.ts';
import { changeSetting } from '../../src/platform/settings/setting.service.ts';
import { addPlan } from '../../src/subscribers/catalog/catalog.service.ts';
import type { NewPlan } from '../../src/subscribers/catalog/plan.ts';
import { createService } from '../../src/subscribers/services/provisioning.service.ts';
import { createTestDatabase } from './database.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';
import { silentLogger } from './silent-logger.ts';

/** An invoice or credit note as a test looks at it; amounts in minor units, dates local. */
export interface BilledDocument {
  readonly number: string;
  readonly kind: string;
  readonly issued: string;
  readonly period: string;
  readonly lines: readonly string[];
  readonly total: number;
}

/** An installation with a clock that is moved, for tests of billing on a real database. */
export interface BillingSite {
  readonly db: Database;
  readonly url: string;
  readonly clock: ManualClock;
  context(): Promise<BillingContext>;
  set(key: string, value: unknown): Promise<void>;
  plan(code: string, price: number, more?: Partial<NewPlan>): Promise<PlanId>;
  /** A new service and its customer, billed from now; the options of `startBilling`. */
  sign(username: string, planCode: string, more?: SignUp): Promise<{ id: ServiceId; customerId: CustomerId }>;
  /** Moves the clock and bills what is due. */
  run(at?: string, options?: Partial<TaskOptions>): ReturnType<typeof generateInvoices>;
  change(
    id: ServiceId,
    planId: PlanId,
    effective?: ChangeOrder['effective'],
  ): ReturnType<typeof changePackage>;
  cancel(id: ServiceId, when: 'now' | 'period_end', isProrated?: boolean): ReturnType<typeof cancelService>;
  /** Counts octets of a service at an instant as the accounting does: by day, and into its segment. */
  use(id: ServiceId, at: string, octets: bigint): Promise<void>;
  /** Invoices and credit notes of a service in the order of their issue. */
  documents(id: ServiceId): Promise<BilledDocument[]>;
  close(): Promise<void>;
}

export interface SignUp {
  readonly anchorDay?: number;
  readonly billingStartsOn?: string;
  readonly promotionCodes?: readonly string[];
  readonly customerId?: CustomerId;
}

/** Opens a site whose clock stands at an instant; amounts of packages are in KES unless they say otherwise. */
export async function openBillingSite(at: string): Promise<BillingSite> {
  const own = await createTestDatabase();
  const db = openLanePool({ url: own.url, lanes: 4, name: 'test' });
  const clock = manualClock(at);
  const deps = { db, box: new SecretBox(Buffer.alloc(32, 7)), clock };
  const context = () => readBillingContext(db, clock, SYSTEM_ACTOR);
  return {
    db,
    url: own.url,
    clock,
    context,
    set: (key, value) => changeSetting(db, { key, value, actor: SYSTEM_ACTOR }),
    plan: async (code, price, more = {}) => {
      const plan = { code, name: code, price: BigInt(price), ...more };
      return (await addPlan({ db, checkAttribute: () => undefined }, plan)).id;
    },
    sign: async (username, planCode, { customerId, billingStartsOn, ...more } = {}) => {
      const ctx = await context();
      const input = {
        username,
        password: 'pw',
        planCode,
        actor: SYSTEM_ACTOR,
        ...(customerId ? { customerId } : {}),
      };
      return createService(deps, input, async (tx, { id }) => {
        const startsOn = billingStartsOn === undefined ? undefined : Temporal.PlainDate.from(billingStartsOn);
        await startBilling(tx, ctx, { serviceId: id, billingStartsOn: startsOn, ...more });
      });
    },
    run: async (moved, options = {}) => {
      if (moved !== undefined) clock.set(moved);
      return generateInvoices(
        { db, clock, logger: silentLogger },
        { actor: SYSTEM_ACTOR, isDryRun: false, ...options },
      );
    },
    change: async (serviceId, planId, effective) => {
      const ctx = await context();
      return db.transaction((tx) => changePackage(tx, ctx, { serviceId, planId, effective }));
    },
    cancel: async (serviceId, when, isProrated) => {
      const ctx = await context();
      return db.transaction((tx) => cancelService(tx, ctx, { serviceId, when, isProrated }));
    },
    use: async (id, usedAt, octets) =>
      useOctets(db, id, { at: usedAt, octets, timeZone: (await context()).settings.isp_timezone }),
    documents: (id) => documentsOf(db, id),
    close: async () => {
      await db.close();
      await own.drop();
    },
  };
}

async function useOctets(
  db: Database,
  id: ServiceId,
  usage: { at: string; octets: bigint; timeZone: string },
): Promise<void> {
  const { at, octets, timeZone } = usage;
  const local = Temporal.Instant.from(at).toZonedDateTimeISO(timeZone);
  await db.query(
    `with day as (
       insert into isp_usage_logs (service_id, usage_date, download, hours)
       values ($1::bigint, $2::date, $3::bigint, array_fill(0::bigint, array[24]))
       on conflict on constraint isp_usage_logs_key do update set download = isp_usage_logs.download + $3::bigint)
     update isp_service_segments set download_octets = download_octets + $3::bigint
     where service_id = $1::bigint and from_at <= $4::timestamptz and (to_at is null or $4::timestamptz < to_at)`,
    [id, local.toPlainDate().toString(), octets, at],
  );
}

interface DocumentRow {
  readonly number: string;
  readonly kind: string;
  readonly issued: string;
  readonly period_start: string | null;
  readonly period_end: string | null;
  readonly total: string;
  readonly lines: readonly { kind: string; amount: number; discount: number }[];
}

async function documentsOf(db: Database, id: ServiceId): Promise<BilledDocument[]> {
  const rows = await db.query<DocumentRow>(
    `select * from (
       select series || '-' || number as number, kind, issue_date as issued, issued_at, period_start, period_end, total,
         (select e.id from ledger_entries e where e.event = 'invoice' and e.ref_id = i.id) as at, (select json_agg(json_build_object('kind', l.kind, 'amount', l.amount,
           'discount', l.discount) order by l.id) from invoice_lines l where l.invoice_id = i.id) as lines
       from invoices i where service_id = $1::bigint
       union all
       select series || '-' || number, 'credit_note', issue_date, issued_at, null, null, total,
         (select e.id from ledger_entries e where e.event = 'credit_note' and e.ref_id = n.id),
         (select json_agg(json_build_object('kind', l.kind, 'amount', l.amount, 'discount', l.discount)
           order by l.position) from credit_note_lines l where l.credit_note_id = n.id)
       from credit_notes n where service_id = $1::bigint) d order by issued_at, coalesce(at, 0)`,
    [id],
  );
  return rows.map((row) => ({
    number: row.number,
    kind: row.kind,
    issued: row.issued,
    period: row.period_start === null ? '' : `${row.period_start}..${row.period_end}`,
    lines: row.lines.map(
      ({ kind, amount, discount }) => `${kind} ${amount}${discount === 0 ? '' : `-${discount}`}`,
    ),
    total: Number(row.total),
  }));
}

/** User names nobody has had yet. */
export function userNames(): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `user-${count}`;
  };
}
