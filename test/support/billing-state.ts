import type { Queryable } from '../../src/db/database.ts';

const NUMBER = `(select series || '-' || number from invoices where invoices.id =`;

/** What a table says, without the ids a rolled back transaction uses up and the time of the machine. */
const TABLES: Readonly<Record<string, string>> = {
  invoices: `select to_jsonb(t) - '{id,created_at}'::text[] as row from invoices t`,
  lines: `select to_jsonb(t) - '{id,invoice_id}'::text[] || jsonb_build_object('invoice', ${NUMBER} t.invoice_id)) as row
    from invoice_lines t`,
  series: 'select to_jsonb(t) as row from number_series t',
  ledger: `select jsonb_build_object('event', e.event, 'customer', e.customer_id, 'on', e.occurred_on, 'at', e.occurred_at,
      'lines', (select jsonb_agg(jsonb_build_array(l.account, l.sub_account, l.amount)
        order by l.account, l.sub_account, l.amount) from ledger_lines l where l.entry_id = e.id)) as row
    from ledger_entries e`,
  allocations: `select jsonb_build_object('payment', p.external_ref, 'invoice', ${NUMBER} t.invoice_id), 'amount', t.amount,
      'reversed', t.reversed_at) as row
    from allocations t left join payments p on p.id = t.payment_id`,
  wallets: `select jsonb_build_object('customer', customer_id, 'source', source, 'amount', amount, 'left', remaining)
    as row from wallet_credits t`,
  payments: `select to_jsonb(t) - '{id,created_at}'::text[] as row from payments t`,
  customers: `select jsonb_build_object('id', id, 'credit', credit_balance) as row from customers t`,
  cycles: `select to_jsonb(t) - '{id,created_at,invoice_id,last_invoice_id}'::text[]
      || jsonb_build_object('invoice', ${NUMBER} t.invoice_id), 'last_invoice', ${NUMBER} t.last_invoice_id)) as row
    from isp_billing_cycles t`,
  segments: `select to_jsonb(t) - '{id,created_at}'::text[] as row from isp_service_segments t`,
  services: `select jsonb_build_object('id', id, 'status', status, 'reason', reason, 'next', next_billing_date,
      'start', period_start, 'end', period_end) as row from isp_services t`,
  holds: `select to_jsonb(t) - '{id,created_at}'::text[] as row from service_holds t`,
  redemptions: `select jsonb_build_object('service', service_id, 'left', cycles_left) as row from promotion_redemptions t`,
  service_logs: `select jsonb_build_object('service', service_id, 'action', action) as row from isp_service_logs t`,
  events: `select jsonb_build_object('topic', topic) as row from outbox t`,
  audit: `select jsonb_build_object('action', action, 'entity', entity) as row from audit_log t`,
};

/** Everything billing keeps, a sorted list of rows as text for each table: two of them are compared. */
export async function billingState(q: Queryable): Promise<Record<string, string[]>> {
  const state: Record<string, string[]> = {};
  for (const [name, select] of Object.entries(TABLES)) {
    const rows = await q.query<{ text: string }>(`select row::text as text from (${select}) rows order by 1`);
    state[name] = rows.map(({ text }) => text);
  }
  return state;
}
