import type { Temporal } from 'temporal-polyfill';
import type { Queryable, Transaction } from '../../db/database.ts';
import type { CustomerId, InvoiceId } from '../../kernel/ids.ts';
import type { ReminderChannel, ReminderStatus } from './dunning.ts';

/** An invoice that may need a reminder, with what is logged. */
export interface ReminderCandidate {
  readonly id: InvoiceId;
  /** ISO date. */
  readonly dueDate: string;
  readonly logged: ReadonlyMap<number, ReminderStatus>;
}

/**
 * Unpaid invoices other than late fees that were due by a date (billing-rules N1) and are not on hold (N4), by rising
 * id.
 */
export async function reminderCandidates(
  q: Queryable,
  page: {
    readonly dueBy: Temporal.PlainDate;
    readonly today: Temporal.PlainDate;
    readonly afterId: string;
    readonly limit: number;
  },
): Promise<ReminderCandidate[]> {
  const rows = await q.query<{ id: InvoiceId; due_date: string; logged: Record<string, ReminderStatus> }>(
    `select i.id, i.due_date, (
       select coalesce(jsonb_object_agg(d.level, d.status), '{}') from isp_dunning_logs d where d.invoice_id = i.id
     ) as logged
     from invoices i
     where i.balance > 0 and i.amount_written_off = 0 and i.kind <> 'late_fee' and i.due_date <= $1::date
       and (i.dunning_hold_until is null or i.dunning_hold_until <= $2::date) and i.id > $3::bigint
     order by i.id limit $4::int`,
    [page.dueBy.toString(), page.today.toString(), page.afterId, page.limit],
  );
  return rows.map((row) => ({ id: row.id, dueDate: row.due_date, logged: byLevel(row.logged) }));
}

/** What is logged of one invoice. */
export async function loggedReminders(
  q: Queryable,
  invoiceId: InvoiceId,
): Promise<ReadonlyMap<number, ReminderStatus>> {
  const rows = await q.query<{ level: number; status: ReminderStatus }>(
    'select level, status from isp_dunning_logs where invoice_id = $1::bigint',
    [invoiceId],
  );
  return new Map(rows.map((row) => [row.level, row.status]));
}

/** Logs what became of reminders of an invoice; a level that failed before keeps its row (N5). */
export async function logReminders(
  tx: Transaction,
  entry: {
    readonly invoiceId: InvoiceId;
    readonly levels: readonly number[];
    readonly status: ReminderStatus;
    readonly channel: ReminderChannel;
    readonly at: Temporal.Instant;
  },
): Promise<void> {
  if (entry.levels.length === 0) return;
  await tx.query(
    `insert into isp_dunning_logs (invoice_id, level, status, channel, sent_at)
     select $1::bigint, level, $3, $4, case when $3 = 'sent' then $5::timestamptz end from unnest($2::int[]) as l (level)
     on conflict (invoice_id, level) do update
       set status = excluded.status, channel = excluded.channel, sent_at = excluded.sent_at, error = null
       where isp_dunning_logs.status = 'failed'`,
    [entry.invoiceId, entry.levels, entry.status, entry.channel, entry.at.toString()],
  );
}

/** Notes that a reminder did not reach the customer; false when it was not logged as sent (N5). */
export async function markReminderFailed(
  tx: Transaction,
  reminder: { readonly invoiceId: InvoiceId; readonly level: number; readonly error: string },
): Promise<boolean> {
  const rows = await tx.query(
    `update isp_dunning_logs set status = 'failed', error = $3
     where invoice_id = $1::bigint and level = $2::int and status = 'sent' returning id`,
    [reminder.invoiceId, reminder.level, reminder.error],
  );
  return rows.length > 0;
}

/** How a customer can be and wants to be told. */
export async function contactOf(
  q: Queryable,
  customerId: CustomerId,
): Promise<{ wanted: readonly string[]; email: string | undefined; phone: string | undefined }> {
  const [row] = await q.query<{ wanted: string[]; email: string | null; phone: string | null }>(
    'select to_jsonb(notification_channels) as wanted, email, phone from customers where id = $1::bigint',
    [customerId],
  );
  return { wanted: row?.wanted ?? [], email: row?.email ?? undefined, phone: row?.phone ?? undefined };
}

/** Lets reminders of an invoice wait until a local date; null ends the hold. */
export async function setHold(
  tx: Transaction,
  invoiceId: InvoiceId,
  until: Temporal.PlainDate | undefined,
): Promise<void> {
  await tx.query('update invoices set dunning_hold_until = $2::date where id = $1::bigint', [
    invoiceId,
    until?.toString() ?? null,
  ]);
}

function byLevel(logged: Readonly<Record<string, ReminderStatus>>): ReadonlyMap<number, ReminderStatus> {
  return new Map(Object.entries(logged).map(([level, status]) => [Number(level), status]));
}
