import type { Queryable } from '../../db/database.ts';

/** One thing in the books that is not as it must be. */
export interface Discrepancy {
  /** Which invariant of billing-rules G1 or G2. */
  readonly rule: string;
  /** `customer 12`, `invoice 7`, `series INV`. */
  readonly subject: string;
  /** The figures that should be equal or ordered. */
  readonly expected: string;
  readonly found: string;
}

/** Each query finds only what is wrong, as `subject, expected, found`. */
const CHECKS: readonly (readonly [rule: string, query: string])[] = [
  [
    'an entry sums to zero',
    `select 'entry ' || e.id as subject, 0 as expected, coalesce(sum(l.amount), 0) as found
     from ledger_entries e left join ledger_lines l on l.entry_id = e.id
     group by e.id having coalesce(sum(l.amount), 0) <> 0 or count(l.id) = 0`,
  ],
  [
    'ar of a customer is the sum of invoice balances',
    `select 'customer ' || id as subject, coalesce(owed, 0) as expected, coalesce(ar, 0) as found
     from (select customer_id as id, sum(balance) as owed from invoices group by 1) i
     full join (select customer_id as id, sum(amount) as ar from ledger_lines where account = 'ar' group by 1) l using (id)
     where coalesce(owed, 0) <> coalesce(ar, 0)`,
  ],
  [
    'wallet of a customer is the credit balance',
    `select 'customer ' || c.id as subject, c.credit_balance as expected, coalesce(l.credit, 0) as found
     from customers c
     left join (select customer_id, -sum(amount) as credit from ledger_lines where account = 'wallet' group by 1) l
       on l.customer_id = c.id
     where c.credit_balance <> coalesce(l.credit, 0)`,
  ],
  [
    'the credit balance is what is left of its credits',
    `select 'customer ' || c.id as subject, c.credit_balance as expected, coalesce(w.remaining, 0) as found
     from customers c
     left join (select customer_id, sum(remaining) as remaining from wallet_credits group by 1) w on w.customer_id = c.id
     where c.credit_balance <> coalesce(w.remaining, 0)`,
  ],
  [
    'a wallet credit is what is left, allocated and refunded of it',
    `select 'wallet credit ' || w.id as subject, w.amount as expected,
       w.remaining + coalesce(a.allocated, 0) + coalesce(p.refunded, 0) as found
     from wallet_credits w
     left join (select wallet_credit_id, sum(amount) as allocated from allocations where reversed_at is null group by 1) a
       on a.wallet_credit_id = w.id
     left join payments p on w.source = 'payment' and p.id = w.source_id
     where w.amount <> w.remaining + coalesce(a.allocated, 0) + coalesce(p.refunded, 0)`,
  ],
  [
    'allocations of a payment are at most the payment less its refunds',
    `select 'payment ' || p.id as subject, p.amount - p.refunded as expected, sum(a.amount) as found
     from payments p join allocations a on a.payment_id = p.id and a.reversed_at is null
     group by p.id having sum(a.amount) > p.amount - p.refunded`,
  ],
  [
    'an invoice is paid by its allocations',
    `select 'invoice ' || i.id as subject, coalesce(a.allocated, 0) as expected, i.amount_paid as found
     from invoices i
     left join (select invoice_id, sum(amount) as allocated from allocations where reversed_at is null group by 1) a
       on a.invoice_id = i.id
     where i.amount_paid <> coalesce(a.allocated, 0)`,
  ],
  [
    'an invoice is credited by its credit notes',
    `select 'invoice ' || i.id as subject, coalesce(n.applied, 0) as expected, i.amount_credited as found
     from invoices i
     left join (select invoice_id, sum(applied) as applied from credit_notes group by 1) n on n.invoice_id = i.id
     where i.amount_credited <> coalesce(n.applied, 0)`,
  ],
  [
    'the balance of an invoice is between 0 and its total',
    `select 'invoice ' || id as subject, total as expected, balance as found
     from invoices where balance < 0 or balance > total`,
  ],
  [
    'numbers have no gaps',
    `select 'series ' || s.series as subject, s.next_value - 1 as expected, count(d.number) as found
     from number_series s
     left join (select series, number from invoices union all select series, number from credit_notes) d
       on d.series = s.series
     group by s.series, s.next_value
     having count(d.number) <> s.next_value - 1 or coalesce(max(d.number), 0) <> s.next_value - 1`,
  ],
];

/** Everything in the books that breaks an invariant (billing-rules G1, G2), up to 100 for each. */
export async function findDiscrepancies(q: Queryable): Promise<Discrepancy[]> {
  const found: Discrepancy[] = [];
  for (const [rule, query] of CHECKS) {
    const rows = await q.query<{ subject: string; expected: string; found: string }>(
      `select subject, expected::text, found::text from (${query} limit 100) as wrong`,
      [],
      { deadlineMs: 300_000 },
    );
    found.push(...rows.map((row) => ({ rule, ...row })));
  }
  return found;
}
